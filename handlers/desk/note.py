"""Note: what staff write for staff. It has a table of its own and no way out."""

from uuid import uuid4

from handlers.analysis import calling, rights
from handlers.analysis.telling import names, quotes
from handlers.errors import Refused
from handlers.reaching import reach
from handlers.unit_of_work import UnitOfWork
from prompts import marks
from storage.accounts import customers, people, staff
from storage.database import clean
from storage.desk import notes
from storage.desk.history import Event
from storage.desk.notes import Note
from storage.desk.tickets import Ticket


def note(uow: UnitOfWork, ticket_id: int, staff_id: int, text: str) -> Event:
    """Keep an internal note on the ticket. Raises Refused if it is empty."""
    if not text.strip():
        raise Refused("The note is empty.")
    uow.ticket(ticket_id)
    kept = notes.add(
        uow.db, Note(ticket_id=ticket_id, staff_id=staff_id, text=clean(text.strip()), created_at=uow.now())
    )
    called = _tell(uow, kept)
    return uow.record("noted", ticket_id, by=staff_id, note=kept.id, called=called, before={})


def _tell(uow: UnitOfWork, kept: Note) -> list[int]:
    """Colleagues who are called by name get a direct message, or a mail, once it cannot be taken back any more; their ids.

    Engineers read it without the customer's name, unless the policy allows it.
    """
    if "@" not in kept.text:
        return []
    who = {one.id or 0: one for one in staff.everyone(uow.db)}
    ids = calling.called(kept.text, {number: (one.name, one.email) for number, one in who.items()})
    called = [who[one] for one in ids if one != kept.staff_id]
    ticket = uow.ticket(kept.ticket_id)
    reference = uow.reference(ticket)
    url = f"{uow.console_url}/tickets/{reference}"
    for one in called:
        if one.slack_id is None and not uow.mails:
            continue
        nameless = "names" not in rights.of(one.role, names_for_engineers=uow.policy.name_customers_in_bugs)
        text = quotes.anonymous(kept.text, _names(uow, ticket)) if nameless else kept.text
        told = (who[kept.staff_id].name, reference, url, text)
        said, plain = marks.mentioned(*told), marks.mentioned_plainly(*told)
        reach(uow, one, f"note:{kept.id}:{one.id}:{uuid4()}", "mention", said, plain, wait=uow.policy.undo_seconds)
    return [one.id or 0 for one in called]


def _names(uow: UnitOfWork, ticket: Ticket) -> list[str]:
    theirs = customers.by_ids(uow.db, [ticket.customer_id]).values()
    written = people.by_ids(uow.db, [ticket.person_id]).values()
    ways = [way for one in theirs for way in names.called(one.name, one.key, one.domains)]
    return ways + [one.name for one in written if one.name]
