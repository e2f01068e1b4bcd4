"""Presence: who of us has which ticket open just now, and who writes in it."""

from datetime import datetime

from sqlmodel import Field, Session, SQLModel, col, select

from storage.database import UtcDateTime


class Presence(SQLModel, table=True):
    """`doing`: reading or writing, as last heard `at`."""

    __tablename__ = "presence"

    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True)
    staff_id: int = Field(foreign_key="staff.id", primary_key=True)
    doing: str = "reading"
    at: datetime = Field(sa_type=UtcDateTime)


def of(db: Session, ticket_id: int, staff_id: int) -> Presence | None:
    """When somebody was last heard of in a ticket."""
    return db.get(Presence, (ticket_id, staff_id))


def note(db: Session, presence: Presence) -> None:
    """Somebody is here."""
    db.merge(presence)
    db.flush()


def others(db: Session, ticket_id: int, staff_id: int, since: datetime) -> list[Presence]:
    """Who else was heard of in a ticket since then, writers first."""
    here = select(Presence).where(
        Presence.ticket_id == ticket_id, Presence.staff_id != staff_id, col(Presence.at) >= since
    )
    return list(db.exec(here.order_by(col(Presence.doing).desc(), col(Presence.staff_id))))
