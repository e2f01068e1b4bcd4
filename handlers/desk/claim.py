"""Claim and release: one person has a ticket, and everybody knows who."""

from datetime import timedelta

from handlers.errors import NotFound, Refused
from handlers.unit_of_work import UnitOfWork
from storage.accounts import staff
from storage.desk import standing, tickets, tone
from storage.desk.history import Event
from storage.desk.tickets import Ticket


class AlreadyClaimed(Refused):
    """Somebody was faster."""


def claim(uow: UnitOfWork, ticket_id: int, staff_id: int) -> Event | None:
    """Make `staff_id` the assignee. Raises AlreadyClaimed, naming who was faster, or Refused where a colleague shall take it."""
    _spare(uow, uow.ticket(ticket_id), staff_id)
    if tickets.take(uow.db, ticket_id, staff_id, uow.now()):
        uow.enqueue_card(ticket_id)
        return uow.record("claimed", ticket_id, by=staff_id, before={"assignee_id": None, "claimed_at": None})
    ticket = uow.ticket(ticket_id)
    if ticket.assignee_id == staff_id:
        return None
    name = staff.get(uow.db, ticket.assignee_id).name if ticket.assignee_id else "Somebody"
    raise AlreadyClaimed(f"{name} has taken this one.")


def _spare(uow: UnitOfWork, ticket: Ticket, staff_id: int) -> None:
    """One bitter conversation too many in a row: somebody else's turn, if there is anybody, and unless it is an emergency."""
    limit = uow.policy.bitter_in_a_row
    if not limit or ticket.sentiment > tone.BITTER or ticket.band == "certain" or ticket.assignee_id is not None:
        return
    met = tone.bitter_in_a_row(uow.db, staff_id, uow.now() - timedelta(hours=12))
    others = [one for one in staff.everyone(uow.db) if one.id != staff_id and one.role in ("listener", "support")]
    if met >= limit and others:
        raise Refused(
            f"You have had {met} bitter conversations in a row. Take another kind first, or a pause; "
            "a colleague takes this one."
        )


def release(uow: UnitOfWork, ticket_id: int, staff_id: int) -> Event | None:
    """Give the ticket back to everybody. Raises Refused if it is somebody else's."""
    tickets.hold(uow.db, ticket_id)
    before = standing.of(uow.ticket(ticket_id))
    if not tickets.give_back(uow.db, ticket_id, staff_id):
        ticket = uow.ticket(ticket_id)
        if ticket.assignee_id is None:
            return None
        raise Refused(f"{staff.get(uow.db, ticket.assignee_id).name} has this one; only they can release it.")
    uow.enqueue_card(ticket_id)
    return uow.record("released", ticket_id, by=staff_id, before=standing.changed(before, uow.ticket(ticket_id)))


def hand_over(uow: UnitOfWork, ticket_id: int, staff_id: int, to_id: int, word: str = "") -> Event:
    """Make somebody else the assignee, with a word for them. Raises NotFound if there is no such colleague."""
    colleague = next((one for one in staff.everyone(uow.db) if one.id == to_id), None)
    if colleague is None:
        raise NotFound("There is no such colleague.")
    tickets.hold(uow.db, ticket_id)
    ticket = uow.ticket(ticket_id)
    before = standing.of(ticket)
    ticket.assignee_id, ticket.claimed_at = to_id, uow.now()
    uow.db.add(ticket)
    uow.enqueue_card(ticket_id)
    return uow.record(
        "handed_over", ticket_id, by=staff_id, to=to_id, word=word, before=standing.changed(before, ticket)
    )
