"""Sleepers: tickets that are snoozed while something goes on at their bug."""

from datetime import datetime

from sqlmodel import Session, col, select

from storage.desk.tickets import Ticket
from storage.insights.bugs import Bug


def with_bug(db: Session, since: datetime) -> list[tuple[Ticket, datetime]]:
    """Snoozed tickets whose bug changed after a moment, with when it did."""
    asked = select(Ticket, Bug.changed_at).where(Ticket.bug_id == Bug.id, col(Bug.changed_at) > since)
    return list(db.exec(asked.where(col(Ticket.state) == "snoozed")))
