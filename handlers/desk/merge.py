"""Merge and split: two tickets that are one conversation, one that is two. Every message is kept, and all of it can be taken back."""

from typing import Any

from handlers.errors import NotFound, Refused
from handlers.unit_of_work import UnitOfWork
from storage.desk import messages, notes, standing, tickets
from storage.desk.history import Event
from storage.desk.messages import Message
from storage.desk.tickets import FIRST_NUMBER, Ticket

UNDERSTOOD = ("language", "kind", "complaint", "sentiment", "severity", "gist", "unsure")


def merge(uow: UnitOfWork, ticket_id: int, staff_id: int, reference: str) -> Event:
    """Move everything of the ticket into the one referred to. Raises Refused for another customer's or another place's.

    What the customer writes on in the old thread arrives in the other ticket.
    """
    digits = reference.strip().rpartition("-")[2]
    number = int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 10 else 0
    target = tickets.by_number(uow.db, number) if number > FIRST_NUMBER else None
    if target is None or target.id is None:
        raise NotFound(f"There is no ticket “{reference.strip()[:40]}”.")
    for one in sorted((ticket_id, target.id)):
        tickets.hold(uow.db, one)
    source, target = uow.ticket(ticket_id), uow.ticket(target.id)
    _check(source, target)
    before, was = standing.of(source), standing.of(target)
    moved = _move(uow, messages.of_ticket(uow.db, ticket_id), ticket_id, target.id or 0)
    source.state, source.resolved_at, source.snoozed_until = "resolved", uow.now(), None
    source.due_at, source.due_reason, source.extra = None, "", {**source.extra, "merged_into": target.id}
    target.last_customer_at = max(filter(None, (source.last_customer_at, target.last_customer_at)), default=None)
    if before["due_at"] and target.state != "resolved" and (was["due_at"] is None or before["due_at"] < was["due_at"]):
        standing.restore(target, {"due_at": before["due_at"], "due_reason": before["due_reason"]})
    if target.state == "resolved" and before["state"] != "resolved":
        target.state, target.resolved_at = "open", None
    uow.db.add_all((source, target))
    _known(uow, ticket_id, target.id or 0)
    gone = {"ticket": ticket_id, "before": standing.changed(before, source), **moved}
    uow.record("merged_away", ticket_id, by=staff_id, word=uow.reference(target))
    return uow.record(
        "merged", target.id, by=staff_id, word=uow.reference(source), moved=gone, before=standing.changed(was, target)
    )


def split(uow: UnitOfWork, ticket_id: int, staff_id: int, message_id: int) -> Event:
    """Let a customer's message and all after it be a ticket of its own. Raises Refused for the first one or one of ours."""
    tickets.hold(uow.db, ticket_id)
    source = uow.ticket(ticket_id)
    said = messages.of_ticket(uow.db, ticket_id)
    place = next((number for number, one in enumerate(said) if one.id == message_id), 0)
    if place == 0 or said[place].direction != "in" or all(one.direction == "out" for one in said[:place]):
        raise Refused("A ticket of its own begins with a customer's message that is not the first.")
    first = said[place]
    understood = uow.listener.understand(first.text)
    new = _again(uow, source, first) or tickets.add(
        uow.db,
        Ticket(
            customer_id=source.customer_id,
            person_id=first.person_id or source.person_id,
            door=source.door,
            place=source.place,
            thread=first.external_id,
            history=source.history,
            **{name: getattr(understood, name) for name in UNDERSTOOD},
            origins=dict(understood.origins),
            confidences=dict(understood.confidences),
            queue=source.queue,
            assignee_id=source.assignee_id,
            claimed_at=source.claimed_at,
            opened_at=uow.now(),
            due_at=source.due_at or uow.next_news(understood.severity, None),
            due_reason=source.due_reason or "first answer",
            last_customer_at=first.sent_at,
            extra={"split_from": ticket_id},
        ),
    )
    moved = _move(uow, said[place:], ticket_id, new.id or 0, with_notes=False)
    _known(uow, ticket_id, new.id or 0)
    uow.enqueue("ticket_changed", f"split-{new.id}-{uow.now().timestamp()}", new.id)
    uow.record("split_off", ticket_id, by=staff_id, word=uow.reference(new))
    gone = {"ticket": ticket_id, "before": {}, **moved}
    back = {"state": "resolved", "resolved_at": uow.now().isoformat(), "extra": {"merged_into": ticket_id}}
    return uow.record("split", new.id, by=staff_id, word=uow.reference(source), moved=gone, before=back)


def _again(uow: UnitOfWork, source: Ticket, first: Message) -> Ticket | None:
    """The ticket that this message began once and that was merged into this one: it stands by itself again.

    Raises Refused where that ticket is elsewhere.
    """
    known = tickets.begun(uow.db, source.place, first.external_id)
    if known is None or known.id is None:
        return None
    tickets.hold(uow.db, known.id)
    known = uow.ticket(known.id)
    if known.extra.get("merged_into") != source.id:
        raise Refused(f"This message began {uow.reference(known)}; go on there.")
    known.state, known.resolved_at = "open", None
    known.extra = {name: value for name, value in known.extra.items() if name != "merged_into"}
    known.due_at, known.due_reason = (
        source.due_at or uow.next_news(known.severity, None),
        source.due_reason or "first answer",
    )
    uow.db.add(known)
    return known


def _check(source: Ticket, target: Ticket) -> None:
    if source.id == target.id:
        raise Refused("That is this ticket.")
    if source.extra.get("merged_into") or target.extra.get("merged_into"):
        raise Refused("One of them was merged away already.")
    if source.customer_id is None or source.customer_id != target.customer_id:
        raise Refused("They are not the same customer's.")
    if source.place != target.place:
        raise Refused(
            "They were written in different places: an answer would reach only one of them. Link them instead."
        )


def _move(
    uow: UnitOfWork, said: list[Message], source_id: int, target_id: int, with_notes: bool = True
) -> dict[str, Any]:
    """Move messages, and the notes with them; what was moved."""
    for one in said:
        one.ticket_id = target_id
        uow.db.add(one)
    noted = notes.of_ticket(uow.db, source_id) if with_notes else []
    for note in noted:
        note.ticket_id = target_id
        uow.db.add(note)
    return {"messages": [one.id for one in said], "notes": [one.id for one in noted]}


def _known(uow: UnitOfWork, *ticket_ids: int) -> None:
    for one in ticket_ids:
        uow.enqueue_card(one)
