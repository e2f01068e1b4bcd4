"""Note: what staff write for staff. It has a table of its own and no way out."""

from handlers.errors import Refused
from handlers.unit_of_work import UnitOfWork
from storage.database import clean
from storage.desk import notes
from storage.desk.history import Event
from storage.desk.notes import Note


def note(uow: UnitOfWork, ticket_id: int, staff_id: int, text: str) -> Event:
    """Keep an internal note on the ticket. Raises Refused if it is empty."""
    if not text.strip():
        raise Refused("The note is empty.")
    uow.ticket(ticket_id)
    kept = notes.add(
        uow.db, Note(ticket_id=ticket_id, staff_id=staff_id, text=clean(text.strip()), created_at=uow.now())
    )
    return uow.record("noted", ticket_id, by=staff_id, note=kept.id, before={})
