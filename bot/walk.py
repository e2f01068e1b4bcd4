"""One id through the whole walk: given where something comes in, carried by every flow that follows from it, told by the log."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_current: ContextVar[str] = ContextVar("earshot_walk", default="")


def current() -> str:
    """The id of the walk we are on; empty outside of any."""
    return _current.get()


@contextmanager
def on(name: str) -> Iterator[None]:
    """While the block lasts, what is done belongs to this walk."""
    token = _current.set(name)
    try:
        yield
    finally:
        _current.reset(token)
