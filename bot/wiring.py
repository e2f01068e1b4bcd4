"""The only place where the parts meet: settings, database, engine, understanding, places."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

from sqlalchemy import Engine

from bot import embedding, trackers
from bot.engine import Durable, Inline
from bot.flows import FLOWS
from bot.gate import Gate
from bot.settings import Settings
from bot.trackers.circuit import Circuit
from bot.webhook import WebhookChannel
from handlers.analysis.local_model import LocalModel
from handlers.analysis.meaning import joined
from handlers.analysis.meaning.memory import Memory
from handlers.outside import Embedder, Listener, Model, Outside
from handlers.unit_of_work import UnitOfWork
from storage import database
from storage.desk import history


def clock() -> datetime:
    """The time, aware."""
    return datetime.now(UTC)


@dataclass
class Earshot:
    """A wired Earshot. `work()` is one transaction; `engine` runs what follows."""

    settings: Settings
    db: Engine
    engine: Durable | Inline
    listener: Listener
    embedder: Embedder
    outside: Outside = field(default_factory=Outside)
    clock: Callable[[], datetime] = clock
    gate: Gate = field(default_factory=Gate)
    memory: Memory = field(default_factory=Memory)

    @contextmanager
    def work(self, at_door: bool = True) -> Iterator[UnitOfWork]:
        """A unit of work, committed at the end, rolled back when the verb raises. The flows' own write after those at a door."""
        with database.session(self.db, at_door=at_door) as db:
            yield UnitOfWork(
                db=db,
                clock=self.clock,
                listener=self.listener,
                embedder=self.embedder,
                embedder_outside=self.outside.embedder.name if self.outside.embedder else "",
                enqueue_in=self.engine.enqueue_in,
                has_model=self.outside.model is not None,
                tracker=self.outside.tracker.name if self.outside.tracker else "local",
                tracker_trouble=self.outside.tracker.trouble if isinstance(self.outside.tracker, Circuit) else "",
                tracker_poll_seconds=self.settings.tracker_poll_seconds,
                tracker_pause_seconds=self.settings.tracker_pause_seconds,
                console_url=self.settings.base_url,
                alert_ways=tuple(way for way in ("slack", "webhook") if way in self.outside.channels),
                mails="mail" in self.outside.channels,
                desk_place=_slack_place(self.settings.slack_desk_channel),
                digest_place=_slack_place(self.settings.digest_slack_channel),
                memory=self.memory,
            )
            db.commit()

    def close(self) -> None:
        """Stop the engine and let go of the database."""
        if isinstance(self.engine, Durable):
            self.engine.shut_down()
        self.db.dispose()


def wire(
    settings: Settings, *, inline: bool = False, outside: Outside | None = None, clock: Callable[[], datetime] = clock
) -> Earshot:
    """Everything put together; nothing runs yet. `inline` runs flows at once in the calling thread (replay, verb tests).

    What is outside is connected as the settings say unless it is handed in; Slack is joined by the server.
    """
    db = database.connect(settings.database_url)
    gate, chosen = Gate(), embedding.connect(settings, model)
    engine = Inline(FLOWS) if inline else Durable(db, FLOWS, executor_id=settings.worker_id, gate=gate)
    earshot = Earshot(
        settings=settings,
        db=db,
        engine=engine,
        listener=LocalModel(languages=settings.languages),
        embedder=chosen if not embedding.is_outside(chosen) else joined.best(),
        outside=outside or Outside(),
        clock=clock,
        gate=gate,
    )
    if embedding.is_outside(chosen) and earshot.outside.embedder is None:
        earshot.outside.embedder = chosen
    if outside is None and not inline:
        _connect(earshot)
    engine.work, engine.outside = partial(earshot.work, at_door=False), earshot.outside
    return earshot


def model(settings: Settings) -> Model | None:
    """The model that the settings name, if they name one."""
    if not settings.has_model:
        return None
    from bot import llm  # a second and 30 MB, for those who have one

    return llm.connect(settings)


def _connect(earshot: Earshot) -> None:
    """The model, the tracker and the alert webhook that the settings name."""
    settings, outside = earshot.settings, earshot.outside
    outside.model = model(settings)
    if settings.smtp_url and settings.mail_from:
        from bot.mail.outbox import MailChannel

        outside.channels["mail"] = MailChannel(settings.smtp_url.get_secret_value(), settings.mail_from)
    outside.tracker = trackers.connect(settings, earshot.work)
    if settings.alert_webhook_url:
        secret = settings.alert_webhook_secret
        key = secret.get_secret_value() if secret else None
        outside.channels["webhook"] = WebhookChannel(settings.alert_webhook_url, key)


def _slack_place(channel: str | None) -> str | None:
    """The address of a channel set as `C1`, `T1/C1` or `slack:T1/C1`."""
    return f"slack:{channel.removeprefix('slack:')}" if channel else None


def recall_corrections(earshot: Earshot) -> None:
    """What people corrected counts from the start."""
    with earshot.work() as uow:
        for correction in history.corrections(uow.db):
            earshot.listener.learn(correction.text, correction.field, correction.value)
