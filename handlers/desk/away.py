"""Away and back: who is not here until when; what is due before they are back is everybody's."""

from datetime import datetime

from handlers.errors import Refused
from handlers.unit_of_work import UnitOfWork
from storage.desk import standing, tickets, views
from storage.desk.history import Event
from storage.routing import policy

MOST = 500


def away(uow: UnitOfWork, staff_id: int, until: datetime) -> list[Event]:
    """Gone until an aware time; their tickets, due before it, that anybody may claim now, each as what released it."""
    if until <= uow.now():
        raise Refused("That time has passed already; choose one in the future.")
    policy.remember(uow.db, f"away:{staff_id}", {"until": until.isoformat()})
    freed: list[Event] = []
    for one in views.listed(uow.db, "mine", staff_id, limit=MOST):
        if one.id is None or one.due_at is None or one.due_at >= until:
            continue
        tickets.hold(uow.db, one.id)
        ticket = uow.ticket(one.id)
        if ticket.assignee_id != staff_id:
            continue
        before = standing.of(ticket)
        ticket.assignee_id = ticket.claimed_at = None
        uow.db.add(ticket)
        gone = standing.changed(before, ticket)
        freed.append(uow.record("released", one.id, by=staff_id, why="away until then", before=gone))
        uow.enqueue_card(one.id)
    uow.record("away", by=staff_id, until=until.isoformat(), freed=len(freed))
    return freed


def back(uow: UnitOfWork, staff_id: int) -> None:
    """Here again; nothing if they were."""
    if away_until(uow, staff_id):
        policy.remember(uow.db, f"away:{staff_id}", {})
        uow.record("back", by=staff_id)


def away_until(uow: UnitOfWork, staff_id: int) -> datetime | None:
    """Until when somebody is away; None if they are here."""
    kept = policy.recall(uow.db, f"away:{staff_id}") or {}
    until = datetime.fromisoformat(kept["until"]) if kept.get("until") else None
    return until if until and until > uow.now() else None
