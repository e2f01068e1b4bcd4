"""Promise: what a reply says by when becomes a due item, once a person agrees; kept by the next reply in time, else broken."""

from datetime import timedelta

from handlers.errors import NotFound, Refused
from handlers.unit_of_work import UnitOfWork
from storage.desk import promises, standing, tickets
from storage.desk.history import Event
from storage.desk.promises import Promise

EARLY = timedelta(hours=2)
"""How long before a promise runs out its sleeping ticket is woken."""


def accept(uow: UnitOfWork, promise_id: int, staff_id: int) -> Event:
    """It is one: the ticket is due by then. Raises Refused if that was decided already."""
    promise = _proposed(uow, promise_id)
    tickets.hold(uow.db, promise.ticket_id)
    if not promises.decide(uow.db, promise_id, "open", uow.now(), before="proposed"):
        raise Refused("That was decided already.")
    before = standing.of(uow.ticket(promise.ticket_id))
    _put_due(uow, promise)
    gone = standing.changed(before, uow.ticket(promise.ticket_id))
    uow.enqueue_card(promise.ticket_id)
    return uow.record(
        "promised", promise.ticket_id, by=staff_id, promise=promise_id, word=promise.words, was="proposed", before=gone
    )


def decline(uow: UnitOfWork, promise_id: int, staff_id: int) -> Event:
    """It is none, or is one no more; nothing is due for it."""
    promise = _proposed(uow, promise_id)
    was = promise.state
    if was not in ("proposed", "open") or not promises.decide(uow.db, promise_id, "dropped", uow.now(), before=was):
        raise Refused("That was decided already.")
    return uow.record(
        "promise_dropped", promise.ticket_id, by=staff_id, promise=promise_id, word=promise.words, was=was, before={}
    )


def watch(uow: UnitOfWork) -> None:
    """What was promised is due whatever else moved the ticket; sleepers wake in time; what ran out is broken."""
    for one in promises.open_ones(uow.db):
        ticket = uow.ticket(one.ticket_id)
        if ticket.state == "resolved":
            promises.decide(uow.db, one.id or 0, "kept", uow.now(), before="open")
        elif one.due_at <= uow.now():
            if promises.decide(uow.db, one.id or 0, "broken", uow.now(), before="open"):
                uow.record("promise_broken", one.ticket_id, promise=one.id, word=one.words)
        elif ticket.state == "snoozed" and one.due_at - EARLY <= uow.now():
            ticket.state, ticket.snoozed_until = "open", None
            _put_due(uow, one)
            uow.record("woken", one.ticket_id, why="a promise runs out")
        elif ticket.due_at is None or ticket.due_at > one.due_at:
            _put_due(uow, one)


def _put_due(uow: UnitOfWork, promise: Promise) -> None:
    ticket = uow.ticket(promise.ticket_id)
    if ticket.due_at is None or ticket.due_at >= promise.due_at or ticket.due_reason == "next word":
        ticket.due_at, ticket.due_reason = promise.due_at, "promise"
    uow.db.add(ticket)


def _proposed(uow: UnitOfWork, promise_id: int) -> Promise:
    promise = promises.get(uow.db, promise_id)
    if promise is None:
        raise NotFound("There is no such promise.")
    return promise
