"""Interruptions of the core team: each one that got through, by which way; and what the buffer took instead."""

from datetime import datetime

from sqlalchemy import func
from sqlmodel import Field, Session, SQLModel, col, select

from storage.database import UtcDateTime
from storage.desk.messages import Message
from storage.desk.tickets import Ticket
from storage.insights.bugs import Bug

WAYS = ("straight", "mention", "tracker")
"""An emergency that called them, a mention in a customer's channel, a word of ours on their bug."""


class Interruption(SQLModel, table=True):
    """One that got through. `key` names its cause, so that it counts once; `who` where it is nobody of our staff list."""

    __tablename__ = "interruption"

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    way: str
    staff_id: int | None = Field(default=None, foreign_key="staff.id")
    who: str = ""
    alert_id: int | None = Field(default=None, foreign_key="alert.id")
    message_id: int | None = Field(default=None, foreign_key="message.id")
    bug_id: int | None = Field(default=None, foreign_key="bug.id")


def keep(db: Session, found: Interruption) -> bool:
    """True if this cause is new."""
    if db.exec(select(Interruption.id).where(Interruption.key == found.key)).first() is not None:
        return False
    db.add(found)
    db.flush()
    return True


def between(db: Session, since: datetime, until: datetime) -> list[Interruption]:
    """Those of [since, until), newest first."""
    lay = select(Interruption).where(col(Interruption.at) >= since, col(Interruption.at) < until)
    return list(db.exec(lay.order_by(col(Interruption.at).desc(), col(Interruption.id).desc())))


def absorbed(db: Session, since: datetime, until: datetime) -> dict[str | None, int]:
    """Customers' messages in the buffer in [since, until) that asked something, by who has the bug behind them (None: nobody)."""
    said = (
        select(Bug.assignee, func.count())
        .select_from(Message)
        .join(Ticket, col(Message.ticket_id) == col(Ticket.id))
        .join(Bug, col(Ticket.bug_id) == col(Bug.id), isouter=True)
        .where(
            Message.direction == "in",
            col(Message.chatter).is_(False),
            col(Message.history).is_(False),
            Ticket.queue == "buffer",
            col(Message.sent_at) >= since,
            col(Message.sent_at) < until,
        )
    )
    return {who or None: number for who, number in db.exec(said.group_by(Bug.assignee))}
