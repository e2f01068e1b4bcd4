"""Internal notes: a table of their own, so that one can never go out by accident."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Field, Session, SQLModel, col, select

from storage.database import UtcDateTime


class Note(SQLModel, table=True):
    """What staff wrote for staff."""

    __tablename__ = "note"

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    staff_id: int = Field(foreign_key="staff.id")
    text: str
    created_at: datetime = Field(sa_type=UtcDateTime)


def add(db: Session, note: Note) -> Note:
    """Keep a note."""
    db.add(note)
    db.flush()
    return note


def remove(db: Session, note_id: int) -> None:
    """Let a note go; nothing if it is gone."""
    if note := db.get(Note, note_id):
        db.delete(note)


def move(db: Session, note_ids: Sequence[int], ticket_id: int) -> None:
    """Let notes belong to another ticket."""
    db.flush()
    db.execute(update(Note).where(col(Note.id).in_(note_ids)).values(ticket_id=ticket_id))
    db.expire_all()


def of_ticket(db: Session, ticket_id: int) -> list[Note]:
    """A ticket's notes, oldest first."""
    return list(db.exec(select(Note).where(Note.ticket_id == ticket_id).order_by(col(Note.id))))
