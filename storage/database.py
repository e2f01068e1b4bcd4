"""The database: one SQLite file by default, Postgres by setting. Sessions, the writer's turn, and times that know their zone."""

import hashlib
import json
import math
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, create_engine, event, make_url, text
from sqlalchemy import Engine as Engine
from sqlalchemy.engine import Dialect
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm import SessionTransaction
from sqlalchemy.types import JSON, DateTime, TypeDecorator
from sqlmodel import Session as Session

from storage.writers import WriterConnection, Writers

READS = ("SELECT", "PRAGMA", "EXPLAIN", "VALUES")
AT_DOOR, OURS, AFTERWARDS = "earshot_at_door", "earshot_ours", "earshot_afterwards"

LONGEST_WAIT = 30
"""Seconds that a transaction waits for another one's lock."""

Failure = (DBAPIError, NoConnection)
"""What the database itself refuses: no such file, no server, a wrong password, a full disk."""


class UtcDateTime(TypeDecorator[datetime]):
    """Aware datetimes in and out, whatever the database keeps. A naive one is refused."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}: use datetime.now(UTC)")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None else None


def connect(url: str) -> Engine:
    """An engine for `url` (`sqlite:///file.db` or `postgresql://…`).

    SQLite: WAL, `synchronous=FULL`, reads without a transaction, writers one at a time with BEGIN IMMEDIATE.
    Neither waits for a lock without end: what waits longer than `LONGEST_WAIT` seconds fails, and is tried again.
    """
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite(url)
    engine = create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        json_serializer=to_json,
        pool_size=20,
        max_overflow=20,
        pool_pre_ping=True,
    )

    @event.listens_for(engine, "connect")
    def on_connect(dbapi: DBAPIConnection, _record: object) -> None:
        with closing(dbapi.cursor()) as cursor:
            cursor.execute(f"SET lock_timeout = '{LONGEST_WAIT}s'")
        dbapi.commit()

    return engine


def _sqlite(url: str) -> Engine:
    writers = Writers()

    class OurConnection(WriterConnection):
        pass

    OurConnection.writers = writers
    engine = create_engine(
        url,
        json_serializer=to_json,
        connect_args={"factory": OurConnection, "check_same_thread": False, "timeout": LONGEST_WAIT},
        pool_size=30,
        max_overflow=30,
    )

    @event.listens_for(engine, "connect")
    def on_connect(dbapi: WriterConnection, _record: object) -> None:
        dbapi.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            f"busy_timeout={LONGEST_WAIT * 1000}",
            "foreign_keys=ON",
            "cache_size=-1000",
        ):
            dbapi.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "before_cursor_execute")
    def before_execute(connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.lstrip().upper().startswith(READS):
            _begin_writing(connection)

    return engine


def why(failure: Exception) -> str:
    """One sentence for the person about what the database refused."""
    first = str(getattr(failure, "orig", None) or failure).strip().splitlines()[0].rstrip(".:")
    return f"The database cannot be used: {first}."


def _begin_writing(connection: Connection) -> None:
    at_door = bool(connection.get_execution_options().get(AT_DOOR))
    connection.connection.dbapi_connection.begin_writing(at_door)  # type: ignore[union-attr]


class Remembering(Session):
    """A session that holds on to what it read and wrote until it ends: SQLAlchemy forgets what nobody refers to, and asks again."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine, expire_on_commit=False)
        self.remembered: list[object] = []


@event.listens_for(Remembering, "loaded_as_persistent")
@event.listens_for(Remembering, "pending_to_persistent")
def _remember(session: Remembering, one: object) -> None:
    session.remembered.append(one)


@event.listens_for(Remembering, "after_commit")
def _committed(session: Remembering) -> None:
    for what in session.info.pop(AFTERWARDS, ()):
        what()


@event.listens_for(Remembering, "after_transaction_end")
def _let_go(session: Remembering, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(OURS, None)
        session.info.pop(AFTERWARDS, None)


def session(engine: Engine, *, at_door: bool = False) -> Session:
    """A session whose objects stay readable after the commit. `at_door`: it writes before the flows do."""
    return Remembering(engine.execution_options(**{AT_DOOR: True}) if at_door else engine)


def is_sqlite(db: Session) -> bool:
    """True on the embedded default."""
    return db.get_bind().dialect.name == "sqlite"


def one_at_a_time(db: Session, key: str) -> bool:
    """Until this transaction ends, nobody else passes here with the same key (on SQLite: with any key). False if it was ours.

    What this session changed is written first, so that reading anew afterwards loses none of it.
    """
    if key in db.info.setdefault(OURS, set()):
        return False
    db.flush()
    if is_sqlite(db):
        _begin_writing(db.connection())
    else:
        number = int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "big", signed=True)
        db.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": number})
    return our_own(db, key)


def is_our_own(db: Session, key: str) -> bool:
    """True for what this transaction made, or holds."""
    return key in db.info.get(OURS, ())


def our_own(db: Session, key: str) -> bool:
    """What this transaction made: nobody else can know of it yet."""
    db.info.setdefault(OURS, set()).add(key)
    return True


def afterwards(db: Session, what: Callable[[], None]) -> None:
    """Call `what` once this transaction has committed; never if it does not."""
    db.info.setdefault(AFTERWARDS, []).append(what)


def to_json(value: object) -> str:
    """JSON as the tables keep it: unescaped, dates as ISO text."""
    return json.dumps(value, ensure_ascii=False, default=str)


def clean(text_in: str) -> str:
    """Text that every database can keep: NUL and lone surrogates replaced."""
    return text_in.replace("\x00", "�").encode("utf-8", "replace").decode("utf-8")


def clean_all(value: Any) -> Any:
    """JSON that every database can keep: its texts cleaned, numbers that are none (NaN, infinity) left out."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(str(name)): clean_all(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [clean_all(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


JsonType = JSON
