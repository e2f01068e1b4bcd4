"""Correct: a person's word on what a message is. It wins, is kept, and is an example from then on."""

from typing import Any

from handlers.errors import Refused
from handlers.unit_of_work import UnitOfWork
from storage.desk import history, messages, standing, tickets
from storage.desk.history import Correction, Event
from storage.vocabulary import EMERGENCIES, KINDS


def correct(uow: UnitOfWork, ticket_id: int, staff_id: int, field: str, value: Any, why: str = "") -> Event:
    """Set `kind`, `severity` (1 to 4), `complaint` (bool), `language` (ISO 639-1) or `emergency` (a kind, or "none").

    The ticket is routed again; an emergency goes to whoever is on call, with `why`. Raises Refused for a field or value there is not.
    """
    tickets.hold(uow.db, ticket_id)
    ticket = uow.ticket(ticket_id)
    value = _checked(field, value)
    before = standing.of(ticket)
    if field == "emergency":
        ticket.emergency = None if value == "none" else value
        ticket.band = "none" if value == "none" else "certain"
        ticket.emergency_reason = "" if value == "none" else (why.strip() or "a person said so")
    else:
        setattr(ticket, field, value)
    if field == "kind":
        ticket.unsure = False
    ticket.origins = {**ticket.origins, field: "person"}
    ticket.confidences = {**ticket.confidences, field: 1.0}
    uow.db.add(ticket)
    first = next((one for one in messages.of_ticket(uow.db, ticket_id) if one.direction == "in"), None)
    if first is not None:
        example = Correction(
            ticket_id=ticket_id, text=first.text, language=ticket.language, field=field, value=str(value), by=staff_id,
            at=uow.now(),
        )  # fmt: skip
        history.correct(uow.db, example)
        uow.listener.learn(first.text, field, str(value))
    gone = standing.changed(before, ticket)
    event = uow.record("corrected", ticket_id, by=staff_id, field=field, value=value, before=gone)
    uow.enqueue("ticket_changed", f"corrected-{ticket_id}-{field}-{uow.now().timestamp()}", ticket_id)
    return event


def _checked(field: str, value: Any) -> Any:
    if field == "kind" and value in KINDS:
        return value
    if field == "emergency" and value in (*EMERGENCIES, "none"):
        return value
    if field == "severity" and str(value) in ("1", "2", "3", "4"):
        return int(value)
    if field == "complaint" and str(value).lower() in ("true", "false", "1", "0"):
        return str(value).lower() in ("true", "1")
    if field == "language" and len(str(value)) == 2 and str(value).isalpha():
        return str(value).lower()
    raise Refused(f"“{value}” is not a {field}.")
