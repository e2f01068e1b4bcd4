"""Snooze and wake: out of sight until a time, until the customer writes again, or until something changes at the bug."""

from datetime import datetime, timedelta

from handlers.errors import Refused
from handlers.unit_of_work import UnitOfWork
from storage.desk import standing, tickets
from storage.desk.history import Event
from storage.desk.tickets import Ticket
from storage.insights import bugs, waiting

LONGEST = timedelta(days=30)
"""What waits for something else than a time comes up then at the latest: nothing is forgotten."""
BUG_CHANGED = "bug changed"
SOONER = ("bug", "reply")
"""What else may wake it: a change of its bug. That the customer writes always does."""


def snooze(
    uow: UnitOfWork, ticket_id: int, staff_id: int, until: datetime | None = None, *, sooner: str = "reply"
) -> Event:
    """Put the ticket to sleep until an aware time, or until `sooner` happens and a month at most.

    Raises Refused if the time has passed, the ticket is resolved, or there is no bug to wait for.
    """
    until = until or uow.now() + LONGEST
    if until <= uow.now():
        raise Refused("That time has passed already; choose one in the future.")
    tickets.hold(uow.db, ticket_id)
    ticket = uow.ticket(ticket_id)
    if ticket.state == "resolved":
        raise Refused("This ticket is resolved; reopen it first.")
    if sooner not in SOONER:
        raise Refused("It can wait for a time, for a reply or for its bug.")
    bug = bugs.get(uow.db, ticket.bug_id) if ticket.bug_id else None
    if sooner == "bug" and (bug is None or bug.state == "proposed"):
        raise Refused("It has no bug to wait for; file or link one first.")
    before = standing.of(ticket)
    ticket.state, ticket.snoozed_until = "snoozed", until
    ticket.extra = {**ticket.extra, "wakes": {"by": sooner, "since": uow.now().isoformat()}}
    uow.db.add(ticket)
    uow.enqueue_card(ticket_id)
    gone = standing.changed(before, ticket)
    return uow.record("snoozed", ticket_id, by=staff_id, until=until.isoformat(), sooner=sooner, before=gone)


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
    """Wake everything whose time has come, or whose bug changed since it was put to sleep; how many."""
    due = tickets.to_wake(uow.db, uow.now())
    moved = [one.id or 0 for one, at in waiting.with_bug(uow.db, uow.now() - LONGEST) if _waits_for_bug(one, at)]
    for ticket_id in due:
        wake(uow, ticket_id)
    for ticket_id in moved:
        if wake(uow, ticket_id) is not None:
            ticket = uow.ticket(ticket_id)
            ticket.due_at, ticket.due_reason = uow.now(), BUG_CHANGED
            uow.db.add(ticket)
    return len({*due, *moved})


def _waits_for_bug(ticket: Ticket, changed_at: datetime) -> bool:
    wakes = ticket.extra.get("wakes") or {}
    return wakes.get("by") == "bug" and changed_at > datetime.fromisoformat(wakes["since"])
