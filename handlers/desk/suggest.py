"""Suggest: words for the listener to begin with, in the customer's language. Nothing is kept, nothing is sent."""

from handlers.unit_of_work import UnitOfWork
from prompts import render
from storage.accounts import people
from storage.desk import tickets
from storage.desk.tickets import Ticket
from storage.insights import bugs, themes


def suggest(uow: UnitOfWork, ticket_id: int) -> str:
    """A draft from what was said, the theme's known answer and the bug's state."""
    ticket = uow.ticket(ticket_id)
    person = people.by_ids(uow.db, [ticket.person_id]).get(ticket.person_id or 0)
    theme = themes.get(uow.db, ticket.theme_id) if ticket.theme_id else None
    bug = bugs.get(uow.db, ticket.bug_id) if ticket.bug_id else None
    return render.say(
        "suggested_reply",
        ticket.language,
        gist=ticket.gist,
        kind=ticket.kind,
        name=person.name.split()[0] if person and person.name.strip() else None,
        earlier=[uow.reference(one) for one in _earlier(uow, ticket)],
        known_answer=(theme.answer or None) if theme else None,
        bug_state=bug.state if bug and bug.state != "proposed" else None,
        workaround=bug.workaround if bug else None,
    )


def _earlier(uow: UnitOfWork, ticket: Ticket) -> list[Ticket]:
    """What the same customer reported before on the same theme, oldest first."""
    if ticket.customer_id is None or ticket.theme_id is None:
        return []
    theirs = tickets.of_customer(uow.db, ticket.customer_id, limit=50)
    return [one for one in reversed(theirs) if one.theme_id == ticket.theme_id and (one.id or 0) < (ticket.id or 0)]
