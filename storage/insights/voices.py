"""Voices: tickets as a week's digest hears them. Reads other nouns' tables; has none of its own."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func
from sqlmodel import Session, col, select

from storage.accounts.people import Person
from storage.desk.messages import Message
from storage.desk.tickets import Ticket
from storage.insights.themes import Vector

AT_ONCE = 500


class Voice(NamedTuple):
    """One ticket: who, what about, when, how bad."""

    ticket_id: int
    theme_id: int | None
    bug_id: int | None
    customer_id: int | None
    opened_at: datetime
    kind: str
    complaint: bool
    severity: int
    band: str
    sentiment: float
    gist: str
    queue: str


class Said(NamedTuple):
    """The words that opened a ticket, and who wrote them."""

    text: str
    author: str


def between(db: Session, since: datetime, until: datetime) -> list[Voice]:
    """Every ticket opened in [since, until), oldest first, history included."""
    columns = [getattr(Ticket, name if name != "ticket_id" else "id") for name in Voice._fields]
    opened = select(*columns).where(col(Ticket.opened_at) >= since, col(Ticket.opened_at) < until)
    return [Voice(*row) for row in db.exec(opened.order_by(col(Ticket.opened_at), col(Ticket.id)))]


def first_heard(db: Session, until: datetime) -> dict[int, datetime]:
    """When each theme was told first, of themes told before `until`."""
    first = select(Ticket.theme_id, func.min(Ticket.opened_at)).where(
        col(Ticket.theme_id).is_not(None), col(Ticket.opened_at) < until
    )
    return {theme: when for theme, when in db.exec(first.group_by(col(Ticket.theme_id))) if theme is not None}


def last_heard(db: Session, until: datetime) -> dict[int, datetime]:
    """When each theme was told last, of themes told before `until`."""
    last = select(Ticket.theme_id, func.max(Ticket.opened_at)).where(
        col(Ticket.theme_id).is_not(None), col(Ticket.opened_at) < until
    )
    return {theme: when for theme, when in db.exec(last.group_by(col(Ticket.theme_id))) if theme is not None}


def first_reports(db: Session, until: datetime) -> dict[int, dict[int | None, datetime]]:
    """When each customer (None: strangers) told of each theme first, of what was told before `until`."""
    first = select(Ticket.theme_id, Ticket.customer_id, func.min(Ticket.opened_at)).where(
        col(Ticket.theme_id).is_not(None), col(Ticket.opened_at) < until
    )
    found: dict[int, dict[int | None, datetime]] = {}
    for theme, customer, when in db.exec(first.group_by(col(Ticket.theme_id), col(Ticket.customer_id))):
        if theme is not None:
            found.setdefault(theme, {})[customer] = when
    return found


def of_theme(db: Session, theme_id: int, since: datetime) -> list[Voice]:
    """A theme's tickets opened since then, oldest first, history included."""
    columns = [getattr(Ticket, name if name != "ticket_id" else "id") for name in Voice._fields]
    opened = select(*columns).where(Ticket.theme_id == theme_id, col(Ticket.opened_at) >= since)
    return [Voice(*row) for row in db.exec(opened.order_by(col(Ticket.opened_at), col(Ticket.id)))]


def told_before(db: Session, ticket: Ticket, since: datetime) -> bool:
    """Whether the ticket's customer told of its theme before, since then; strangers count as one."""
    same = select(Ticket.id).where(
        Ticket.theme_id == ticket.theme_id, Ticket.customer_id == ticket.customer_id, col(Ticket.id) != ticket.id
    )
    return db.exec(same.where(col(Ticket.opened_at) >= since, col(Ticket.complaint)).limit(1)).first() is not None


def themes_told(db: Session, since: datetime) -> int:
    """How many themes were told of since then."""
    return db.exec(select(func.count(func.distinct(Ticket.theme_id))).where(col(Ticket.opened_at) >= since)).one()


def messages_of(db: Session, ticket_ids: Sequence[int], since: datetime, until: datetime) -> int:
    """How many messages customers sent in these tickets in [since, until)."""
    number = 0
    for some in _portions(ticket_ids):
        sent = select(func.count()).where(
            Message.direction == "in", col(Message.ticket_id).in_(some),
            col(Message.sent_at) >= since, col(Message.sent_at) < until,
        )  # fmt: skip
        number += db.exec(sent).one()
    return number


def started_at(db: Session) -> datetime | None:
    """When the first ticket of all was opened."""
    return db.exec(select(func.min(Ticket.opened_at))).one()


def messages_between(db: Session, since: datetime, until: datetime) -> int:
    """How many messages customers sent in [since, until)."""
    sent = select(func.count()).where(
        Message.direction == "in", col(Message.sent_at) >= since, col(Message.sent_at) < until
    )
    return db.exec(sent).one()


def opening_words(db: Session, ticket_ids: Sequence[int]) -> dict[int, Said]:
    """What opened each ticket, as it reads now; tickets whose first message was deleted are left out."""
    said: dict[int, Said] = {}
    for some in _portions(ticket_ids):
        first = (
            select(func.min(Message.id))
            .where(Message.direction == "in", col(Message.ticket_id).in_(some))
            .group_by(col(Message.ticket_id))
        )
        rows = select(Message.ticket_id, Message.text, Message.author, Person.name).join(
            Person, col(Person.id) == Message.person_id, isouter=True
        )
        rows = rows.where(col(Message.id).in_(first), col(Message.deleted_at).is_(None))
        said |= {ticket: Said(text, name or author) for ticket, text, author, name in db.exec(rows) if ticket}
    return said


def numbers(db: Session, ticket_ids: Sequence[int]) -> dict[int, bytes]:
    """The meaning of each of these tickets, where it is known."""
    known: dict[int, bytes] = {}
    for some in _portions(ticket_ids):
        rows = select(Vector.ticket_id, Vector.numbers).where(col(Vector.ticket_id).in_(some))
        known |= dict(db.exec(rows).all())
    return known


def people_of(db: Session, customer_ids: Iterable[int]) -> dict[int, list[str]]:
    """The names of the people of these customers, by customer id."""
    names: dict[int, list[str]] = {}
    for some in _portions(sorted(set(customer_ids))):
        rows = select(Person.customer_id, Person.name).where(col(Person.customer_id).in_(some))
        for customer, name in db.exec(rows):
            if customer is not None and name:
                names.setdefault(customer, []).append(name)
    return names


def _portions(ids: Sequence[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), AT_ONCE):
        yield list(ids[start : start + AT_ONCE])
