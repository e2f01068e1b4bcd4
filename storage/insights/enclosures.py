"""Enclosures: files on a bug, those of customers that go to the tracker and those that engineers put there."""

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlalchemy.orm import defer
from sqlmodel import Field, Session, SQLModel, col, select

from storage.database import UtcDateTime


class Enclosure(SQLModel, table=True):
    """A file. One of a customer's (`attachment_id`, whose content is not kept twice) that goes to the tracker, or one that
    engineers put there (`comment_id` tells of it) with what was fetched of it. `state` waiting, sent or kept, refused.
    """

    __tablename__ = "enclosure"

    id: int | None = Field(default=None, primary_key=True)
    bug_id: int = Field(foreign_key="bug.id", index=True)
    attachment_id: int | None = Field(default=None, foreign_key="attachment.id")
    comment_id: int | None = Field(default=None, foreign_key="bug_comment.id", unique=True)
    external_id: str | None = None
    state: str = Field(default="waiting", index=True)
    attempts: int = 0
    error: str = ""
    staff_id: int | None = Field(default=None, foreign_key="staff.id")
    name: str = ""
    media_type: str = ""
    size: int = 0
    content: bytes | None = Field(default=None, sa_type=LargeBinary)
    created_at: datetime = Field(sa_type=UtcDateTime)


def add(db: Session, enclosure: Enclosure) -> Enclosure:
    """Keep a file that is to be put on a bug."""
    db.add(enclosure)
    db.flush()
    return enclosure


def of_bug(db: Session, bug_id: int) -> list[Enclosure]:
    """A bug's files, oldest first; contents are read where they are asked for."""
    theirs = select(Enclosure).where(Enclosure.bug_id == bug_id).order_by(col(Enclosure.id))
    return list(db.exec(theirs.options(defer(Enclosure.content))))  # type: ignore[arg-type]


def waiting(db: Session) -> list[int]:
    """Ids of what is to be put on issues outside, oldest first."""
    unsent = select(Enclosure.id).where(Enclosure.state == "waiting").order_by(col(Enclosure.id))
    return [one for one in db.exec(unsent) if one is not None]
