"""What the web place is handed: a wired Earshot, seen through what pages use of it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Annotated, Protocol, cast

from fastapi import Depends, Request

from bot.gate import Gate
from bot.settings import Settings
from handlers.outside import Listener, Outside
from handlers.unit_of_work import UnitOfWork

TOGETHER = 16
"""Requests that may hold a unit of work at once; others wait without a thread."""


class Engine(Protocol):
    """What runs the flows."""

    @property
    def running(self) -> bool:
        """True once it works its queues."""
        ...


class Earshot(Protocol):
    """Made by bot.wiring; tests may bring their own."""

    @property
    def settings(self) -> Settings: ...
    @property
    def clock(self) -> Callable[[], datetime]: ...
    @property
    def gate(self) -> Gate: ...
    @property
    def listener(self) -> Listener: ...
    @property
    def engine(self) -> Engine: ...
    @property
    def outside(self) -> Outside: ...

    def work(self) -> AbstractContextManager[UnitOfWork]:
        """One transaction, committed at its end."""
        ...


def earshot(request: Request) -> Earshot:
    """The Earshot behind a request."""
    return cast(Earshot, request.app.state.earshot)


def _unit_of_work(request: Request) -> Iterator[UnitOfWork]:
    with earshot(request).work() as uow:
        yield uow


Work = Annotated[UnitOfWork, Depends(_unit_of_work, scope="function", max_concurrency=TOGETHER)]
"""A request's transaction: committed before the answer leaves, rolled back when the verb raises."""
