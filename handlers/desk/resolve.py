"""Resolve and reopen: the end of a conversation, which a person says, and its opposite."""

from handlers.unit_of_work import UnitOfWork
from storage.accounts import customers
from storage.desk import standing, tickets
from storage.desk.history import Event


def resolve(uow: UnitOfWork, ticket_id: int, staff_id: int) -> Event | None:
    """Nothing more is owed to the customer here."""
    tickets.hold(uow.db, ticket_id)
    ticket = uow.ticket(ticket_id)
    if ticket.state == "resolved":
        return None
    before = standing.of(ticket)
    ticket.state, ticket.resolved_at, ticket.snoozed_until = "resolved", uow.now(), None
    ticket.due_at, ticket.due_reason = None, ""
    uow.db.add(ticket)
    uow.enqueue_card(ticket_id)
    return uow.record("resolved", ticket_id, by=staff_id, before=standing.changed(before, ticket))


def reopen(uow: UnitOfWork, ticket_id: int, staff_id: int) -> Event | None:
    """It was not the end: the customer is owed a word again."""
    tickets.hold(uow.db, ticket_id)
    ticket = uow.ticket(ticket_id)
    if ticket.state != "resolved":
        return None
    before = standing.of(ticket)
    customer = customers.get(uow.db, ticket.customer_id) if ticket.customer_id else None
    ticket.state, ticket.resolved_at = "open", None
    ticket.due_at, ticket.due_reason = (
        uow.next_news(ticket.severity, customer.plan if customer else None),
        "next answer",
    )
    uow.db.add(ticket)
    uow.enqueue_card(ticket_id)
    return uow.record("reopened", ticket_id, by=staff_id, before=standing.changed(before, ticket))
