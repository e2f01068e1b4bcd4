"""Durable flows on DBOS: queues, recovery and what was left, on the same database as the tables."""

import logging
import time
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import Any

from dbos import DBOS, DBOSClient, DBOSConfig, DBOSPortableJSONSerializer, EnqueueOptions
from sqlalchemy import Engine
from sqlmodel import Session

from bot import walk
from bot.engine.run import Checkpointed, Flow, Work
from bot.gate import Gate
from handlers.unit_of_work import Outside

APPLICATION_VERSION = "1"
"""Raised by hand when running flows of the version before cannot be gone on with."""

QUEUES = {"intake": (8, 0.05), "work": (6, 0.2), "model": (4, 0.5), "tracker": (1, 0.5)}
"""Queue → (flows at once per worker, poll interval in seconds)."""

log = logging.getLogger("earshot.engine")


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
