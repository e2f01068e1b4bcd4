"""Comments on bugs: ours and the engineers', each kept once however often it is told."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, Session, SQLModel, col, select

from storage.database import UtcDateTime


class BugComment(SQLModel, table=True):
    """What was written on a bug. `external_id` is what its tracker calls it; `at_tracker` how new the text is there.

    `state` of what we write outside: waiting, sent, refused (`error` says why); empty for what is nowhere to be sent.
    `aside` is what an engineer's words are for customers: workaround, question, expected.
    """

    __tablename__ = "bug_comment"
    __table_args__ = (Index("ix_bug_comment_external", "bug_id", "external_id", unique=True),)

    id: int | None = Field(default=None, primary_key=True)
    bug_id: int = Field(foreign_key="bug.id", index=True)
    external_id: str | None = None
    author: str
    staff_id: int | None = Field(default=None, foreign_key="staff.id")
    text: str
    state: str = Field(default="", index=True)
    attempts: int = 0
    error: str = ""
    aside: str = ""
    created_at: datetime = Field(sa_type=UtcDateTime)
    at_tracker: datetime | None = Field(default=None, sa_type=UtcDateTime)
    deleted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def add(db: Session, comment: BugComment) -> BugComment:
    """Keep a new comment."""
    db.add(comment)
    db.flush()
    return comment


def of_bug(db: Session, bug_id: int) -> list[BugComment]:
    """What stands on a bug, oldest first."""
    there = select(BugComment).where(BugComment.bug_id == bug_id, col(BugComment.deleted_at).is_(None))
    return list(db.exec(there.order_by(col(BugComment.created_at), col(BugComment.id))))


def by_external_id(db: Session, bug_id: int, external_id: str) -> BugComment | None:
    """The comment that a bug's tracker calls so, deleted ones included."""
    known = select(BugComment).where(BugComment.bug_id == bug_id, BugComment.external_id == external_id)
    return db.exec(known).first()


def known(db: Session, bug_id: int) -> dict[str, BugComment]:
    """Every comment that the tracker knows as well, by what it calls it, deleted ones included."""
    theirs = select(BugComment).where(BugComment.bug_id == bug_id, col(BugComment.external_id).is_not(None))
    return {str(one.external_id): one for one in db.exec(theirs)}


def waiting(db: Session) -> list[int]:
    """Ids of what is to be written outside, oldest first."""
    unsent = select(BugComment.id).where(BugComment.state == "waiting").order_by(col(BugComment.id))
    return [one for one in db.exec(unsent) if one is not None]
