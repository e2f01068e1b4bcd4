"""Resolve and reopen: the end of a conversation, which a person says, and its opposite."""

from handlers.unit_of_work import UnitOfWork
from storage.desk import tickets


def resolve(uow: UnitOfWork, ticket_id: int, staff_id: int) -> None:
    """Nothing more is owed to the customer here."""
    tickets.hold(uow.db, ticket_id)
    ticket = uow.ticket(ticket_id)
    if ticket.state == "resolved":
        return
    ticket.state, ticket.resolved_at, ticket.snoozed_until = "resolved", uow.now(), None
    ticket.due_at, ticket.due_reason = None, ""
    uow.db.add(ticket)
    uow.record("resolved", ticket_id, by=staff_id)
    uow.enqueue_card(ticket_id)


def reopen(uow: UnitOfWork, ticket_id: int, staff_id: int) -> None:
    """It was not the end."""
    tickets.hold(uow.db, ticket_id)
    ticket = uow.ticket(ticket_id)
    if ticket.state != "resolved":
        return
    ticket.state, ticket.resolved_at = "open", None
    uow.db.add(ticket)
    uow.record("reopened", ticket_id, by=staff_id)
    uow.enqueue_card(ticket_id)
