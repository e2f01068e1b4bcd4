"""Durable flows on DBOS: queues, schedules, retries and recovery, on the same database as the tables.

A flow is a plain function of `Run` and ids. `Durable` runs it with a checkpoint per step; `Inline` runs the same flow at once,
for the replay of the sample company on its simulated clock and for tests of verbs.
"""

import logging
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from typing import Any, Protocol

from dbos import DBOS, DBOSClient, DBOSConfig, DBOSPortableJSONSerializer, EnqueueOptions
from dbos import error as dbos_errors
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from bot import walk
from bot.gate import Gate
from handlers.errors import Unavailable
from handlers.unit_of_work import Outside, UnitOfWork

APPLICATION_VERSION = "1"
"""Raised by hand when running flows of the version before cannot be gone on with."""

QUEUES = {"intake": (8, 0.05), "work": (6, 0.2), "model": (4, 0.5)}
"""Queue → (flows at once per worker, poll interval in seconds)."""

log = logging.getLogger("earshot.engine")

Work = Callable[[], AbstractContextManager[UnitOfWork]]


class Run(Protocol):
    """How a flow reaches its verbs."""

    def step(self, verb: Callable[..., Any], *args: Any) -> Any:
        """Call `verb(uow, *args)` in one transaction, committed with its end. Done once; its answer is remembered."""
        ...

    def ask(self, verb: Callable[..., Any], *args: Any) -> Any:
        """Call `verb(outside, *args)` with no transaction open; tried again while the other side is Unavailable."""
        ...

    def tell(self, prepare: Callable[..., Any], act: Callable[..., Any], record: Callable[..., Any], key: int) -> None:
        """An outside effect: `prepare(uow, key)` commits the intent (None: nothing to do), `act(outside, intent)` with no
        transaction open, `record(uow, key, outcome)`. Met again after a crash all three run again: prepare sees that it was
        tried, act looks before it acts. Raises Unavailable when the other side stays away.
        """
        ...


Flow = Callable[..., Any]


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

    def ask(self, verb: Callable[..., Any], *args: Any) -> Any:
        return verb(self.outside, *args)

    def tell(self, prepare: Callable[..., Any], act: Callable[..., Any], record: Callable[..., Any], key: int) -> None:
        assert self.work is not None
        _tell(self.work, self.outside, prepare, act, record, key)

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


def _tell(
    work: Work,
    outside: Outside,
    prepare: Callable[..., Any],
    act: Callable[..., Any],
    record: Callable[..., Any],
    key: int,
) -> None:
    with work() as uow:
        intent = prepare(uow, key)
    if intent is None:
        return
    outcome = act(outside, intent)
    with work() as uow:
        record(uow, key, outcome)


def unavailable(error: BaseException) -> bool:
    """Tried again: the other side may come back."""
    return isinstance(error, Unavailable)


def database_refused(error: BaseException) -> bool:
    """Tried again: a server that restarts, a deadlock, a unique name taken at the same moment. Nothing was committed."""
    return isinstance(error, DBAPIError)


class Checkpointed:
    """A run whose every step is a DBOS checkpoint."""

    def __init__(self, work: Work, outside: Outside, gate: Gate, attempts: int, *, courteous: bool) -> None:
        self._work, self._outside, self._gate, self._attempts = work, outside, gate, attempts
        self._courteous = courteous

    def step(self, verb: Callable[..., Any], *args: Any) -> Any:
        def once() -> Any:
            self._gate.wait(self._courteous)
            with self._work() as uow:
                return verb(uow, *args)

        return self._patiently(verb.__name__, once, database_refused)

    def ask(self, verb: Callable[..., Any], *args: Any) -> Any:
        return self._patiently(verb.__name__, lambda: verb(self._outside, *args), unavailable)

    def tell(self, prepare: Callable[..., Any], act: Callable[..., Any], record: Callable[..., Any], key: int) -> None:
        def once() -> None:
            _tell(self._work, self._outside, prepare, act, record, key)

        self._patiently(act.__name__, once, lambda error: unavailable(error) or database_refused(error))

    def _patiently(self, name: str, once: Callable[[], Any], again: Callable[[BaseException], bool]) -> Any:
        """A checkpoint that is tried again with growing pauses after what `again` says may pass."""
        try:
            return DBOS.run_step(
                {
                    "name": name,
                    "retries_allowed": True,
                    "max_attempts": self._attempts,
                    "interval_seconds": 1.0,
                    "backoff_rate": 2.0,
                    "should_retry": again,
                },
                once,
            )
        except dbos_errors.DBOSMaxStepRetriesExceeded as exceeded:
            raise Unavailable(f"{name} was tried {self._attempts} times") from exceeded


class Durable:
    """The engine of a running Earshot. `flows`: name → (queue, function)."""

    def __init__(
        self, db: Engine, flows: dict[str, tuple[str, Flow]], *, executor_id: str = "one", gate: Gate | None = None
    ) -> None:
        self.db = db
        self.flows = flows
        self.executor_id = executor_id
        self.gate = gate or Gate()
        self.work: Work | None = None
        self.outside = Outside()
        self._client: DBOSClient | None = None
        self._launched = False

    def client(self) -> DBOSClient:
        """The way to leave work from any process, launched or not."""
        if self._client is None:
            self._client = DBOSClient(
                system_database_engine=self.db,
                serializer=DBOSPortableJSONSerializer(),
                application_name="earshot",
                lazy=True,
            )
        return self._client

    def enqueue_in(self, db: Session, flow: str, key: str, *args: Any, delay_seconds: float = 0) -> None:
        """Leave a flow in the caller's transaction; the same key is left once."""
        options: EnqueueOptions = {
            "workflow_name": "flow",
            "queue_name": self.flows[flow][0],
            "workflow_id": key,
            "app_version": APPLICATION_VERSION,
        }
        if delay_seconds:
            options["delay_seconds"] = delay_seconds
        self.client().enqueue_in_transaction(db, options, flow, list(args), walk.current() or key)

    def migrate(self) -> None:
        """Make or raise the engine's own tables."""
        url = self.db.url.render_as_string(hide_password=False)
        quiet()
        DBOS.migrate(url.replace("postgresql+psycopg", "postgresql"))

    def launch(self) -> None:
        """Recover what was running and start working the queues."""
        assert self.work is not None
        answers = Checkpointed(self.work, self.outside, self.gate, attempts=8, courteous=False)
        others = Checkpointed(self.work, self.outside, self.gate, attempts=8, courteous=True)
        config: DBOSConfig = {
            "name": "earshot",
            "system_database_engine": self.db,
            "system_database_url": self.db.url.render_as_string(hide_password=False).replace("+psycopg", ""),
            "application_version": APPLICATION_VERSION,
            "executor_id": self.executor_id,
            "serializer": DBOSPortableJSONSerializer(),
            "log_level": "WARNING",
            "run_migrations": False,
            "use_listen_notify": False,
            "max_executor_threads": 64,
        }
        quiet()
        DBOS(config=config)

        @DBOS.workflow(name="flow")
        def flow(name: str, args: list[Any], walk_id: str = "") -> None:
            known = self.flows.get(name)
            if known is None:
                log.error("unknown flow", extra={"flow": name})
                return
            queue, function = known
            answer = queue == "intake"
            with walk.on(walk_id), self.gate.answering() if answer else nullcontext():
                started = time.perf_counter()
                function(answers if answer else others, *args)
                log.info("%s ended after %.0f ms", name, (time.perf_counter() - started) * 1000)

        DBOS.launch()
        for name, (together, interval) in QUEUES.items():
            DBOS.register_queue(
                name, worker_concurrency=together, polling_interval_sec=interval, on_conflict="always_update"
            )
        self._launched = True

    @property
    def running(self) -> bool:
        """True between launch and shut_down."""
        return self._launched

    def shut_down(self, patience_seconds: int = 5) -> None:
        """Stop working; what is not finished goes on at the next start."""
        if self._launched:
            DBOS.destroy(workflow_completion_timeout_sec=patience_seconds, destroy_registry=True)
            self._launched = False

    def unfinished(self) -> int:
        """How many flows wait or run."""
        return len(
            self.client().list_workflows(status=["ENQUEUED", "PENDING", "DELAYED"], load_input=False, load_output=False)
        )

    def forget_finished(self, older_than_seconds: float) -> int:
        """Delete flows that finished long ago; how many."""
        before = dbos_time(time.time() - older_than_seconds)
        client = self.client()
        old = client.list_workflows(
            status=["SUCCESS"], end_time=before, limit=1000, load_input=False, load_output=False
        )
        if old:
            client.delete_workflows([one.workflow_id for one in old])
        return len(old)


def dbos_time(seconds: float) -> str:
    """Epoch seconds as DBOS's ISO text."""
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def quiet() -> None:
    """DBOS tells of every migration: only warnings are worth a line."""
    for name in ("dbos", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
