"""Note: what staff write for staff. It has a table of its own and no way out."""

from uuid import uuid4

from handlers.analysis import calling, rights
from handlers.analysis.telling import names, quotes
from handlers.errors import Refused
from handlers.unit_of_work import UnitOfWork
from prompts import marks
from storage.accounts import customers, people, staff
from storage.database import clean
from storage.desk import deliveries, notes
from storage.desk.deliveries import Delivery
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
    """Colleagues who are called by name get a direct message, once it cannot be taken back any more; their ids.

    Engineers read it without the customer's name, unless the policy allows it.
    """
    if "@" not in kept.text:
        return []
    who = {one.id or 0: one for one in staff.everyone(uow.db)}
    ids = calling.called(kept.text, {number: (one.name, one.email) for number, one in who.items()})
    called = [who[one] for one in ids if one != kept.staff_id]
    ticket = uow.ticket(kept.ticket_id)
    reference = uow.reference(ticket)
    for one in called if "slack" in uow.alert_ways else []:
        if one.slack_id is None:
            continue
        nameless = "names" not in rights.of(one.role, names_for_engineers=uow.policy.name_customers_in_bugs)
        text = quotes.anonymous(kept.text, _names(uow, ticket)) if nameless else kept.text
        said = marks.mentioned(who[kept.staff_id].name, reference, f"{uow.console_url}/tickets/{reference}", text)
        meant = Delivery(
            key=f"note:{kept.id}:{one.id}:{uuid4()}", purpose="mention", audience="staff", door="slack",
            place=f"slack:{one.slack_id}", text=said, created_at=uow.now(),
        )  # fmt: skip
        if (number := deliveries.intend(uow.db, meant)) is not None:
            wait = uow.policy.undo_seconds
            uow.enqueue("delivery_meant", f"delivery-{number}", number, delay_seconds=wait)
    return [one.id or 0 for one in called]


def _names(uow: UnitOfWork, ticket: Ticket) -> list[str]:
    theirs = customers.by_ids(uow.db, [ticket.customer_id]).values()
    written = people.by_ids(uow.db, [ticket.person_id]).values()
    ways = [way for one in theirs for way in names.called(one.name, one.key, one.domains)]
    return ways + [one.name for one in written if one.name]
