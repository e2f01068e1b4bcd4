"""Reply: a person's answer to a customer, in the thread where the customer wrote."""

from handlers.errors import Changed, Refused
from handlers.unit_of_work import UnitOfWork
from storage.accounts import customers, staff
from storage.database import clean
from storage.desk import deliveries, messages, tickets
from storage.desk.deliveries import Delivery

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
    text = clean(text).strip()
    if not text:
        raise Refused("There is nothing to send yet.")
    if len(text) > LONGEST:
        raise Refused(f"That is {len(text):,} characters; at most {LONGEST:,} can be sent at once.")
    tickets.hold(uow.db, ticket_id)
    ticket = uow.ticket(ticket_id)
    key = f"reply:{ticket_id}:{press}"
    if known := deliveries.by_key(uow.db, key):
        return known.id
    newest = newest_seen(uow, ticket_id)
    if newest > seen:
        news = [
            one.text for one in messages.of_ticket(uow.db, ticket_id) if one.direction == "in" and (one.id or 0) > seen
        ]
        raise Changed("The customer wrote again while you were writing.", news, newest)
    delivery_id = send(uow, ticket_id, staff_id, text, key=key, purpose="reply")
    ticket.last_staff_at = uow.now()
    if ticket.state in ("open", "snoozed") and waiting:
        ticket.state = "waiting"
    ticket.snoozed_until = None
    customer = customers.get(uow.db, ticket.customer_id) if ticket.customer_id else None
    ticket.due_at = uow.next_news(min(4, ticket.severity + 1), customer.plan if customer else None)
    ticket.due_reason = "next word"
    uow.db.add(ticket)
    uow.record("replied", ticket_id, by=staff_id, delivery=delivery_id)
    uow.enqueue_card(ticket_id)
    return delivery_id


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
