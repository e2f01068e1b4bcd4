"""How a flow reaches its verbs, and how each is tried again."""

import logging
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Protocol

from dbos import DBOS
from dbos import error as dbos_errors
from sqlalchemy.exc import DBAPIError

from bot.gate import Gate
from handlers.errors import Unavailable
from handlers.unit_of_work import Outside, UnitOfWork

LONGEST_PAUSE_SECONDS = 8.0

Work = Callable[[], AbstractContextManager[UnitOfWork]]
Flow = Callable[..., Any]

log = logging.getLogger("earshot.engine")


class Run(Protocol):
    """How a flow reaches its verbs."""

    def call(self, verb: Callable[..., Any], *args: Any) -> Any:
        """Call `verb(uow, *args)` in one transaction, which is all that is kept of it: after a crash it is called again.

        For verbs that find what they did and answer the same. A third of the price of a step.
        """
        ...

    def step(self, verb: Callable[..., Any], *args: Any) -> Any:
        """Call `verb(uow, *args)` in one transaction, committed with its end. Done once; its answer is remembered."""
        ...

    def ask(self, verb: Callable[..., Any], *args: Any) -> Any:
        """Call `verb(outside, *args)` with no transaction open; tried again while the other side is Unavailable."""
        ...

    def tell(
        self,
        prepare: Callable[..., Any],
        act: Callable[..., Any],
        record: Callable[..., Any],
        key: int,
        *,
        patient: bool = True,
    ) -> None:
        """An outside effect: `prepare(uow, key)` commits the intent (None: nothing to do), `act(outside, intent)` with no
        transaction open, `record(uow, key, outcome)`. Met again after a crash all three run again: prepare sees that it was
        tried, act looks before it acts. Raises Unavailable when the other side stays away: at once unless `patient`.
        """
        ...


def tell_once(
    work: Work,
    outside: Outside,
    prepare: Callable[..., Any],
    act: Callable[..., Any],
    record: Callable[..., Any],
    key: int,
) -> None:
    """Intent, act, result: two transactions and between them none."""
    with work() as uow:
        intent = prepare(uow, key)
    if intent is None:
        return
    outcome = act(outside, intent)
    with work() as uow:
        record(uow, key, outcome)


class Checkpointed:
    """The run of a durable flow. What the database refuses (a server that restarts, a deadlock) was not committed and is tried
    again, and so is another side that is Unavailable. The courteous let answers go first.
    """

    def __init__(self, work: Work, outside: Outside, gate: Gate, attempts: int, *, courteous: bool) -> None:
        self._work, self._outside, self._gate, self._attempts = work, outside, gate, attempts
        self._courteous = courteous

    def call(self, verb: Callable[..., Any], *args: Any) -> Any:
        return self._patiently(verb.__name__, lambda: self._once(verb, *args), DBAPIError)

    def step(self, verb: Callable[..., Any], *args: Any) -> Any:
        return self._checkpoint(verb.__name__, lambda: self._once(verb, *args), DBAPIError)

    def ask(self, verb: Callable[..., Any], *args: Any) -> Any:
        return self._checkpoint(verb.__name__, lambda: verb(self._outside, *args), Unavailable)

    def tell(
        self,
        prepare: Callable[..., Any],
        act: Callable[..., Any],
        record: Callable[..., Any],
        key: int,
        *,
        patient: bool = True,
    ) -> None:
        def once() -> None:
            tell_once(self._work, self._outside, prepare, act, record, key)

        self._patiently(act.__name__, once, DBAPIError, *((Unavailable,) if patient else ()))

    def _once(self, verb: Callable[..., Any], *args: Any) -> Any:
        self._gate.wait(self._courteous)
        with self._work() as uow:
            return verb(uow, *args)

    def _patiently(self, name: str, once: Callable[[], Any], *passing: type[Exception]) -> Any:
        """Try again with growing pauses after what may pass."""
        for turn in range(self._attempts - 1):
            try:
                return once()
            except passing as failure:
                log.info("%s is tried again", name, extra={"after": type(failure).__name__})
                time.sleep(min(LONGEST_PAUSE_SECONDS, 2.0**turn))
        try:
            return once()
        except passing as failure:
            raise Unavailable(f"{name} was tried {self._attempts} times") from failure

    def _checkpoint(self, name: str, once: Callable[[], Any], *passing: type[Exception]) -> Any:
        """The same, its answer remembered by the engine."""
        try:
            return DBOS.run_step(
                {
                    "name": name,
                    "retries_allowed": True,
                    "max_attempts": self._attempts,
                    "interval_seconds": 1.0,
                    "backoff_rate": 2.0,
                    "should_retry": lambda error: isinstance(error, passing),
                },
                once,
            )
        except dbos_errors.DBOSMaxStepRetriesExceeded as exceeded:
            raise Unavailable(f"{name} was tried {self._attempts} times") from exceeded
