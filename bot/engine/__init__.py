"""The engine: a flow is a plain function of `Run` and ids. `Durable` runs it as a job that survives us; `Inline` runs the same flow at once."""

from bot.engine.durable import Durable
from bot.engine.inline import Inline
from bot.engine.run import Flow, Run

__all__ = ["Durable", "Flow", "Inline", "Run"]
