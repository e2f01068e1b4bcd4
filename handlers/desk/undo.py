"""Undo: what somebody just pressed is taken back, exactly, unless something else has happened since."""

from collections.abc import Iterable
from contextlib import suppress

from handlers.errors import NotFound, Refused
from handlers.unit_of_work import UnitOfWork
from storage.desk import deliveries, history, messages, notes, promises, standing, tickets
from storage.desk.history import Event

SHOWN_SECONDS = 10
"""How long a place offers it."""
HARMLESS = ("noted", "undone", "rerouted", "split_off")
PROMISES = {"promised": "open", "promise_dropped": "dropped"}
"""What was decided of a promise → its state since."""
OURS = (
    "bug_linked",
    "bug_proposed",
    "theme_started",
    "refinement_failed",
    "level_warned",
    "level_missed",
    "level_told",
)
"""What Earshot itself does beside people, and what takes nothing from what they did."""


def undo(uow: UnitOfWork, event_id: int, staff_id: int) -> None:
    """Take back what `staff_id` did. Raises NotFound if there is nothing of theirs, Refused if it is too late for it."""
    event = history.get(uow.db, event_id)
    if event is None or event.by != staff_id or event.ticket_id is None:
        raise NotFound("There is nothing to take back.")
    if not isinstance(event.detail.get("before"), dict):
        raise NotFound("There is nothing to take back.")
    uow.still_taken_back(event.at)
    tickets.hold(uow.db, event.ticket_id)
    after = [one for one in history.of_ticket(uow.db, event.ticket_id) if (one.id or 0) > event_id]
    if any(one.name == "undone" and one.detail.get("event") == event_id for one in after):
        return
    undone = {one.detail.get("event") for one in after if one.name == "undone"}
    if any(one.name not in _harmless(one) and one.id not in undone for one in after):
        raise Refused("Something else has happened since; taking this back would take that back as well.")
    if event.name == "noted":
        notes.remove(uow.db, event.detail["note"])
        deliveries.forget(uow.db, f"note:{event.detail['note']}:")
    if decided := PROMISES.get(event.name):
        promises.decide(uow.db, event.detail["promise"], event.detail["was"], uow.now(), before=decided)
    _restore(uow, event, event.ticket_id)
    uow.record("undone", event.ticket_id, by=staff_id, event=event_id, what=event.name)
    uow.enqueue_card(event.ticket_id)


def undo_what_can_be(uow: UnitOfWork, event_ids: Iterable[int], staff_id: int) -> None:
    """Take back those of them after which nothing else has happened; what somebody else did since stays theirs."""
    for event_id in event_ids:
        with suppress(Refused):  # raised before anything of it is changed
            undo(uow, event_id, staff_id)


def _harmless(event: Event) -> tuple[str, ...]:
    return HARMLESS if event.by else (*HARMLESS, *OURS)


def _restore(uow: UnitOfWork, event: Event, ticket_id: int) -> None:
    ticket = uow.ticket(ticket_id)
    standing.restore(ticket, event.detail["before"])
    uow.db.add(ticket)
    if event.name in ("linked", "unlinked"):
        _restore_other(uow, int(event.detail["word"]), ticket_id, event.name == "linked")
    if moved := event.detail.get("moved"):
        source = uow.ticket(moved["ticket"])
        standing.restore(source, moved["before"])
        uow.db.add(source)
        messages.move(uow.db, moved["messages"], moved["ticket"])
        notes.move(uow.db, moved["notes"], moved["ticket"])
        uow.enqueue_card(moved["ticket"])


def _restore_other(uow: UnitOfWork, other_id: int, ticket_id: int, was_linked: bool) -> None:
    """A link is known to both of its ends."""
    other = uow.ticket(other_id)
    known = {one for one in other.extra.get("linked", ()) if one != ticket_id} | (set() if was_linked else {ticket_id})
    other.extra = {**other.extra, "linked": sorted(known)}
    uow.db.add(other)
