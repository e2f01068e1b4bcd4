"""Hearsay: what trackers told, kept once per delivery, and the issues that they have besides our bugs."""

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint, delete, func
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, SQLModel, col, select

from storage.database import JsonType, UtcDateTime, is_sqlite


class TrackerNews(SQLModel, table=True):
    """One webhook or one answer to our asking. `content` is a handlers.tracking.News; `note` says what became of it."""

    __tablename__ = "tracker_news"
    __table_args__ = (UniqueConstraint("tracker", "delivery"),)

    id: int | None = Field(default=None, primary_key=True)
    tracker: str
    delivery: str
    content: dict[str, Any] = Field(default_factory=dict, sa_type=JsonType)
    note: str = ""
    kept_at: datetime = Field(sa_type=UtcDateTime, index=True)


class TrackerIssue(SQLModel, table=True):
    """An issue of the tracker as it was last heard of: what a new report may be."""

    __tablename__ = "tracker_issue"
    __table_args__ = (UniqueConstraint("tracker", "external_id"),)

    id: int | None = Field(default=None, primary_key=True)
    tracker: str = Field(index=True)
    external_id: str
    key: str
    title: str
    text: str = ""
    state: str = "new"
    url: str | None = None
    changed_at: datetime = Field(sa_type=UtcDateTime, index=True)


def keep(db: Session, news: TrackerNews) -> int | None:
    """Keep it; its id, or None if this delivery was kept before."""
    insert = (sqlite if is_sqlite(db) else postgresql).insert(TrackerNews).values(**news.model_dump(exclude={"id"}))
    new_id: int | None = db.execute(
        insert.on_conflict_do_nothing(index_elements=["tracker", "delivery"]).returning(col(TrackerNews.id))
    ).scalar()
    return new_id


def newest(db: Session, tracker: str, most: int = 20) -> list[TrackerNews]:
    """What was told last, newest first."""
    told = select(TrackerNews).where(TrackerNews.tracker == tracker)
    return list(db.exec(told.order_by(col(TrackerNews.id).desc()).limit(most)))


def forget(db: Session, before: datetime) -> None:
    """Let go of what was told long ago."""
    db.execute(delete(TrackerNews).where(col(TrackerNews.kept_at) < before))


def issue(db: Session, tracker: str, external_id: str) -> TrackerIssue | None:
    """The issue, by what the tracker calls it inside."""
    known = select(TrackerIssue).where(TrackerIssue.tracker == tracker, TrackerIssue.external_id == external_id)
    return db.exec(known).first()


def issues(db: Session, tracker: str, since: datetime, most: int = 1000) -> list[TrackerIssue]:
    """Issues that are open, or changed since; newest first."""
    near = select(TrackerIssue).where(
        TrackerIssue.tracker == tracker,
        (col(TrackerIssue.state).not_in(("fixed", "released", "declined", "duplicate")))
        | (col(TrackerIssue.changed_at) > since),
    )
    return list(db.exec(near.order_by(col(TrackerIssue.changed_at).desc()).limit(most)))


def remember(db: Session, seen: TrackerIssue) -> None:
    """Keep or renew an issue."""
    known = issue(db, seen.tracker, seen.external_id)
    if known is None:
        db.add(seen)
    else:
        for name in ("key", "title", "text", "state", "url", "changed_at"):
            setattr(known, name, getattr(seen, name))
        db.add(known)
    db.flush()


def drop(db: Session, tracker: str, external_id: str) -> None:
    """It was deleted there."""
    gone = delete(TrackerIssue).where(
        col(TrackerIssue.tracker) == tracker, col(TrackerIssue.external_id) == external_id
    )
    db.execute(gone)


def count(db: Session, tracker: str) -> int:
    """How many issues of the tracker are known."""
    return db.exec(select(func.count()).select_from(TrackerIssue).where(TrackerIssue.tracker == tracker)).one()
