"""Reactions: what engineers say to a theme of a digest, with one press. One a person, theme and week; the last word counts."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, select

from storage.database import UtcDateTime


class Reaction(SQLModel, table=True):
    """`said`: useful, known, by_design or fixed (in `version`). `week` is the digest's it was said to (`2026-W46`)."""

    __tablename__ = "reaction"
    __table_args__ = (UniqueConstraint("theme_id", "week", "staff_id"),)

    id: int | None = Field(default=None, primary_key=True)
    theme_id: int = Field(foreign_key="theme.id", index=True)
    week: str
    said: str
    version: str = ""
    staff_id: int = Field(foreign_key="staff.id")
    at: datetime = Field(sa_type=UtcDateTime)


def of_person(db: Session, theme_id: int, week: str, staff_id: int) -> Reaction | None:
    """What somebody said to a theme of a week."""
    theirs = select(Reaction).where(Reaction.theme_id == theme_id, Reaction.week == week, Reaction.staff_id == staff_id)
    return db.exec(theirs).first()


def keep(db: Session, reaction: Reaction) -> Reaction:
    """Keep a new one or a changed one."""
    db.add(reaction)
    db.flush()
    return reaction


def remove(db: Session, reaction: Reaction) -> None:
    """It was not meant."""
    db.delete(reaction)
    db.flush()


def of_themes(db: Session, theme_ids: Iterable[int], until: datetime) -> dict[int, list[Reaction]]:
    """What was said to each of these themes before a time, oldest first."""
    wanted = select(Reaction).where(col(Reaction.theme_id).in_(sorted(set(theme_ids))), col(Reaction.at) < until)
    found: dict[int, list[Reaction]] = {}
    for one in db.exec(wanted.order_by(col(Reaction.at), col(Reaction.id))):
        found.setdefault(one.theme_id, []).append(one)
    return found


def of_week(db: Session, theme_id: int, week: str) -> list[Reaction]:
    """What was said to a theme of one week's digest, oldest first."""
    theirs = select(Reaction).where(Reaction.theme_id == theme_id, Reaction.week == week)
    return list(db.exec(theirs.order_by(col(Reaction.at), col(Reaction.id))))
