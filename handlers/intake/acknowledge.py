"""Acknowledge: one answer per ticket, in the customer's language, with a reference and an honest time."""

from datetime import datetime, timedelta

from handlers.analysis import similarity
from handlers.analysis.meaning import joined
from handlers.unit_of_work import UnitOfWork
from prompts import render, when
from storage.accounts import customers, staff
from storage.accounts.customers import Customer
from storage.accounts.people import Person
from storage.desk import deliveries, messages, tickets
from storage.desk.deliveries import Delivery
from storage.desk.messages import Message
from storage.desk.tickets import Ticket
from storage.insights import themes, voices

REPETITION_DAYS, REPETITIONS = 60, 10
"""How far back, and over how many of the customer's tickets of that kind, an earlier report is looked for."""


def acknowledge(uow: UnitOfWork, ticket_id: int, message_id: int) -> int | None:
    """Mean to answer the customer, once per ticket, which `message_id` opened. The delivery's id; None if a machine wrote."""
    ticket = tickets.get(uow.db, ticket_id)
    if ticket.history:
        return None
    uow.enqueue("ticket_opened", f"opened-{ticket.id}", ticket.id)
    known = None if tickets.is_new(uow.db, ticket_id) else deliveries.by_key(uow.db, f"ack:{ticket.id}")
    if known:
        return known.id
    customer = customers.get(uow.db, ticket.customer_id) if ticket.customer_id else None
    now = uow.now()
    if ticket.kind != "praise" or ticket.band != "none":
        ticket.promised_at = uow.next_news(ticket.severity, customer.plan if customer else None)
        ticket.due_at, ticket.due_reason = ticket.promised_at, "first answer"
        uow.db.add(ticket)
    opening = messages.get(uow.db, message_id)
    if opening.automatic:
        return None
    text = _words(uow, ticket, opening, customer, now)
    delivery_id = deliveries.intend(
        uow.db,
        Delivery(
            key=f"ack:{ticket.id}",
            purpose="acknowledgement",
            ticket_id=ticket.id,
            door=ticket.door,
            place=ticket.place,
            thread=ticket.thread,
            text=text,
            created_at=now,
        ),
    )
    return delivery_id


def _words(uow: UnitOfWork, ticket: Ticket, opening: Message, customer: Customer | None, now: datetime) -> str:
    person = uow.db.get(Person, ticket.person_id) if ticket.person_id else None
    zone = (customer.time_zone if customer else None) or uow.policy.time_zone
    due = when.when(ticket.promised_at, now, ticket.language, zone) if ticket.promised_at else None
    first_name = person.name.split()[0] if person and person.name.strip() else None
    if customer is None:
        return render.say(
            "unknown_sender",
            ticket.language,
            gist=ticket.gist,
            reference=uow.reference(ticket),
            due=due,
            name=first_name,
        )
    contact = next(iter(staff.on_call(uow.db)), None) if ticket.band == "certain" else None
    return render.say(
        "acknowledge",
        ticket.language,
        gist=ticket.gist,
        reference=uow.reference(ticket),
        due=due,
        kind=ticket.kind,
        name=first_name,
        earlier=[uow.reference_of(one) for one in _earlier(uow, ticket, opening, now)],
        emergency_contact=contact.name if contact else None,
    )


def _earlier(uow: UnitOfWork, ticket: Ticket, opening: Message, now: datetime) -> list[int]:
    """Ids of the same customer's earlier reports of the same thing, oldest first, found by what they mean, where that is kept."""
    if ticket.kind in ("praise", "other") or ticket.customer_id is None or opening.deleted_at:
        return []
    since = now - timedelta(days=REPETITION_DAYS)
    kept = themes.told_before(uow.db, ticket, since, uow.meant_by, REPETITIONS)
    if not kept:
        return []
    if uow.embedder_outside:  # nobody outside is asked while the customer waits
        said = voices.opening_words(uow.db, list(kept))
        kept = {
            one: joined.meanings(uow.embedder, [words.text], uow.glossary)[0].tobytes() for one, words in said.items()
        }
    row = joined.meanings(uow.embedder, [opening.text], uow.glossary)[0]
    return sorted(similarity.same_thing(row, kept, len(uow.glossary.concepts)))
