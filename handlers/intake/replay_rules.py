"""Replay rules: what a changed set of rules would have done with the last days. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from handlers.analysis import routing
from handlers.analysis.routing import RuleLike
from handlers.errors import Refused
from handlers.unit_of_work import UnitOfWork
from storage.accounts import customers, flags
from storage.desk import tickets
from storage.vocabulary import QUEUES

MOST_DAYS = 366


@dataclass(frozen=True)
class Moved:
    """A ticket that would be in another queue: where it is, where it would be, and the rule that says so."""

    ticket: str
    gist: str
    customer: str | None
    before: str
    after: str
    why: str


def moved(uow: UnitOfWork, changed_rules: Sequence[RuleLike], days: int) -> list[Moved]:
    """Tickets opened in the last `days` that the changed rules would have put elsewhere, newest first.

    Rules are tried by position; flags count as they stood then. Raises Refused for rules or days that cannot be.
    """
    if not 1 <= days <= MOST_DAYS:
        raise Refused(f"The days must be between 1 and {MOST_DAYS}.")
    rules = sorted(changed_rules, key=lambda rule: rule.position)
    for rule in rules:
        _check(rule)
    now = uow.now()
    since = now - timedelta(days=days)
    known = {one.id: one for one in customers.everyone(uow.db)}
    standing = flags.during(uow.db, since, now)
    elsewhere = []
    for ticket in tickets.opened_between(uow.db, since, now):
        customer = known.get(ticket.customer_id) if ticket.customer_id else None
        flagged = any(flag.customer_id == ticket.customer_id and flag.stood(ticket.opened_at) for flag in standing)
        queue, why = routing.decide(rules, routing.facts(ticket, customer, flagged))
        if queue != ticket.queue:
            name = customer.name if customer else None
            elsewhere.append(Moved(uow.reference(ticket), ticket.gist, name, ticket.queue, queue, why))
    return elsewhere


def _check(rule: RuleLike) -> None:
    if rule.queue not in QUEUES:
        raise Refused(f"There is no queue “{rule.queue}”; there are {', '.join(QUEUES)}.")
    if wrong := routing.check(rule.conditions):
        raise Refused(wrong[0])
