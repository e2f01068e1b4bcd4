"""Tag and untag, link and unlink: a word of one's own on a ticket, and which other ticket it belongs to."""

from collections.abc import Callable
from functools import partial
from typing import Any

from handlers.errors import NotFound, Refused
from handlers.unit_of_work import UnitOfWork
from storage.database import clean
from storage.desk import standing, tickets
from storage.desk.history import Event
from storage.desk.tickets import FIRST_NUMBER, Ticket

MOST = 20


def tag(uow: UnitOfWork, ticket_id: int, staff_id: int, word: str) -> Event | None:
    """Put a word on the ticket; None if it is there."""
    word = clean(word).strip().lstrip("#").lower()
    if not word or len(word) > 40:
        raise Refused("A tag is one to forty characters.")
    return _change(uow, ticket_id, staff_id, "tags", lambda known: [*known, word] if word not in known else known, word)


def untag(uow: UnitOfWork, ticket_id: int, staff_id: int, word: str) -> Event | None:
    """Take a word away; None if it is not there."""
    return _change(uow, ticket_id, staff_id, "tags", lambda known: [one for one in known if one != word], word)


def link(uow: UnitOfWork, ticket_id: int, staff_id: int, reference: str) -> Event | None:
    """Let two tickets know of each other, by the other's reference."""
    digits = reference.strip().rpartition("-")[2]
    number = int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 10 else 0
    other = tickets.by_number(uow.db, number) if number > FIRST_NUMBER else None
    if other is None or other.id is None:
        raise NotFound(f"There is no ticket “{reference.strip()[:40]}”.")
    if other.id == ticket_id:
        raise Refused("That is this ticket.")
    _change(uow, other.id, staff_id, "linked", lambda known: sorted({*known, ticket_id}), ticket_id)
    return _change(uow, ticket_id, staff_id, "linked", lambda known: sorted({*known, other.id}), other.id)


def unlink(uow: UnitOfWork, ticket_id: int, staff_id: int, other_id: int) -> None:
    """They know of each other no more."""
    for one, other in ((ticket_id, other_id), (other_id, ticket_id)):
        _change(uow, one, staff_id, "linked", partial(_without, other), other)


def _without(gone: int, known: list[Any]) -> list[Any]:
    return [one for one in known if one != gone]


def _change(
    uow: UnitOfWork, ticket_id: int, staff_id: int, what: str, change: Callable[[list[Any]], list[Any]], value: object
) -> Event | None:
    tickets.hold(uow.db, ticket_id)
    ticket: Ticket = uow.ticket(ticket_id)
    known = list(ticket.extra.get(what, ()))
    wanted = change(known)
    if wanted == known:
        return None
    if len(wanted) > MOST:
        raise Refused(f"A ticket has at most {MOST}.")
    before = standing.of(ticket)
    ticket.extra = {**ticket.extra, what: wanted}
    uow.db.add(ticket)
    name = {"tags": ("untagged", "tagged"), "linked": ("unlinked", "linked")}[what][len(wanted) > len(known)]
    return uow.record(name, ticket_id, by=staff_id, word=str(value), before=standing.changed(before, ticket))
