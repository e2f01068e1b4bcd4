"""A small company to write weeks with: customers, what they said when, in which theme."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from handlers.analysis.lexical import LexicalEmbedder
from handlers.analysis.meaning.memory import Memory
from handlers.analysis.understanding import Understanding
from handlers.unit_of_work import UnitOfWork
from storage import database
from storage.accounts import customers, flags, people, staff
from storage.accounts.customers import Customer
from storage.accounts.flags import Flag
from storage.accounts.people import Person
from storage.accounts.staff import Staff
from storage.desk import messages, tickets
from storage.desk.messages import Message
from storage.desk.tickets import Ticket
from storage.insights import bugs, themes
from storage.insights.bugs import Bug
from storage.insights.themes import Theme
from storage.routing import policy
from storage.routing.policy import Policy

MONDAY = datetime(2026, 11, 16, 9, tzinfo=UTC)
"""The morning after week 46."""
START = datetime(2026, 9, 1, tzinfo=UTC)


class Nobody:
    """Understands nothing: these tests say themselves what a ticket is."""

    def understand(self, text: str, language: str | None = None) -> Understanding:
        raise AssertionError("grouping and telling read tickets, they do not triage")

    def learn(self, text: str, field: str, value: str) -> None:
        raise AssertionError("nothing is corrected here")


@dataclass
class Desk:
    """Writes history, and hands out units of work."""

    engine: Engine
    now: datetime = MONDAY
    digest_place: str | None = "slack:T1/C2"
    left: list[tuple[str, str]] = field(default_factory=list)
    embedder: LexicalEmbedder = field(default_factory=LexicalEmbedder)
    memory: Memory = field(default_factory=Memory)

    @contextmanager
    def work(self) -> Iterator[UnitOfWork]:
        """A transaction, committed at its end."""
        with database.session(self.engine) as db:
            yield UnitOfWork(
                db=db,
                clock=lambda: self.now,
                listener=Nobody(),
                embedder=self.embedder,
                enqueue_in=self._enqueue,
                console_url="https://earshot.example",
                digest_place=self.digest_place,
                memory=self.memory,
            )
            db.commit()

    def _enqueue(self, db: Session, flow: str, key: str, *args: Any, delay_seconds: float = 0) -> None:
        self.left.append((flow, key))

    def decide(self, **decisions: Any) -> None:
        """Change the policy."""
        with self.work() as uow:
            policy.save(uow.db, Policy(**decisions))

    def customer(self, key: str, worth: float = 10_000, **more: Any) -> int:
        """A customer, made when it is named first."""
        with self.work() as uow:
            known = customers.by_key(uow.db, key)
            kept = known or customers.add(
                uow.db, Customer(key=key, name=key.title(), contract_value=worth, created_at=START, **more)
            )
            return kept.id or 0

    def flag(self, key: str, since: datetime = START, until: datetime = datetime(2027, 1, 1, tzinfo=UTC)) -> None:
        """Flag a customer for a time."""
        customer_id = self.customer(key)
        with self.work() as uow:
            row = Flag(customer_id=customer_id, set_by="x", why="y", set_at=since, review_at=until, expires_at=until)
            flags.add(uow.db, row)

    def listener(self) -> int:
        """A member of staff."""
        with self.work() as uow:
            return staff.add(uow.db, Staff(name="Inés Robledo", email="ines@ours.example", created_at=START)).id or 0

    def theme(self, name: str, kind: str = "bug") -> int:
        """A theme."""
        with self.work() as uow:
            return themes.add(uow.db, Theme(name=name, kind=kind, created_at=START)).id or 0

    def said(
        self, who: str | None, text: str, when: str, theme: int | None = None, author: str = "Ann Lee", **more: Any
    ) -> int:
        """A ticket opened at a time (`2026-11-10 09:00`, UTC) by one message. The ticket's id."""
        at = datetime.fromisoformat(when).replace(tzinfo=UTC)
        customer_id = self.customer(who) if who else None
        facts: dict[str, Any] = {"kind": "bug", "complaint": True, "gist": text[:140], **more}
        with self.work() as uow:
            person = people.add(uow.db, Person(name=author, customer_id=customer_id, created_at=START))
            place, number = f"support:{who}", messages.count(uow.db) + 1
            ticket = Ticket(
                customer_id=customer_id, person_id=person.id, door="support", place=place, thread=str(number),
                opened_at=at, last_customer_at=at, theme_id=theme, **facts,
            )  # fmt: skip
            tickets.add(uow.db, ticket)
            message = Message(
                door="support", external_id=str(number), place=place, ticket_id=ticket.id, customer_id=customer_id,
                person_id=person.id, text=text, sent_at=at, received_at=at,
            )  # fmt: skip
            messages.keep(uow.db, message)
            return ticket.id or 0

    def bug(self, theme: int, **more: Any) -> int:
        """A bug of a theme, filed on 1 November."""
        filed = datetime(2026, 11, 1, tzinfo=UTC)
        facts: dict[str, Any] = {
            "title": "It breaks",
            "state": "new",
            "created_at": filed,
            "filed_at": filed,
            "changed_at": filed,
        }
        with self.work() as uow:
            return bugs.add(uow.db, Bug(theme_id=theme, **(facts | more))).id or 0


@pytest.fixture
def desk_on() -> Iterator[Callable[[str], Desk]]:
    """A desk on the database at a URL."""
    opened: list[Engine] = []

    def on(url: str) -> Desk:
        opened.append(database.connect(url))
        return Desk(opened[-1])

    yield on
    for engine in opened:
        engine.dispose()


@pytest.fixture
def desk(desk_on: Callable[[str], Desk], sqlite_url: str) -> Desk:
    """A desk on SQLite."""
    return desk_on(sqlite_url)
