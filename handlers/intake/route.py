"""Route: the rules decide the queue and say why; a certain emergency goes straight through as well."""

from typing import Any

from handlers.analysis import routing
from handlers.unit_of_work import UnitOfWork
from storage.accounts import customers, flags
from storage.desk import tickets
from storage.desk.tickets import Ticket
from storage.routing import policy, rules
from storage.routing.rules import Rule

DEFAULT_RULES = (
    Rule(
        position=1, name="flagged customer, complaint", conditions={"flagged": True, "complaint": True}, queue="buffer"
    ),
)


def route(uow: UnitOfWork, ticket_id: int) -> str:
    """Put the ticket into a queue with the rule's explanation. Gives back the band of a possible emergency."""
    tickets.hold(uow.db, ticket_id)
    ticket = tickets.get(uow.db, ticket_id)
    queue, why = routing.decide(rules.in_order(uow.db), facts(uow, ticket))
    if (queue, why) != (ticket.queue, ticket.routed_by):
        if ticket.routed_by:
            uow.record("rerouted", ticket.id, queue=queue, why=why, before=ticket.queue)
        ticket.queue, ticket.routed_by = queue, why
        uow.db.add(ticket)
    return "none" if ticket.history else ticket.band


def facts(uow: UnitOfWork, ticket: Ticket) -> dict[str, Any]:
    """What the rules may look at."""
    customer = customers.get(uow.db, ticket.customer_id) if ticket.customer_id else None
    flagged = bool(customer and customer.id and flags.current(uow.db, customer.id, ticket.opened_at))
    return routing.facts(ticket, customer, flagged)


def set_default_rules(uow: UnitOfWork) -> None:
    """The rules a new workspace starts with, once: who removes them all wants none."""
    if policy.recall(uow.db, "default rules") is not None:
        return
    policy.remember(uow.db, "default rules", {"at": uow.now().isoformat()})
    if not rules.in_order(uow.db):
        for rule in DEFAULT_RULES:
            rules.add(uow.db, Rule(**rule.model_dump(exclude={"id"})))
