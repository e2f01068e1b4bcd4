"""Attend: somebody of ours has a ticket open in front of them; the others are told, and the customer's minutes are counted."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from handlers.unit_of_work import UnitOfWork
from storage.accounts import staff
from storage.desk import attention, presence
from storage.desk.presence import Presence

FRESH = timedelta(seconds=25)
"""An open page says so every ten seconds; who was not heard of for this long is gone."""


def attend(uow: UnitOfWork, ticket_id: int, staff_id: int, doing: str) -> list[tuple[str, str]]:
    """Somebody reads or writes there now. Who else does, as (name, doing), writers first. Raises NotFound for no ticket.

    Between two signs of life no longer apart than `FRESH` the ticket was open: that time is the customer's.
    """
    ticket, now = uow.ticket(ticket_id), uow.now()
    before = presence.of(uow.db, ticket_id, staff_id)
    if ticket.customer_id and before and timedelta(0) < now - before.at <= FRESH:
        day = now.astimezone(ZoneInfo(uow.policy.time_zone)).date()
        attention.add(uow.db, ticket.customer_id, day, round((now - before.at).total_seconds()))
    presence.note(uow.db, Presence(ticket_id=ticket_id, staff_id=staff_id, doing=doing, at=now))
    here = presence.others(uow.db, ticket_id, staff_id, now - FRESH)
    return [(staff.get(uow.db, one.staff_id).name, one.doing) for one in here]
