"""In short: a long conversation in a few sentences; every word of it stays to be read."""

from handlers.unit_of_work import UnitOfWork
from prompts import in_short as words
from storage.desk import messages, promises
from storage.insights import bugs

LONG, SHOWN = 12, 6
"""Messages from which on a conversation is told in short first, and how many of the newest are then shown at once."""


def in_short(uow: UnitOfWork, ticket_id: int) -> list[str]:
    """The sentences; none for a conversation that is short enough to be read."""
    said = [one for one in messages.of_ticket(uow.db, ticket_id) if one.deleted_at is None]
    if len(said) <= LONG:
        return []
    ticket = uow.ticket(ticket_id)
    theirs = [one for one in said if one.direction == "in"]
    ours = [one for one in said if one.direction == "out" and not one.automatic]
    asked = next((one.text for one in reversed(theirs) if not one.chatter), "")
    open_ones = promises.of_ticket(uow.db, ticket_id, "open")
    bug = bugs.get(uow.db, ticket.bug_id) if ticket.bug_id else None
    return words.sentences(
        ticket.gist, said[0].sent_at, said[-1].sent_at, len(theirs), len(ours), asked, ours[-1].text if ours else "",
        open_ones[0].words if open_ones else "", bug.state.replace("_", " ") if bug else "",
    )  # fmt: skip
