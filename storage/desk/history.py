"""Events: the audit log of every ticket and customer, who did what when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Index, func, text
from sqlmodel import Field, Session, SQLModel, col, select

from storage.database import JsonType, UtcDateTime
from storage.desk.messages import Message

_THEMED = text("theme_id IS NOT NULL")


class Event(SQLModel, table=True):
    """Something that happened; `by` is a staff id, empty when Earshot did it itself. `theme_id`: on whose page it is read."""

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_theme", "theme_id", "id", sqlite_where=_THEMED, postgresql_where=_THEMED),)

    id: int | None = Field(default=None, primary_key=True)
    name: str
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id", index=True)
    customer_id: int | None = Field(default=None, foreign_key="customer.id", index=True)
    by: int | None = Field(default=None, foreign_key="staff.id")
    theme_id: int | None = None
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=JsonType)
    at: datetime = Field(sa_type=UtcDateTime)


class Correction(SQLModel, table=True):
    """A person's word on what a message is. It wins, is kept, and is an example from then on."""

    __tablename__ = "correction"

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    text: str
    language: str
    field: str
    value: str
    by: int | None = Field(default=None, foreign_key="staff.id")
    at: datetime = Field(sa_type=UtcDateTime)


def record(db: Session, event: Event) -> None:
    """Write the event down."""
    db.add(event)


def get(db: Session, event_id: int) -> Event | None:
    """The event, if there is one."""
    return db.get(Event, event_id) if 0 < event_id < 2**31 else None


def of_ticket(db: Session, ticket_id: int) -> list[Event]:
    """What happened to a ticket, oldest first."""
    return list(db.exec(select(Event).where(Event.ticket_id == ticket_id).order_by(col(Event.id))))


def of_theme(db: Session, theme_id: int, limit: int = 50) -> list[Event]:
    """What became of a theme, newest first."""
    theirs = select(Event).where(Event.theme_id == theme_id).order_by(col(Event.id).desc())
    return list(db.exec(theirs.limit(limit)))


def still_standing(newest_first: Sequence[Event], done: str, undone: str) -> Event | None:
    """The newest event called `done` that no event called `undone` has taken back: each takes back the one before it."""
    taken = 0
    for one in newest_first:
        if one.name == undone:
            taken += 1
        elif one.name == done and taken:
            taken -= 1
        elif one.name == done:
            return one
    return None


def last_of(db: Session, name: str, staff_id: int) -> Event | None:
    """What somebody did last of that name."""
    theirs = select(Event).where(Event.by == staff_id, Event.name == name)
    return db.exec(theirs.order_by(col(Event.id).desc()).limit(1)).first()


def of_customer(db: Session, customer_id: int, limit: int = 50) -> list[Event]:
    """What happened with a customer, newest first."""
    theirs = select(Event).where(Event.customer_id == customer_id)
    return list(db.exec(theirs.order_by(col(Event.id).desc()).limit(limit)))


def of_staff(db: Session, staff_id: int, since: datetime) -> list[Event]:
    """What somebody did since then, oldest first."""
    theirs = select(Event).where(Event.by == staff_id, col(Event.by).is_not(None), col(Event.at) >= since)
    return list(db.exec(theirs.order_by(col(Event.at), col(Event.id))))


@dataclass(frozen=True)
class Wanted:
    """Only the events of somebody, of a name, of a ticket, in [since, until)."""

    by: int | None = None
    name: str | None = None
    ticket_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None


def filtered(db: Session, wanted: Wanted, *, below: int | None = None, limit: int = 100) -> list[Event]:
    """The events that are wanted, newest first, only those with an id under `below`."""
    pairs = ((Event.by, wanted.by), (Event.name, wanted.name), (Event.ticket_id, wanted.ticket_id))
    terms = [col(column) == value for column, value in pairs if value is not None]
    terms += [col(Event.at) >= wanted.since] if wanted.since else []
    terms += [col(Event.at) < wanted.until] if wanted.until else []
    terms += [col(Event.id) < below] if below is not None else []
    return list(db.exec(select(Event).where(*terms).order_by(col(Event.id).desc()).limit(limit)))


def names(db: Session, among: int = 20_000) -> list[str]:
    """What has happened lately, by name."""
    lately = select(Event.name).order_by(col(Event.id).desc()).limit(among).subquery()
    return sorted(db.exec(select(lately.c.name).distinct()))


def newest(db: Session, after: int = 0, limit: int = 100) -> list[Event]:
    """Events after an id, oldest first: what changed since somebody last looked."""
    return list(db.exec(select(Event).where(col(Event.id) > after).order_by(col(Event.id)).limit(limit)))


def pulse(db: Session) -> tuple[int, int]:
    """The newest event's and the newest message's id: when either grows, something is new to be seen."""
    newest_event, newest_message = select(func.max(Event.id)), select(func.max(Message.id))
    return db.exec(newest_event).one() or 0, db.exec(newest_message).one() or 0


def named(db: Session, name: str) -> list[Event]:
    """Every event of one name, newest first."""
    return list(db.exec(select(Event).where(Event.name == name).order_by(col(Event.id).desc())))


def correct(db: Session, correction: Correction) -> None:
    """Keep a correction."""
    db.add(correction)
    db.flush()


def corrections(db: Session) -> list[Correction]:
    """Every correction, oldest first."""
    return list(db.exec(select(Correction).order_by(col(Correction.id))))
