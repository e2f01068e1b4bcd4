"""Flows run at once, in order, in the calling thread: for the replay of the sample company and for tests of verbs."""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlmodel import Session

from bot.engine.run import Flow, Work, tell_once
from handlers.outside import Outside
from handlers.unit_of_work import UnitOfWork


class Inline:
    """Runs what was left to do at once, in order, in the calling thread."""

    running = True

    def __init__(self, flows: dict[str, tuple[str, Flow]]) -> None:
        self.flows = flows
        self.left: deque[tuple[str, tuple[Any, ...]]] = deque()
        self.seen: set[str] = set()
        self.work: Work | None = None
        self.outside = Outside()

    def enqueue_in(self, db: Session, flow: str, key: str, *args: Any, delay_seconds: float = 0) -> None:
        """Remember the flow; delayed ones are left to the clock's ticks."""
        if key in self.seen or delay_seconds:
            return
        self.seen.add(key)
        self.left.append((flow, args))

    def step(self, verb: Callable[..., Any], *args: Any) -> Any:
        assert self.work is not None
        with self.work() as uow:
            return verb(uow, *args)

    call = step

    def ask(self, verb: Callable[..., Any], *args: Any) -> Any:
        return verb(self.outside, *args)

    def tell(
        self,
        prepare: Callable[..., Any],
        act: Callable[..., Any],
        record: Callable[..., Any],
        key: int,
        *,
        intent: Any = None,
        patient: bool = True,
    ) -> None:
        assert self.work is not None
        tell_once(self.work, self.outside, prepare, act, record, key, intent)

    @contextmanager
    def within(self, uow: UnitOfWork) -> Iterator[None]:
        """While the block lasts every step joins this unit of work: many messages, one commit."""

        @contextmanager
        def joined() -> Iterator[UnitOfWork]:
            yield uow

        own, self.work = self.work, joined
        try:
            yield
        finally:
            self.work = own

    def drain(self, most: int | None = None) -> int:
        """Run everything that was left, and what that leaves, or the first `most` of it; how many were run."""
        done = 0
        while self.left and done != most:
            flow, args = self.left.popleft()
            self.flows[flow][1](self, *args)
            done += 1
        return done
