"""Snooze and wake: out of sight until a time, or until the customer writes again."""

from datetime import datetime

from handlers.errors import Refused
from handlers.unit_of_work import UnitOfWork
from storage.desk import standing, tickets
from storage.desk.history import Event


def snooze(uow: UnitOfWork, ticket_id: int, staff_id: int, until: datetime) -> Event:
    """Put the ticket to sleep until an aware time. Raises Refused if that has passed or the ticket is resolved."""
    if until <= uow.now():
        raise Refused("That time has passed already; choose one in the future.")
    tickets.hold(uow.db, ticket_id)
    ticket = uow.ticket(ticket_id)
    if ticket.state == "resolved":
        raise Refused("This ticket is resolved; reopen it first.")
    before = standing.of(ticket)
    ticket.state, ticket.snoozed_until = "snoozed", until
    uow.db.add(ticket)
    uow.enqueue_card(ticket_id)
    gone = standing.changed(before, ticket)
    return uow.record("snoozed", ticket_id, by=staff_id, until=until.isoformat(), before=gone)


def wake(uow: UnitOfWork, ticket_id: int, staff_id: int | None = None) -> Event | None:
    """Back into the list; nothing if it is awake."""
    tickets.hold(uow.db, ticket_id)
    ticket = uow.ticket(ticket_id)
    if ticket.state != "snoozed":
        return None
    before = standing.of(ticket)
    ticket.state, ticket.snoozed_until = "open", None
    uow.db.add(ticket)
    uow.enqueue_card(ticket_id)
    return uow.record("woken", ticket_id, by=staff_id, before=standing.changed(before, ticket))


def wake_due(uow: UnitOfWork) -> int:
    """Wake everything whose time has come; how many."""
    due = tickets.to_wake(uow.db, uow.now())
    for ticket_id in due:
        wake(uow, ticket_id)
    return len(due)
