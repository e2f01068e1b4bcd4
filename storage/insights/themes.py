"""Themes: what several complaints have in common. Ids and names last from week to week."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Index, LargeBinary, delete, func, or_, update
from sqlmodel import Field, Session, SQLModel, col, select

from storage.database import UtcDateTime
from storage.desk.tickets import Ticket


class Theme(SQLModel, table=True):
    """One problem told by customers. `named_by`: machine, model or person (a person's name is never changed); `area`, the part of the
    product it is about, and `area_by` likewise.
    """

    __tablename__ = "theme"

    id: int | None = Field(default=None, primary_key=True)
    name: str
    kind: str
    language: str = "en"
    named_by: str = "machine"
    area: str = ""
    area_by: str = "machine"
    answer: str = ""
    merged_into: int | None = Field(default=None, foreign_key="theme.id")
    created_at: datetime = Field(sa_type=UtcDateTime)


class Vector(SQLModel, table=True):
    """The meaning of a ticket as float32 numbers, by the embedder that made them."""

    __tablename__ = "vector"
    __table_args__ = (Index("ix_vector_embedder", "embedder", "ticket_id"),)

    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True)
    embedder: str
    numbers: bytes = Field(sa_type=LargeBinary)


class Member(NamedTuple):
    """A ticket of a theme, and what it may share with another."""

    ticket_id: int
    theme_id: int
    customer_id: int | None
    kind: str


class Grouped(NamedTuple):
    """A ticket of a theme with its meaning."""

    ticket_id: int
    theme_id: int
    customer_id: int | None
    kind: str
    opened_at: datetime
    numbers: bytes


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


def alive(db: Session, theme_id: int) -> Theme | None:
    """The theme, unless there is none or it was merged away."""
    found = db.get(Theme, theme_id)
    return found if found and found.merged_into is None else None


def merged_into(db: Session, theme_id: int) -> list[Theme]:
    """The themes that were merged into this one, by id."""
    return list(db.exec(select(Theme).where(Theme.merged_into == theme_id).order_by(col(Theme.id))))


def everything(db: Session) -> list[Theme]:
    """All themes, merged ones too, by id."""
    return list(db.exec(select(Theme).order_by(col(Theme.id))))


def named(db: Session, words: str) -> list[Theme]:
    """The living theme with this id, else those whose name has these words in it (case ignored)."""
    if words.isdecimal() and len(words) < 10:
        one = alive(db, int(words))
        return [one] if one else []
    like = col(Theme.name).icontains(words, autoescape=True)
    return list(db.exec(select(Theme).where(like, col(Theme.merged_into).is_(None)).order_by(col(Theme.id)).limit(50)))


def without_area(db: Session, most: int) -> list[Theme]:
    """Living themes of which nobody said what they are about, the newest first."""
    free = select(Theme).where(Theme.area == "", col(Theme.merged_into).is_(None))
    return list(db.exec(free.order_by(col(Theme.id).desc()).limit(most)))


def areas(db: Session) -> list[str]:
    """The areas that living themes are in, by name."""
    named = select(Theme.area).where(col(Theme.merged_into).is_(None), Theme.area != "")
    return sorted(set(db.exec(named)))


def names(db: Session) -> set[str]:
    """Names in use."""
    return set(db.exec(select(Theme.name).where(col(Theme.merged_into).is_(None))))


def keep_vector(db: Session, vector: Vector) -> None:
    """Add or replace a ticket's vector."""
    db.merge(vector)
    db.flush()


def vector(db: Session, ticket_id: int) -> Vector | None:
    """A ticket's vector."""
    return db.get(Vector, ticket_id)


def vectors(db: Session, embedder: str, after: int = 0) -> list[tuple[int, bytes]]:
    """(ticket id, numbers) of one embedder of tickets above an id, by ticket id."""
    theirs = select(Vector.ticket_id, Vector.numbers).where(Vector.embedder == embedder, col(Vector.ticket_id) > after)
    return [(ticket, numbers) for ticket, numbers in db.exec(theirs.order_by(col(Vector.ticket_id)))]


def vectors_of(db: Session, embedder: str, ticket_ids: Sequence[int]) -> list[tuple[int, bytes]]:
    """(ticket id, numbers) of one embedder of these tickets."""
    theirs = select(Vector.ticket_id, Vector.numbers).where(
        Vector.embedder == embedder, col(Vector.ticket_id).in_(ticket_ids)
    )
    return [(ticket, numbers) for ticket, numbers in db.exec(theirs)]


def told_before(db: Session, ticket: Ticket, since: datetime, embedder: str, most: int) -> dict[int, bytes]:
    """What the customer of a ticket told before of that kind, among their newest: ticket id → numbers of one embedder."""
    columns: tuple[Any, ...] = (col(Ticket.id).label("id"), Ticket.kind, Ticket.opened_at, Ticket.history)
    recent = select(*columns).where(Ticket.customer_id == ticket.customer_id, col(Ticket.id) != ticket.id)
    near = recent.order_by(col(Ticket.id).desc()).limit(3 * most).subquery()
    told = select(near.c.id, Vector.numbers).join(Vector, col(Vector.ticket_id) == near.c.id)
    same = told.where(near.c.kind == ticket.kind, near.c.opened_at >= since, near.c.history.is_(False))
    rows = db.exec(same.where(Vector.embedder == embedder).order_by(near.c.id.desc()).limit(most))
    return {one: numbers for one, numbers in rows if one is not None}


def count_vectors(db: Session, embedder: str) -> int:
    """How many tickets have a vector of this embedder."""
    return db.exec(select(func.count()).select_from(Vector).where(Vector.embedder == embedder)).one()


def count_all_vectors(db: Session) -> int:
    """How many tickets have a vector."""
    return db.exec(select(func.count()).select_from(Vector)).one()


def any_other_vector(db: Session, embedder: str) -> bool:
    """Whether another embedder made some vector."""
    below, above = col(Vector.embedder) < embedder, col(Vector.embedder) > embedder
    return any(db.exec(select(Vector.ticket_id).where(one).limit(1)).first() is not None for one in (below, above))


def forget_vectors_but(db: Session, embedder: str) -> None:
    """Delete what other embedders made."""
    db.execute(delete(Vector).where(col(Vector.embedder) != embedder))


def with_vector(db: Session, embedder: str) -> list[int]:
    """The tickets that have a vector of this embedder, by id."""
    return list(db.exec(select(Vector.ticket_id).where(Vector.embedder == embedder).order_by(col(Vector.ticket_id))))


def without_vector(db: Session, embedder: str, most: int) -> list[int]:
    """Tickets in themes whose vector another embedder made, or that have none: the newest of each theme first."""
    theirs = select(Ticket.id).join(Vector, col(Vector.ticket_id) == Ticket.id, isouter=True)
    other = or_(col(Vector.embedder).is_(None), col(Vector.embedder) != embedder)
    turn = func.row_number().over(partition_by=col(Ticket.theme_id), order_by=col(Ticket.id).desc())
    first = theirs.where(col(Ticket.theme_id).is_not(None), other).order_by(turn, col(Ticket.id).desc()).limit(most)
    return [ticket for ticket in db.exec(first) if ticket is not None]


def members(db: Session, ticket_ids: Sequence[int]) -> dict[int, Member]:
    """Those of the tickets that are in a theme, by ticket id."""
    columns: tuple[Any, ...] = (Ticket.id, Ticket.theme_id, Ticket.customer_id, Theme.kind)
    rows = db.exec(select(*columns).join(Theme, col(Theme.id) == Ticket.theme_id).where(col(Ticket.id).in_(ticket_ids)))
    return {row[0]: Member(*row) for row in rows}


def sizes(db: Session, theme_ids: Sequence[int] | None = None) -> dict[int, int]:
    """How many tickets each theme has, of some themes or all."""
    counted = select(Ticket.theme_id, func.count()).where(col(Ticket.theme_id).is_not(None))
    if theme_ids is not None:
        counted = counted.where(col(Ticket.theme_id).in_(theme_ids))
    return {theme: number for theme, number in db.exec(counted.group_by(col(Ticket.theme_id))) if theme is not None}


def kinds(db: Session, theme_id: int) -> dict[str, int]:
    """How many of a theme's tickets are of each kind."""
    counted = select(Ticket.kind, func.count()).where(Ticket.theme_id == theme_id).group_by(col(Ticket.kind))
    return dict(db.exec(counted).all())


def tickets_of(db: Session, theme_id: int) -> list[int]:
    """The ids of a theme's tickets, oldest first."""
    theirs = select(Ticket.id).where(Ticket.theme_id == theme_id).order_by(col(Ticket.id))
    return [ticket for ticket in db.exec(theirs) if ticket is not None]


def grouped(db: Session, embedder: str, most: int) -> list[Grouped]:
    """The newest tickets of themes with their meaning by one embedder, oldest first."""
    columns: tuple[Any, ...] = (
        Ticket.id, Ticket.theme_id, Ticket.customer_id, Ticket.kind, Ticket.opened_at, Vector.numbers,
    )  # fmt: skip
    told = select(*columns).join(Vector, col(Vector.ticket_id) == Ticket.id)
    newest = told.where(col(Ticket.theme_id).is_not(None), Vector.embedder == embedder)
    rows = db.exec(newest.order_by(col(Ticket.id).desc()).limit(most))
    return [Grouped(*row) for row in rows][::-1]


def told(db: Session, until: datetime, most: int) -> int:
    """How many tickets of themes were opened before then; none are counted beyond `most`."""
    theirs = select(Ticket.id).where(col(Ticket.theme_id).is_not(None), col(Ticket.opened_at) < until)
    return len(list(db.exec(theirs.limit(most))))


def hand_over(db: Session, ticket_ids: Sequence[int], source: int, target: int) -> list[int]:
    """Move those of the tickets that are still in `source` to `target`; which ones they were."""
    moved = []
    for start in range(0, len(ticket_ids), 500):
        some = col(Ticket.id).in_(ticket_ids[start : start + 500])
        there = update(Ticket).where(some, col(Ticket.theme_id) == source).values(theme_id=target)
        moved += list(db.execute(there.returning(col(Ticket.id))).scalars())
    db.expire_all()
    return sorted(one for one in moved if one is not None)
