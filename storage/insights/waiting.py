"""Bugs as tickets wait for them: who sleeps until one changes, which a customer waits for."""

from datetime import datetime

from sqlmodel import Session, col, select

from storage.desk.tickets import Ticket
from storage.insights.bugs import SETTLED, Bug


def waited_for(db: Session, customer_id: int, most: int = 10) -> list[Bug]:
    """Bugs that a customer told of and that are not done, the newest first."""
    theirs = select(Ticket.bug_id).where(Ticket.customer_id == customer_id, col(Ticket.bug_id).is_not(None))
    undone = col(Bug.state).not_in(("proposed", *SETTLED))
    return list(db.exec(select(Bug).where(col(Bug.id).in_(theirs), undone).order_by(col(Bug.id).desc()).limit(most)))


def with_bug(db: Session, since: datetime) -> list[tuple[Ticket, datetime]]:
    """Snoozed tickets whose bug changed after a moment, with when it did."""
    asked = select(Ticket, Bug.changed_at).where(Ticket.bug_id == Bug.id, col(Bug.changed_at) > since)
    return list(db.exec(asked.where(col(Ticket.state) == "snoozed")))
