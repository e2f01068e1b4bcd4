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
from storage.desk.tickets import Ticket
from storage.insights import themes, voices

REPETITION_DAYS, REPETITIONS = 60, 10
"""How far back, and over how many of the customer's tickets of that kind, an earlier report is looked for."""


def acknowledge(uow: UnitOfWork, ticket_id: int) -> int | None:
    """Mean to answer the customer, once per ticket. The delivery's id, or None if it was meant before or a machine wrote."""
    ticket = tickets.get(uow.db, ticket_id)
    if ticket.history:
        return None
    uow.enqueue("ticket_opened", f"opened-{ticket.id}", ticket.id)
    if known := deliveries.by_key(uow.db, f"ack:{ticket.id}"):
        return known.id
    customer = customers.get(uow.db, ticket.customer_id) if ticket.customer_id else None
    now = uow.now()
    if ticket.kind != "praise" or ticket.band != "none":
        ticket.promised_at = uow.next_news(ticket.severity, customer.plan if customer else None)
        ticket.due_at, ticket.due_reason = ticket.promised_at, "first answer"
        uow.db.add(ticket)
    conversation = messages.of_ticket(uow.db, ticket_id)
    if conversation and conversation[0].automatic:
        return None
    text = _words(uow, ticket, customer, now)
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


def _words(uow: UnitOfWork, ticket: Ticket, customer: Customer | None, now: datetime) -> str:
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
        earlier=[uow.reference(one) for one in _earlier(uow, ticket, now)],
        emergency_contact=contact.name if contact else None,
    )


def _earlier(uow: UnitOfWork, ticket: Ticket, now: datetime) -> list[Ticket]:
    """The same customer's earlier reports of the same thing, oldest first, found by what they mean, where that is kept."""
    if ticket.kind in ("praise", "other") or ticket.customer_id is None:
        return []
    since = now - timedelta(days=REPETITION_DAYS)
    before = [
        one
        for one in tickets.of_customer(uow.db, ticket.customer_id, limit=30)
        if one.id != ticket.id and one.opened_at >= since and one.kind == ticket.kind and not one.history
    ][:REPETITIONS]
    name = joined.named(uow.embedder)
    kept = dict(themes.vectors_of(uow.db, name, [one.id or 0 for one in before])) if before else {}
    said = voices.opening_words(uow.db, [ticket.id or 0]).get(ticket.id or 0) if kept else None
    if said is None:
        return []
    row = joined.meanings(uow.embedder, [said.text])[0]
    same = similarity.same_thing(row, kept, joined.concepts())
    return sorted((one for one in before if one.id in same), key=lambda one: one.id or 0)
