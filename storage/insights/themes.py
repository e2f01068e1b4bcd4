"""Themes: what several complaints have in common. Ids and names last from week to week."""

from datetime import datetime

from sqlalchemy import LargeBinary, func
from sqlmodel import Field, Session, SQLModel, col, select

from storage.database import UtcDateTime


class Theme(SQLModel, table=True):
    """One problem told by customers. `named_by`: machine or person (a person's name is never changed)."""

    __tablename__ = "theme"

    id: int | None = Field(default=None, primary_key=True)
    name: str
    kind: str
    language: str = "en"
    named_by: str = "machine"
    answer: str = ""
    merged_into: int | None = Field(default=None, foreign_key="theme.id")
    created_at: datetime = Field(sa_type=UtcDateTime)


class Vector(SQLModel, table=True):
    """The meaning of a ticket as float32 numbers, by the embedder that made them."""

    __tablename__ = "vector"

    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True)
    theme_id: int | None = Field(default=None, foreign_key="theme.id", index=True)
    embedder: str
    numbers: bytes = Field(sa_type=LargeBinary)


def get(db: Session, theme_id: int) -> Theme:
    """The theme; raises KeyError if there is none."""
    found = db.get(Theme, theme_id)
    if found is None:
        raise KeyError(f"theme {theme_id}")
    return found


def add(db: Session, theme: Theme) -> Theme:
    """Keep a new theme."""
    db.add(theme)
    db.flush()
    return theme


def living(db: Session) -> list[Theme]:
    """Themes that were not merged away, by id."""
    return list(db.exec(select(Theme).where(col(Theme.merged_into).is_(None)).order_by(col(Theme.id))))


def everything(db: Session) -> list[Theme]:
    """All themes, merged ones too, by id."""
    return list(db.exec(select(Theme).order_by(col(Theme.id))))


def names(db: Session) -> set[str]:
    """Names in use."""
    return set(db.exec(select(Theme.name).where(col(Theme.merged_into).is_(None))))


def keep_vector(db: Session, vector: Vector) -> None:
    """Add or replace a ticket's vector."""
    db.merge(vector)
    db.flush()


def vectors(db: Session, embedder: str, after: int = 0) -> list[Vector]:
    """Vectors of one embedder of tickets above an id, by ticket id."""
    theirs = select(Vector).where(Vector.embedder == embedder, col(Vector.ticket_id) > after)
    return list(db.exec(theirs.order_by(col(Vector.ticket_id))))


def sizes(db: Session) -> dict[int, int]:
    """How many tickets each theme has."""
    counted = select(Vector.theme_id, func.count()).where(col(Vector.theme_id).is_not(None))
    return {theme: number for theme, number in db.exec(counted.group_by(col(Vector.theme_id))) if theme is not None}
