"""Unfinished: which tickets are not done, and whose customers have had no word for long."""

from datetime import datetime

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from storage.desk.drafts import Draft
from storage.desk.tickets import Ticket


def after(db: Session, ticket_id: int, most: int) -> list[int]:
    """Ids above this one of tickets that are not done, in order."""
    wanted = select(Ticket.id).where(
        col(Ticket.id) > ticket_id, Ticket.state != "resolved", col(Ticket.history).is_(False)
    )
    return [one for one in db.exec(wanted.order_by(col(Ticket.id)).limit(most)) if one is not None]


def silent_since(db: Session, before: datetime, purpose: str, most: int) -> list[int]:
    """Ids of tickets not done whose customer has had no word of ours since `before`, and for whom none is drafted."""
    last_word = func.coalesce(Ticket.last_staff_at, Ticket.opened_at)
    drafted = select(Draft.id).where(Draft.ticket_id == Ticket.id, Draft.purpose == purpose, Draft.state == "waiting")
    quiet = select(Ticket.id).where(
        col(Ticket.state).in_(("open", "waiting", "engineering", "snoozed")),
        col(Ticket.history).is_(False),
        last_word <= before,
        or_(col(Ticket.kind) != "praise", col(Ticket.band) != "none"),
        ~drafted.exists(),
    )
    return [one for one in db.exec(quiet.order_by(last_word).limit(most)) if one is not None]
