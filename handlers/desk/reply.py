"""Reply: a person's answer to a customer, in the thread where the customer wrote; now, in a moment, or at a time."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from handlers.analysis.wording.deadlines import deadlines
from handlers.errors import Changed, NotFound, Refused
from handlers.unit_of_work import UnitOfWork
from storage.accounts import customers, staff
from storage.database import clean
from storage.desk import deliveries, messages, planned, promises, tickets
from storage.desk.deliveries import Delivery
from storage.desk.planned import Planned
from storage.desk.promises import Promise

LONGEST = 12_000
"""Characters: below what Slack takes in one message, with room for its escapes."""


def newest_seen(uow: UnitOfWork, ticket_id: int) -> int:
    """The id of the customer's newest message: what a reply begun now has seen."""
    newest = messages.last_from_customer(uow.db, ticket_id)
    return (newest.id or 0) if newest else 0


def reply(
    uow: UnitOfWork, ticket_id: int, staff_id: int, text: str, *, seen: int, press: str, waiting: bool = True
) -> int | None:
    """Send `text` to the customer. The delivery's id; the same `press` (any unique text) sends once.

    `seen` is what `newest_seen` said when the reply was begun. `waiting` False leaves the ticket with us. Raises Changed with
    what is new if the customer wrote since then, Refused for an empty or too long text.
    """
    text = _sayable(text)
    tickets.hold(uow.db, ticket_id)
    key = f"reply:{ticket_id}:{press}"
    if known := deliveries.by_key(uow.db, key):
        return known.id
    _stop_if_changed(uow, ticket_id, seen)
    return _say(uow, ticket_id, staff_id, text, key, waiting)


def plan(
    uow: UnitOfWork,
    ticket_id: int,
    staff_id: int,
    text: str,
    *,
    seen: int,
    press: str,
    waiting: bool = True,
    resolve: bool = False,
    at: datetime | None = None,
) -> Planned:
    """Send `text` in a few seconds (the policy's `undo_seconds`), or `at` an aware time: until then it can be taken back.

    As with `reply`, the same `press` plans once. One that is to be said at a time is held back if the customer writes before.
    """
    text = _sayable(text)
    if at is not None and at <= uow.now():
        raise Refused("That time has passed already; choose one in the future.")
    tickets.hold(uow.db, ticket_id)
    uow.ticket(ticket_id)
    if known := planned.by_press(uow.db, press):
        return known
    _stop_if_changed(uow, ticket_id, seen)
    seconds = uow.policy.undo_seconds
    kept = planned.add(
        uow.db,
        Planned(
            ticket_id=ticket_id,
            staff_id=staff_id,
            press=press,
            text=text,
            seen=seen,
            waiting=waiting,
            resolve=resolve,
            later=at is not None,
            say_at=at or uow.now() + timedelta(seconds=seconds),
            created_at=uow.now(),
        ),
    )
    if at is None:
        uow.enqueue("reply_due", f"reply-{kept.id}", kept.id, delay_seconds=seconds)
    uow.record("planned_reply", ticket_id, by=staff_id, planned=kept.id, at=kept.say_at.isoformat())
    return kept


def withdraw(uow: UnitOfWork, planned_id: int, staff_id: int) -> Planned:
    """Take back what was not said yet; it, with its words. Raises Refused if it is out."""
    found = planned.get(uow.db, planned_id)
    if found is None:
        raise NotFound("There is no such reply.")
    if not any(planned.decide(uow.db, planned_id, "withdrawn", before=one) for one in ("planned", "held_back")):
        sent = found.state == "sent"
        raise Refused("It is out already." if sent else "It was taken back already.")
    uow.record("withdrew_reply", found.ticket_id, by=staff_id, planned=planned_id)
    return found


def say_planned(uow: UnitOfWork, planned_id: int) -> int | None:
    """Its moment has come: the delivery's id; None if it was taken back, is out, or is held back because the customer wrote."""
    found = planned.get(uow.db, planned_id)
    if found is None or found.state != "planned":
        return None
    ticket_id = found.ticket_id
    tickets.hold(uow.db, ticket_id)
    held_back = found.later and newest_seen(uow, ticket_id) > found.seen
    if not planned.decide(uow.db, planned_id, "held_back" if held_back else "sent"):
        return None
    if held_back:
        ticket = uow.ticket(ticket_id)
        ticket.due_at, ticket.due_reason = uow.now(), "reply held back"
        uow.db.add(ticket)
        uow.record("reply_held_back", ticket_id, planned=planned_id, why="the customer wrote before it was said")
        uow.enqueue_card(ticket_id)
        return None
    key = f"reply:{ticket_id}:{found.press}"
    return _say(uow, ticket_id, found.staff_id, found.text, key, found.waiting, found.resolve)


def _sayable(text: str) -> str:
    text = clean(text).strip()
    if not text:
        raise Refused("There is nothing to send yet.")
    if len(text) > LONGEST:
        raise Refused(f"That is {len(text):,} characters; at most {LONGEST:,} can be sent at once.")
    return text


def _stop_if_changed(uow: UnitOfWork, ticket_id: int, seen: int) -> None:
    newest = newest_seen(uow, ticket_id)
    if newest > seen:
        theirs = (one for one in messages.of_ticket(uow.db, ticket_id) if one.direction == "in")
        news = [one.text for one in theirs if (one.id or 0) > seen]
        raise Changed("The customer wrote again while you were writing.", news, newest)


def _say(
    uow: UnitOfWork, ticket_id: int, staff_id: int, text: str, key: str, waiting: bool, resolve: bool = False
) -> int | None:
    """Mean it, and let the ticket stand as one that was answered."""
    delivery_id = send(uow, ticket_id, staff_id, text, key=key, purpose="reply")
    ticket = uow.ticket(ticket_id)
    ticket.last_staff_at = uow.now()
    if ticket.state in ("open", "snoozed") and waiting:
        ticket.state = "waiting"
    ticket.snoozed_until = None
    customer = customers.get(uow.db, ticket.customer_id) if ticket.customer_id else None
    ticket.due_at = uow.next_news(min(4, ticket.severity + 1), customer.plan if customer else None)
    ticket.due_reason = "next word"
    uow.db.add(ticket)
    uow.db.flush()
    for one in promises.of_ticket(uow.db, ticket_id, "open"):
        promises.decide(uow.db, one.id or 0, "kept", uow.now(), before="open")
    _propose(uow, ticket_id, staff_id, text)
    ticket = uow.ticket(ticket_id)
    uow.record("replied", ticket_id, by=staff_id, delivery=delivery_id)
    if resolve and ticket.state != "resolved":
        ticket.state, ticket.resolved_at, ticket.due_at, ticket.due_reason = "resolved", uow.now(), None, ""
        uow.record("resolved", ticket_id, by=staff_id)
    uow.db.add(ticket)
    uow.enqueue_card(ticket_id)
    return delivery_id


def _propose(uow: UnitOfWork, ticket_id: int, staff_id: int, text: str) -> None:
    """What the reply says by when, for its writer to agree that it is a promise."""
    now = uow.now()
    for one in deadlines(text, now.astimezone(ZoneInfo(uow.policy.time_zone))):
        due = one.at.astimezone(UTC)
        made = Promise(ticket_id=ticket_id, staff_id=staff_id, words=one.words, due_at=due, made_at=now)
        promises.add(uow.db, made)


def send(uow: UnitOfWork, ticket_id: int, staff_id: int, text: str, *, key: str, purpose: str) -> int | None:
    """Mean to tell the customer something in a person's name; None if this key was used before."""
    ticket = uow.ticket(ticket_id)
    delivery_id = deliveries.intend(
        uow.db,
        Delivery(
            key=key,
            purpose=purpose,
            ticket_id=ticket_id,
            door=ticket.door,
            place=ticket.place,
            thread=ticket.thread,
            text=text,
            author=staff.get(uow.db, staff_id).name,
            staff_id=staff_id,
            created_at=uow.now(),
        ),
    )
    if delivery_id is not None:
        uow.enqueue("delivery_meant", f"delivery-{delivery_id}", delivery_id)
    return delivery_id
