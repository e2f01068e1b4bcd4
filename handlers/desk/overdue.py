"""Overdue: what was missed by its service level and is still owed, as whoever it is up to sees it at the top of each page."""

from handlers.unit_of_work import UnitOfWork
from storage.desk import tickets
from storage.desk.tickets import Ticket
from storage.routing import levels
from storage.routing.levels import Clock


def overdue(uow: UnitOfWork, staff_id: int, most: int = 5) -> list[tuple[Clock, Ticket]]:
    """What is missed, still owed, and theirs: they hold it, the ladder has reached them, or nobody holds it and it is their turn."""
    if not uow.has_levels:
        return []
    late = levels.overdue(uow.db)
    theirs, on_duty = tickets.by_ids(uow.db, [one.ticket_id for one in late]), uow.on_duty()
    known, ladders = {one.id: one for one in theirs}, levels.by_ids(uow.db, {one.level_id for one in late})
    found = []
    for clock in late:
        ticket, level = known[clock.ticket_id], ladders[clock.level_id]
        climbed = {rung["staff_id"] for rung in level.ladder[: clock.rung]}
        holder = ticket.assignee_id or on_duty
        if staff_id in climbed or holder in (None, staff_id):
            found.append((clock, ticket))
    return found[:most]
