"""Tell: a person approves what a customer shall hear of a bug, and it goes out once, in the customer's own thread."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from handlers.errors import Changed, NotFound, Refused
from handlers.unit_of_work import UnitOfWork
from storage.accounts import staff
from storage.database import clean, one_at_a_time
from storage.desk import deliveries, drafts, history, messages, standing, tickets
from storage.desk.deliveries import Delivery
from storage.desk.drafts import Draft
from storage.desk.tickets import Ticket

LONGEST = 12_000
"""Characters: below what Slack takes in one message, with room for its escapes."""


@dataclass(frozen=True)
class Told:
    """What became of the drafts of a bug: `sent` deliveries by id, and `held` drafts whose customers wrote meanwhile."""

    sent: list[int] = field(default_factory=list)
    held: list[int] = field(default_factory=list)


def approve(
    uow: UnitOfWork, draft_id: int, staff_id: int, text: str | None = None, *, seen: int | None = None, wait: int = 0
) -> int | None:
    """Send the draft, with `text` instead of its own where given; the delivery's id. Pressed twice, it is sent once. For `wait`
    seconds it does not go out, so that it can be taken back.

    Raises Changed with what is new if the customer wrote since it was drafted (give its `seen` to go on), Refused for an
    empty or too long text or a draft that was discarded, NotFound.
    """
    draft = _locked(uow, draft_id)
    if draft.state == "approved":
        known = deliveries.by_key(uow.db, _key(draft))
        return known.id if known else None
    if draft.state == "discarded":
        raise Refused("This draft was discarded.")
    if draft.state == "along":
        raise Refused("This is told by the draft for another ticket of theirs.")
    words = clean(draft.text if text is None else text).strip()
    if not words:
        raise Refused("There is nothing to send yet.")
    if len(words) > LONGEST:
        raise Refused(f"That is {len(words):,} characters; at most {LONGEST:,} can be sent at once.")
    if news := _unseen(uow, draft, seen):
        raise Changed("The customer wrote again since this was drafted.", [text for _, text in news], news[-1][0])
    draft.text = words
    uow.db.add(draft)
    uow.db.flush()
    if not drafts.decide(uow.db, draft_id, "approved", staff_id, uow.now()):
        raise Refused("Somebody else has just decided on this draft.")
    return _send(uow, draft, staff_id, words, wait)


def approve_all(
    uow: UnitOfWork, bug_id: int, staff_id: int, only: Collection[int] | None = None, wait: int = 0
) -> Told:
    """Send every draft of the bug that waits (`only` these ids, where given); those whose customers wrote since are held
    for a look of their own.
    """
    told = Told()
    for draft in drafts.waiting(uow.db, bug_id=bug_id):
        if only is not None and draft.id not in only:
            continue
        try:
            delivery_id = approve(uow, draft.id or 0, staff_id, wait=wait)
        except Changed:
            told.held.append(draft.id or 0)
            continue
        if delivery_id is not None:
            told.sent.append(delivery_id)
    return told


def discard(uow: UnitOfWork, draft_id: int, staff_id: int) -> None:
    """This customer is not told so. Raises Refused if it was sent already."""
    draft = _locked(uow, draft_id)
    if draft.state == "approved":
        raise Refused("This has been sent already.")
    others = [one for one, _ in drafts.along(uow.db, draft)]
    for one in (draft, *others):
        if drafts.decide(uow.db, one.id or 0, "discarded", staff_id, uow.now()):
            uow.record("draft_discarded", one.ticket_id, by=staff_id, bug=one.bug_id, purpose=one.purpose)
            uow.enqueue_card(one.ticket_id)


def take_back(uow: UnitOfWork, draft_id: int, staff_id: int) -> None:
    """What `staff_id` just decided on a draft is open again, and its tickets stand as before. Raises NotFound where they decided
    nothing, Refused where it is out or too long ago.
    """
    draft = _locked(uow, draft_id)
    if draft.decided_by != staff_id or draft.decided_at is None:
        raise NotFound("There is nothing to take back.")
    uow.still_taken_back(draft.decided_at)
    if draft.state == "approved":
        delivery = deliveries.by_key(uow.db, _key(draft))
        if delivery is None or not deliveries.withdraw(uow.db, delivery):
            raise Refused("It is out already.")
    others = drafts.decided_with(uow.db, draft)
    for one, state in ((draft, "waiting"), *((one, "along") for one in others)):
        newest = history.of_ticket(uow.db, one.ticket_id)[-1]
        if one.state == "approved" and newest.name == "told":  # else it has gone on since, and stands as that left it
            ticket = uow.ticket(one.ticket_id)
            standing.restore(ticket, newest.detail["was"])
            uow.db.add(ticket)
        uow.record("undone", one.ticket_id, by=staff_id, what="told" if one.state == "approved" else "draft_discarded")
        one.state, one.decided_by, one.decided_at = state, None, None
        uow.db.add(one)
        uow.enqueue_card(one.ticket_id)


def _locked(uow: UnitOfWork, draft_id: int) -> Draft:
    draft = uow.db.get(Draft, draft_id)
    if draft is None:
        raise NotFound("There is no such draft.")
    one_at_a_time(uow.db, f"bug-{draft.bug_id}")
    uow.db.flush()
    uow.db.refresh(draft)
    return draft


def _key(draft: Draft) -> str:
    return f"draft:{draft.id}"


def _unseen(uow: UnitOfWork, draft: Draft, seen: int | None) -> list[tuple[int, str]]:
    """What the customer wrote after the draft was made, thanks and chatter aside: (message id, text)."""
    return [
        (one.id or 0, one.text)
        for ticket_id in (draft.ticket_id, *(ticket.id or 0 for _, ticket in drafts.along(uow.db, draft)))
        for one in messages.of_ticket(uow.db, ticket_id)
        if one.direction == "in" and not one.chatter and one.deleted_at is None
        and one.received_at > draft.created_at and (seen is None or (one.id or 0) > seen)
    ]  # fmt: skip


def _send(uow: UnitOfWork, draft: Draft, staff_id: int, words: str, wait: int) -> int | None:
    ticket = tickets.get(uow.db, draft.ticket_id)
    meant = Delivery(
        key=_key(draft),
        purpose=draft.purpose.partition(":")[0],
        ticket_id=ticket.id,
        door=ticket.door,
        place=ticket.place,
        thread=ticket.thread,
        text=words,
        author=staff.get(uow.db, staff_id).name,
        staff_id=staff_id,
        created_at=uow.now(),
    )
    delivery_id = deliveries.intend(uow.db, meant)
    if delivery_id is None:
        return None
    uow.enqueue("delivery_meant", f"delivery-{delivery_id}", delivery_id, delay_seconds=wait)
    facts: dict[str, Any] = {"bug": draft.bug_id, "purpose": draft.purpose}
    was = _after_telling(uow, ticket, draft)
    uow.record("told", ticket.id, by=staff_id, delivery=delivery_id, was=was, **facts)
    uow.enqueue_card(ticket.id or 0)
    for other, theirs in drafts.along(uow.db, draft):
        drafts.decide(uow.db, other.id or 0, "approved", staff_id, uow.now())
        was = _after_telling(uow, theirs, draft)
        uow.record("told", theirs.id, by=staff_id, along=ticket.id, was=was, **facts)
        uow.enqueue_card(theirs.id or 0)
    return delivery_id


def _after_telling(uow: UnitOfWork, ticket: Ticket, draft: Draft) -> dict[str, Any]:
    """Told that it is fixed, nothing more is owed, and whoever writes again reopens it. A no and a question wait for the
    customer's word; told where it stands, it is with the engineers still. Gives back what is different from before, as it was.
    """
    now, before = uow.now(), standing.of(ticket)
    ticket.last_staff_at, ticket.due_at, ticket.due_reason, ticket.snoozed_until = now, None, "", None
    if draft.purpose == "fixed":
        ticket.state, ticket.resolved_at = "resolved", ticket.resolved_at or now
    elif draft.purpose.startswith("meanwhile"):
        ticket.state = "engineering"
    elif draft.purpose == "word":  # only a sign of life: what was owed is owed still
        ticket.due_at = uow.next_news(min(4, ticket.severity + 1), None) if ticket.state == "open" else None
        ticket.due_reason = "next word" if ticket.due_at else ""
    else:
        ticket.state = "waiting"
    uow.db.add(ticket)
    return standing.changed(before, ticket)
