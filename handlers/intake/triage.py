"""Triage: find the conversation a message belongs to, or open a ticket and understand it with what is here."""

from datetime import timedelta

from handlers.analysis.automatic import is_automatic
from handlers.analysis.reading import product
from handlers.analysis.understanding import Understanding
from handlers.unit_of_work import UnitOfWork
from storage.accounts import customers
from storage.accounts.people import Person
from storage.database import one_at_a_time
from storage.desk import history, messages, tickets
from storage.desk.messages import Message
from storage.desk.tickets import Ticket

SAYS_WHERE_IT_BELONGS = "support"
"""The door whose writers choose: go on with a conversation, or begin another."""
UNDERSTOOD = ("language", "kind", "complaint", "sentiment", "severity", "gist")


def triage(uow: UnitOfWork, message_id: int) -> int | None:
    """The new ticket's id; None if nothing new is to be answered: chatter, a follow-up, our own words, a machine."""
    message = messages.get(uow.db, message_id)
    understood = _understood(uow, message)
    heard = message.text
    one_at_a_time(uow.db, message.place)
    uow.db.refresh(message)
    if message.triaged_at is not None:
        return _opened_by(uow, message)
    if understood is None or heard != message.text:
        understood = _understood(uow, message)
    opened = _hear(uow, message, understood) if understood else None
    if message.direction == "out" and message.deleted_at is None:
        _said_by_us(uow, message)
    message.triaged_at = uow.now()
    uow.db.add(message)
    return opened.id if opened else None


def _hear(uow: UnitOfWork, message: Message, understood: Understanding) -> Ticket | None:
    """The ticket that the message opens, if it does."""
    message.automatic = message.automatic or is_automatic(message.text)
    message.chatter = understood.asks_nothing or message.automatic
    ticket = _conversation(uow, message)
    if ticket is not None:
        _follow_up(uow, ticket, message, understood)
        return None
    if message.chatter and not message.files:
        return None
    return _open(uow, message, understood)


def _understood(uow: UnitOfWork, message: Message) -> Understanding | None:
    """None for what is not to be understood. Thinking takes longest: it is done before anybody has to wait for this place."""
    if message.triaged_at or message.deleted_at or message.direction == "out":
        return None
    return _read(uow, message)


def _read(uow: UnitOfWork, message: Message) -> Understanding:
    """By what was learned, and by the company's own words for its product."""
    heard = uow.listener.understand(message.text, _usual_language(uow, message))
    return product.informed(heard, uow.glossary, message.text)


def _usual_language(uow: UnitOfWork, message: Message) -> str | None:
    """What this person writes in otherwise, else what is usual at this customer; None where neither is known."""
    person = uow.db.get(Person, message.person_id) if message.person_id else None
    if person and person.language:
        return person.language
    customer = customers.get(uow.db, message.customer_id) if message.customer_id else None
    return customer.language if customer else None


def _opened_by(uow: UnitOfWork, message: Message) -> int | None:
    """Met again after a crash: the ticket this message opened, if it did."""
    if message.ticket_id is None:
        return None
    opened = next(one for one in history.of_ticket(uow.db, message.ticket_id) if one.name == "opened")
    return message.ticket_id if opened.detail["message"] == message.id else None


def _conversation(uow: UnitOfWork, message: Message) -> Ticket | None:
    """The ticket of the thread, else of the same person in the same place within the grouping window."""
    if ticket := _of_thread(uow, message):
        return ticket
    if message.thread or message.person_id is None:
        return tickets.of_conversation(uow.db, message.place, message.external_id)
    if message.door == SAYS_WHERE_IT_BELONGS and not message.chatter:
        return None
    since = message.sent_at - timedelta(minutes=uow.policy.grouping_minutes)
    recent = tickets.going_on(uow.db, message.place, message.external_id, message.person_id, since)
    if recent is None and message.chatter:
        return tickets.last_of_person(uow.db, message.place, message.person_id)
    return recent


def _of_thread(uow: UnitOfWork, message: Message) -> Ticket | None:
    """By the thread's root, be it what opened the ticket or a later message of its conversation."""
    if not message.thread:
        return None
    if ticket := tickets.of_conversation(uow.db, message.place, message.thread):
        return ticket
    root = messages.by_external_id(uow.db, message.door, message.thread)
    return uow.db.get(Ticket, root.ticket_id) if root and root.ticket_id else None


def _follow_up(uow: UnitOfWork, ticket: Ticket, message: Message, understood: Understanding) -> None:
    tickets.hold(uow.db, ticket.id or 0)
    message.ticket_id, message.customer_id = ticket.id, message.customer_id or ticket.customer_id
    ticket.last_customer_at = max(ticket.last_customer_at or message.sent_at, message.sent_at)
    uow.db.add(ticket)
    if message.chatter:
        return
    if ticket.state in ("resolved", "snoozed", "waiting") and not message.history:
        uow.record("reopened" if ticket.state == "resolved" else "answered", ticket.id, message=message.id)
        ticket.state, ticket.resolved_at, ticket.snoozed_until = "open", None, None
        uow.enqueue_card(ticket.id or 0)
    if message.history:
        return
    if ticket.due_at is None or (ticket.last_staff_at or ticket.opened_at) > ticket.opened_at:
        customer = customers.get(uow.db, ticket.customer_id) if ticket.customer_id else None
        ticket.due_at = uow.next_news(ticket.severity, customer.plan if customer else None)
        ticket.due_reason = "next answer"
    _raise_band(ticket, understood)
    uow.enqueue("follow_up_received", f"follow-up-{message.id}", ticket.id, message.id)


def _raise_band(ticket: Ticket, understood: Understanding) -> None:
    """Later words may make an emergency of it, never take one back."""
    doubted = ticket.band == "none" and ticket.origins.get("emergency") != "person"
    if (understood.band == "certain" and ticket.band != "certain") or (understood.band == "possible" and doubted):
        ticket.emergency, ticket.band = understood.emergency, understood.band
        ticket.emergency_reason = understood.emergency_reason


def reconsider(uow: UnitOfWork, message_id: int) -> int | None:
    """The words were changed after they were understood. The ticket that now may be another; None if there is none yet.

    Bare thanks edited into a question are to be triaged as if they came now; what a person or the model decided stays.
    """
    message = messages.get(uow.db, message_id)
    understood = _read(uow, message)
    one_at_a_time(uow.db, message.place)
    uow.db.refresh(message)
    if message.ticket_id is None:
        message.triaged_at = None
        uow.db.add(message)
        return None
    tickets.hold(uow.db, message.ticket_id)
    ticket = tickets.get(uow.db, message.ticket_id)
    if _opened_by(uow, message):
        for name in UNDERSTOOD:
            if ticket.origins.get(name, "local") in ("local", "rules"):
                setattr(ticket, name, getattr(understood, name))
        ticket.extra = {**ticket.extra, "areas": product.areas(uow.glossary, message.text)}
    _raise_band(ticket, understood)
    uow.db.add(ticket)
    return ticket.id


def insist(uow: UnitOfWork, message_id: int) -> None:
    """Somebody of ours says that it is a ticket, whatever it seemed to be; the flow that opens it is left."""
    uow.enqueue("ticket_wanted", f"wanted-{message_id}", message_id)


def open_anyway(uow: UnitOfWork, message_id: int) -> int | None:
    """The ticket that a person wanted; None if it belongs to one by now, or was taken back."""
    message = messages.get(uow.db, message_id)
    understood = _read(uow, message)
    one_at_a_time(uow.db, message.place)
    uow.db.refresh(message)
    if message.ticket_id is not None:
        return _opened_by(uow, message)
    if message.deleted_at is not None or message.direction == "out":
        return None
    message.chatter = False
    uow.db.add(message)
    return _open(uow, message, understood).id


def _open(uow: UnitOfWork, message: Message, understood: Understanding) -> Ticket:
    told = bool(message.raw.get("defect"))  # its writer says so, and how to see it
    named = product.areas(uow.glossary, message.text)
    ticket = Ticket(
        customer_id=message.customer_id,
        person_id=message.person_id,
        door=message.door,
        place=message.place,
        thread=message.thread or message.external_id,
        history=message.history,
        language=understood.language,
        kind="bug" if told else understood.kind,
        complaint=understood.complaint,
        sentiment=understood.sentiment,
        severity=understood.severity,
        gist=understood.gist,
        unsure=understood.unsure,
        emergency=understood.emergency,
        band=understood.band,
        emergency_reason=understood.emergency_reason,
        origins={**understood.origins, **({"kind": "person"} if told else {})},
        extra={**({"defect": True} if told else {}), **({"areas": named} if named else {})},
        confidences=dict(understood.confidences),
        refinement="waiting" if uow.has_model and not message.history else "none",
        state="resolved" if message.history else "open",
        opened_at=message.sent_at if message.history else uow.now(),
        resolved_at=message.sent_at if message.history else None,
        last_customer_at=message.sent_at,
    )
    tickets.add(uow.db, ticket)
    message.ticket_id = ticket.id
    uow.record("opened", ticket.id, customer_id=ticket.customer_id, message=message.id)
    return ticket


def _said_by_us(uow: UnitOfWork, message: Message) -> None:
    """Staff wrote in the customer's thread by hand: it is part of the conversation."""
    ticket = _of_thread(uow, message)
    if ticket is None:
        return
    message.ticket_id, message.customer_id = ticket.id, ticket.customer_id
    ticket.last_staff_at = message.sent_at
    if ticket.state == "open":
        ticket.state = "waiting"
    uow.db.add(ticket)
    uow.enqueue_card(ticket.id or 0)
