"""Blanks in saved replies: what stands in braces, filled in for a ticket and for who answers it."""

import re

from handlers.unit_of_work import UnitOfWork
from storage.accounts import customers, people, staff
from storage.desk.tickets import Ticket

VARIABLES = ("name", "customer", "reference", "gist", "me", "company")
"""What may stand in braces: the writer's first name, their company, the ticket, what it is about, who answers, we."""
BRACED = re.compile(r"\{(\w+)\}")


def fill(uow: UnitOfWork, ticket: Ticket, staff_id: int | None, text: str) -> str:
    """The text for a ticket; where nobody in particular answers, `{me}` stays as it is."""
    customer = customers.get(uow.db, ticket.customer_id) if ticket.customer_id else None
    known = {
        "name": first_name(uow, ticket) or "",
        "customer": customer.name if customer else "",
        "reference": uow.reference(ticket),
        "gist": ticket.gist,
        "company": uow.policy.company,
    }
    if staff_id is not None:
        known["me"] = staff.get(uow.db, staff_id).name
    return BRACED.sub(lambda hit: known.get(hit[1], hit[0]), text)


def first_name(uow: UnitOfWork, ticket: Ticket) -> str | None:
    """Of who wrote it, where that is known."""
    person = people.by_ids(uow.db, [ticket.person_id]).get(ticket.person_id or 0)
    return person.name.split()[0] if person and person.name.strip() else None
