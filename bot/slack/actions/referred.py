"""Tickets as people name them in Slack: `ES-1042`, `1042`, or by one of their messages."""

import re

from bot.slack.blocks import pieces
from handlers.errors import NotFound
from handlers.unit_of_work import UnitOfWork
from prompts import slack as words
from storage.desk import messages, tickets
from storage.desk.tickets import Ticket


def by_reference(uow: UnitOfWork, text: str) -> Ticket:
    """The ticket with this reference. Raises NotFound, in words."""
    digits = re.fullmatch(r"(?:[A-Za-z]+-)?(\d{1,12})", text.strip())
    found = tickets.by_number(uow.db, int(digits[1])) if digits else None
    if found is None or found.id is None:
        raise NotFound(words.NO_TICKET.format(reference=pieces.cut(text.strip(), 40) or "like that"))
    return found


def by_message(uow: UnitOfWork, external_id: str) -> Ticket | None:
    """The ticket of a message, if it has one."""
    said = messages.by_external_id(uow.db, "slack", external_id)
    return uow.ticket(said.ticket_id) if said and said.ticket_id else None


def by_message_or_thread(uow: UnitOfWork, external_id: str, thread: str | None) -> Ticket | None:
    """The ticket of a message, else of the thread in which it stands."""
    return by_message(uow, external_id) or (by_message(uow, thread) if thread else None)
