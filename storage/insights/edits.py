"""Edits: what people said of themes, which every later grouping respects."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, or_
from sqlmodel import Field, Session, SQLModel, col, select

from storage.database import UtcDateTime

AT_ONCE = 500


class Pin(SQLModel, table=True):
    """A person said that this ticket belongs in this theme."""

    __tablename__ = "theme_pin"

    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True)
    theme_id: int = Field(foreign_key="theme.id")
    by: int | None = Field(default=None, foreign_key="staff.id")
    at: datetime = Field(sa_type=UtcDateTime)


class Difference(SQLModel, table=True):
    """A person said that two themes are not the same; `one_id` is the lower id."""

    __tablename__ = "theme_difference"

    one_id: int = Field(foreign_key="theme.id", primary_key=True)
    other_id: int = Field(foreign_key="theme.id", primary_key=True)
    by: int | None = Field(default=None, foreign_key="staff.id")
    at: datetime = Field(sa_type=UtcDateTime)


def pin(db: Session, ticket_ids: Iterable[int], theme_id: int, by: int | None, at: datetime) -> None:
    """These tickets belong there, whatever was said of them before."""
    for ticket_id in ticket_ids:
        db.merge(Pin(ticket_id=ticket_id, theme_id=theme_id, by=by, at=at))
    db.flush()


def unpin(db: Session, ticket_ids: Sequence[int]) -> None:
    """The machine may decide again where these belong."""
    for start in range(0, len(ticket_ids), AT_ONCE):
        db.execute(delete(Pin).where(col(Pin.ticket_id).in_(ticket_ids[start : start + AT_ONCE])))


def pinned(db: Session) -> set[int]:
    """The tickets of which a person said where they belong."""
    return set(db.exec(select(Pin.ticket_id)))


def pinned_to(db: Session, ticket_id: int) -> int | None:
    """The theme that a person said the ticket belongs in, if one did."""
    found = db.get(Pin, ticket_id)
    return found.theme_id if found else None


def part(db: Session, one: int, other: int, by: int | None, at: datetime) -> bool:
    """The two are not the same. False if that was said before."""
    low, high = sorted((one, other))
    if db.get(Difference, (low, high)) is not None:
        return False
    db.add(Difference(one_id=low, other_id=high, by=by, at=at))
    db.flush()
    return True


def rejoin(db: Session, one: int, other: int) -> bool:
    """They may be the same after all. False if nobody said otherwise."""
    low, high = sorted((one, other))
    known = db.get(Difference, (low, high))
    if known is None:
        return False
    db.delete(known)
    db.flush()
    return True


def differences(db: Session) -> list[tuple[int, int]]:
    """Every two themes that are not the same."""
    return [(one, other) for one, other in db.exec(select(Difference.one_id, Difference.other_id))]


def different_from(db: Session, theme_id: int) -> list[int]:
    """The themes that are not the same as this one, by id."""
    theirs = select(Difference).where(or_(col(Difference.one_id) == theme_id, col(Difference.other_id) == theme_id))
    return sorted(row.other_id if row.one_id == theme_id else row.one_id for row in db.exec(theirs))
