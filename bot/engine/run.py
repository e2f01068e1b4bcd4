"""How a flow reaches its verbs, and how each is tried again."""

import logging
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Protocol

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from bot.gate import Gate
from handlers.errors import Unavailable
from handlers.outside import Outside
from handlers.unit_of_work import UnitOfWork
from storage import jobs

ATTEMPTS, LONGEST_PAUSE_SECONDS = 8, 8.0

Work = Callable[[], AbstractContextManager[UnitOfWork]]
Flow = Callable[..., Any]

log = logging.getLogger("earshot.engine")


class Run(Protocol):
    """How a flow reaches its verbs."""

    def call(self, verb: Callable[..., Any], *args: Any) -> Any:
        """Call `verb(uow, *args)` in one transaction, which is all that is kept of it: after a crash it is called again.

        For verbs that find what they did and answer the same.
        """
        ...

    def step(self, verb: Callable[..., Any], *args: Any) -> Any:
        """Call `verb(uow, *args)` in one transaction, committed with its end. Done once; its answer is remembered."""
        ...

    def ask(self, verb: Callable[..., Any], *args: Any) -> Any:
        """Call `verb(outside, *args)` with no transaction open; tried again while the other side is Unavailable, and after a
        crash: it asks, and changes nothing.
        """
        ...

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
        """An outside effect: `prepare(uow, key)` commits the intent (None: nothing to do), unless `intent` was committed just
        now; `act(outside, intent)` with no transaction open, `record(uow, key, outcome)`. Met again after a crash all three run
        again: prepare sees that it was tried, act looks before it acts. Raises Unavailable when the other side stays away: at
        once unless `patient`.
        """
        ...


def tell_once(
    work: Work,
    outside: Outside,
    prepare: Callable[..., Any],
    act: Callable[..., Any],
    record: Callable[..., Any],
    key: int,
    intent: Any = None,
) -> None:
    """Intent, act, result: two transactions and between them none. One, where the intent is committed already."""
    if intent is None:
        with work() as uow:
            intent = prepare(uow, key)
    if intent is None:
        return
    outcome = act(outside, intent)
    with work() as uow:
        record(uow, key, outcome)


class Steps:
    """What the numbered steps of one job answered."""

    def __init__(self, job_id: int, answers: dict[int, Any] | None = None) -> None:
        self.job_id = job_id
        self.answers = answers or {}
        self.number = 0

    def once(self, number: int, db: Session, verb: Callable[[], Any]) -> Any:
        """Call `verb` in this transaction, which also keeps its answer."""
        answer = verb()
        jobs.remember(db, self.job_id, number, answer)
        return answer


class Checkpointed:
    """The run of a durable flow. What the database refuses (a server that restarts, a deadlock) was not committed and is tried
    again, and so is another side that is Unavailable. The courteous let answers go first.
    """

    def __init__(self, work: Work, outside: Outside, gate: Gate, steps: Steps, *, courteous: bool) -> None:
        self._work, self._outside, self._gate, self._steps = work, outside, gate, steps
        self._courteous = courteous

    def call(self, verb: Callable[..., Any], *args: Any) -> Any:
        return self._patiently(verb.__name__, lambda: self._once(verb, *args), DBAPIError)

    def step(self, verb: Callable[..., Any], *args: Any) -> Any:
        number = self._steps.number
        self._steps.number += 1
        if number in self._steps.answers:
            return self._steps.answers[number]

        def remembered(uow: UnitOfWork) -> Any:
            return self._steps.once(number, uow.db, lambda: verb(uow, *args))

        return self._patiently(verb.__name__, lambda: self._once(remembered), DBAPIError)

    def ask(self, verb: Callable[..., Any], *args: Any) -> Any:
        return self._patiently(verb.__name__, lambda: verb(self._outside, *args), Unavailable)

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
        first = [intent]

        def once() -> None:
            tell_once(self._work, self._outside, prepare, act, record, key, first.pop() if first else None)

        self._patiently(act.__name__, once, DBAPIError, *((Unavailable,) if patient else ()))

    def _once(self, verb: Callable[..., Any], *args: Any) -> Any:
        self._gate.wait(self._courteous)
        with self._work() as uow:
            return verb(uow, *args)

    def _patiently(self, name: str, once: Callable[[], Any], *passing: type[Exception]) -> Any:
        """Try again with growing pauses after what may pass."""
        for turn in range(ATTEMPTS - 1):
            try:
                return once()
            except passing as failure:
                log.info("%s is tried again", name, extra={"after": type(failure).__name__})
                time.sleep(min(LONGEST_PAUSE_SECONDS, 2.0**turn))
        try:
            return once()
        except passing as failure:
            raise Unavailable(f"{name} was tried {ATTEMPTS} times") from failure
