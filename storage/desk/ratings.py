"""Ratings: the one question after the end, whether this was handled well, and what was answered."""

from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Field, Session, SQLModel, col, select

from storage.accounts.staff import Staff
from storage.database import UtcDateTime
from storage.desk.tickets import Ticket
from storage.insights.themes import Theme


class Rating(SQLModel, table=True):
    """Asked once per ticket; `score` 1 to 5 and a word once it is answered. `staff_id` is who answered the customer last."""

    __tablename__ = "rating"

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", unique=True)
    customer_id: int = Field(foreign_key="customer.id", index=True)
    staff_id: int | None = Field(default=None, foreign_key="staff.id", index=True)
    score: int | None = None
    word: str = ""
    asked_at: datetime = Field(sa_type=UtcDateTime)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)


def of_ticket(db: Session, ticket_id: int) -> Rating | None:
    """What was asked about a ticket."""
    return db.exec(select(Rating).where(Rating.ticket_id == ticket_id)).first()


def asked_since(db: Session, customer_id: int, since: datetime) -> bool:
    """True if the customer was asked about anything since then."""
    theirs = select(Rating.id).where(Rating.customer_id == customer_id, col(Rating.asked_at) >= since)
    return db.exec(theirs.limit(1)).first() is not None


def keep(db: Session, rating: Rating) -> Rating:
    """Keep a question, or its answer."""
    db.add(rating)
    db.flush()
    return rating


def newest(db: Session, limit: int = 100) -> list[Rating]:
    """Answers, newest first."""
    answered = select(Rating).where(col(Rating.answered_at).is_not(None))
    return list(db.exec(answered.order_by(col(Rating.answered_at).desc()).limit(limit)))


def by_listener(db: Session, since: datetime) -> list[tuple[str, float, int]]:
    """(name, mean score, answers) of everybody who was rated since then."""
    return _means(db, since, select(Staff.name, *_MEANS).join(Staff, col(Staff.id) == Rating.staff_id), Staff.name)


def by_theme(db: Session, since: datetime) -> list[tuple[str, float, int]]:
    """(theme, mean score, answers) of every theme whose tickets were rated since then."""
    named: Any = select(Theme.name, *_MEANS).select_from(Rating).join(Ticket, col(Ticket.id) == Rating.ticket_id)
    return _means(db, since, named.join(Theme, col(Theme.id) == Ticket.theme_id), Theme.name)


_MEANS: tuple[Any, ...] = (func.avg(Rating.score), func.count())


def _means(db: Session, since: datetime, asked: Any, by: Any) -> list[tuple[str, float, int]]:
    rows = db.execute(asked.where(col(Rating.answered_at) >= since).group_by(by).order_by(by))
    return [(name, float(mean), number) for name, mean, number in rows]
