"""Tone: how many bitter conversations somebody had one after another."""

from datetime import datetime

from sqlmodel import Session, col, select

from storage.desk.history import Event
from storage.desk.tickets import Ticket

BITTER = -0.6
"""At or below this a conversation is bitter; the scale is -1 to 1."""
LOOKED_AT = 60


def bitter_in_a_row(db: Session, staff_id: int, since: datetime) -> int:
    """How many of the tickets they answered last since then, one after another and without a pause, were bitter."""
    did = (
        select(Event.name, Event.ticket_id, Ticket.sentiment)
        .join(Ticket, col(Event.ticket_id) == col(Ticket.id), isouter=True)
        .where(
            Event.by == staff_id, col(Event.name).in_(("replied", "paused", "pause_taken_back")), col(Event.at) >= since
        )
    )
    met: list[int] = []
    taken_back = 0
    for name, ticket_id, sentiment in db.exec(did.order_by(col(Event.id).desc()).limit(LOOKED_AT)):
        if name == "pause_taken_back":
            taken_back += 1
        elif name == "paused" and taken_back:
            taken_back -= 1
        elif name == "paused" or (sentiment or 0.0) > BITTER:
            break
        elif ticket_id not in met:
            met.append(ticket_id or 0)
    return len(met)
