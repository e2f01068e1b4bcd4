"""Counts what happened, in the database and in what the chat recorded."""

import contextlib
import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import col, func, select

from bot.sandbox.chat import TEAM_ID
from storage import database
from storage.desk.deliveries import Delivery
from storage.desk.messages import Message

PERCENTILES = {"p50": 0.50, "p95": 0.95, "p99": 0.99, "max": 1.0}


def summary(seconds: Sequence[float]) -> dict[str, float]:
    """p50, p95, p99 and max of times, in milliseconds (nearest rank); empty for none."""
    ordered = sorted(seconds)
    if not ordered:
        return {}
    return {
        name: round(1000 * ordered[max(0, -(-int(share * len(ordered) * 1000) // 1000) - 1)], 1)
        for name, share in PERCENTILES.items()
    }


@dataclass(frozen=True)
class Record:
    """What the chat was told by the app: (channel/thread of the answer, Unix time), in order."""

    answers: tuple[tuple[str, float], ...]

    def first(self) -> dict[str, float]:
        """When each conversation was answered first."""
        times: dict[str, float] = {}
        for address, at in self.answers:
            times.setdefault(address, at)
        return times

    def repeated(self) -> int:
        """Answers beyond the first in a conversation."""
        return sum(number - 1 for number in Counter(address for address, _ in self.answers).values())


def recorded(chat_file: Path) -> Record:
    """What the app posted in threads, read from the chat's own file."""
    asked = "SELECT channel, thread_ts, at, body FROM messages WHERE thread_ts IS NOT NULL ORDER BY seq"
    here = sqlite3.connect(f"file:{chat_file}?mode=ro", uri=True)
    try:
        rows = here.execute(asked).fetchall()
    finally:
        here.close()
    return Record(
        tuple((f"{channel}/{thread}", at) for channel, thread, at, body in rows if "bot_id" in json.loads(body))
    )


def answered(chat_file: Path) -> int:
    """How many posts of the app the chat has in threads."""
    here = sqlite3.connect(f"file:{chat_file}?mode=ro", uri=True)
    try:
        asked = (
            "SELECT count(*) FROM messages WHERE thread_ts IS NOT NULL AND json_extract(body, '$.bot_id') IS NOT NULL"
        )
        return int(here.execute(asked).fetchone()[0])
    finally:
        here.close()


@dataclass(frozen=True)
class Kept:
    """What the database has: addresses of messages that came in, and of conversations that are to be answered."""

    messages: frozenset[str]
    copies: int
    meant: frozenset[str]
    untriaged: int


def kept(database_url: str) -> Kept:
    """Read it from the database."""
    engine = database.connect(database_url)
    prefix = f"{TEAM_ID}/"
    with database.session(engine) as db:
        rows = list(db.exec(select(Message.external_id, Message.triaged_at).where(Message.direction == "in")))
        meant = db.exec(select(Delivery.thread).where(Delivery.purpose == "acknowledgement"))
        threads = frozenset((one or "").removeprefix(prefix) for one in meant)
    engine.dispose()
    addresses = [external.removeprefix(prefix) for external, _ in rows]
    return Kept(
        messages=frozenset(addresses),
        copies=len(addresses) - len(set(addresses)),
        meant=threads,
        untriaged=sum(triaged is None for _, triaged in rows),
    )


@contextlib.contextmanager
def watching(database_url: str) -> Iterator[Callable[[], int]]:
    """A function that tells how many messages are not understood yet and how many answers not said."""
    engine = database.connect(database_url)

    def waiting() -> int:
        with database.session(engine) as db:
            unheard = select(func.count()).where(Message.direction == "in", col(Message.triaged_at).is_(None))
            unsaid = select(func.count()).where(Delivery.purpose == "acknowledgement", Delivery.state == "pending")
            return db.exec(unheard).one() + db.exec(unsaid).one()

    try:
        yield waiting
    finally:
        engine.dispose()


def lost(accepted: Iterable[str], here: Kept, record: Record) -> int:
    """Messages that were accepted and are not kept, and conversations that were to be answered and were not."""
    told = {address for address, _ in record.answers}
    return len(set(accepted) - here.messages) + len(here.meant - told)
