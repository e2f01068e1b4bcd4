"""Digests: one per week, kept as it was told."""

from datetime import datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, SQLModel, col, select

from storage.database import JsonType, UtcDateTime, is_sqlite


class Digest(SQLModel, table=True):
    """The digest of a week (`2026-W46`) as JSON, and when it was sent."""

    __tablename__ = "digest"

    week: str = Field(primary_key=True)
    content: dict[str, Any] = Field(default_factory=dict, sa_type=JsonType)
    created_at: datetime = Field(sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def keep(db: Session, digest: Digest) -> bool:
    """Keep a week's digest once. False if the week has one."""
    insert = (sqlite if is_sqlite(db) else postgresql).insert(Digest).values(**digest.model_dump())
    once = insert.on_conflict_do_nothing(index_elements=["week"]).returning(col(Digest.week))
    return db.execute(once).scalar() is not None


def get(db: Session, week: str) -> Digest | None:
    """The digest that was told for a week."""
    return db.get(Digest, week)


def newest(db: Session, limit: int = 60) -> list[Digest]:
    """Digests, newest week first."""
    return list(db.exec(select(Digest).order_by(col(Digest.week).desc()).limit(limit)))
