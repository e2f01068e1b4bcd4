"""Enclosures: files on a bug, those of customers that go to the tracker and those that engineers put there."""

from datetime import datetime

from sqlmodel import Field, Session, SQLModel, col, select

from storage.database import UtcDateTime


class Enclosure(SQLModel, table=True):
    """A file. `state` waiting, sent, refused. The content is the customer's attachment's; it is not kept twice."""

    __tablename__ = "enclosure"

    id: int | None = Field(default=None, primary_key=True)
    bug_id: int = Field(foreign_key="bug.id", index=True)
    attachment_id: int = Field(foreign_key="attachment.id")
    external_id: str | None = None
    state: str = Field(default="waiting", index=True)
    attempts: int = 0
    error: str = ""
    staff_id: int | None = Field(default=None, foreign_key="staff.id")
    created_at: datetime = Field(sa_type=UtcDateTime)


def add(db: Session, enclosure: Enclosure) -> Enclosure:
    """Keep a file that is to be put on a bug."""
    db.add(enclosure)
    db.flush()
    return enclosure


def of_bug(db: Session, bug_id: int) -> list[Enclosure]:
    """A bug's files, oldest first."""
    return list(db.exec(select(Enclosure).where(Enclosure.bug_id == bug_id).order_by(col(Enclosure.id))))


def waiting(db: Session) -> list[int]:
    """Ids of what is to be put on issues outside, oldest first."""
    unsent = select(Enclosure.id).where(Enclosure.state == "waiting").order_by(col(Enclosure.id))
    return [one for one in db.exec(unsent) if one is not None]
