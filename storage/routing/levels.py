"""Service levels: how soon whom we owe an answer, and the clocks that run for each ticket until it is given."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, func, update
from sqlmodel import Field, Session, SQLModel, col, select

from storage.database import JsonType, UtcDateTime

GOALS = ("first", "next", "resolution")
"""The first answer, every next one, the end."""


class Level(SQLModel, table=True):
    """One service level; the first in order whose conditions hold counts. Minutes are business minutes of its own hours.

    `conditions` as a routing rule has them (plan, severity, customer). `ladder`: [{"minutes": 30, "staff_id": 7}], after the
    due time. Without `opening` the company's hours count. `ended_at` set: no longer in force, kept for what it counted.
    """

    __tablename__ = "service_level"

    id: int | None = Field(default=None, primary_key=True)
    position: int
    name: str
    conditions: dict[str, Any] = Field(default_factory=dict, sa_type=JsonType)
    minutes: dict[str, int] = Field(default_factory=dict, sa_type=JsonType)
    warn_minutes: int = 30
    ladder: list[dict[str, int]] = Field(default_factory=list, sa_type=JsonType)
    opening: str = ""
    time_zone: str = ""
    holidays_country: str = ""
    set_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Clock(SQLModel, table=True):
    """What one ticket is owed by when. `state`: running, paused, met, missed, stopped (nothing is owed any more).

    `paused_minutes` are the business minutes it stood still. `look_at` is when something is to be said of it next: a warning,
    the miss itself, the next rung of the ladder; `rung` counts those reached. `why` it was missed, in words.
    """

    __tablename__ = "service_clock"
    __table_args__ = (Index("ix_service_clock_look", "state", "look_at"),)

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    level_id: int = Field(foreign_key="service_level.id")
    goal: str
    state: str = "running"
    started_at: datetime = Field(sa_type=UtcDateTime)
    paused_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    paused_minutes: float = 0.0
    due_at: datetime = Field(sa_type=UtcDateTime)
    look_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    warned_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    missed_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    rung: int = 0
    why: str = ""
    why_by: int | None = Field(default=None, foreign_key="staff.id")


def in_force(db: Session) -> list[Level]:
    """The levels that count, as they are tried."""
    return list(
        db.exec(select(Level).where(col(Level.ended_at).is_(None)).order_by(col(Level.position), col(Level.id)))
    )


def any_in_force(db: Session) -> bool:
    """Whether there is one."""
    return db.exec(select(Level.id).where(col(Level.ended_at).is_(None)).limit(1)).first() is not None


def by_ids(db: Session, ids: set[int]) -> dict[int, Level]:
    """The levels with these ids, those no longer in force too."""
    return {one.id or 0: one for one in db.exec(select(Level).where(col(Level.id).in_(ids)))} if ids else {}


def get(db: Session, level_id: int) -> Level | None:
    """One level that is in force."""
    found = db.get(Level, level_id) if 0 < level_id < 2**31 else None
    return found if found and found.ended_at is None else None


def keep(db: Session, row: Level | Clock) -> None:
    """Keep a new or a changed one."""
    db.add(row)
    db.flush()


def last_position(db: Session) -> int:
    """The place of the last one."""
    return db.exec(select(func.max(Level.position)).where(col(Level.ended_at).is_(None))).one() or 0


def clock(db: Session, clock_id: int) -> Clock | None:
    """One clock as it is now."""
    same = select(Clock).where(Clock.id == clock_id).execution_options(populate_existing=True)
    return db.exec(same).first() if 0 < clock_id < 2**31 else None


def of_ticket(db: Session, ticket_id: int) -> list[Clock]:
    """A ticket's clocks, oldest first."""
    return list(db.exec(select(Clock).where(Clock.ticket_id == ticket_id).order_by(col(Clock.id))))


def to_look_at(db: Session, now: datetime, most: int = 100) -> list[int]:
    """Ids of running clocks of which something is to be said, the longest ago first."""
    waiting = select(Clock.id).where(Clock.state == "running", col(Clock.look_at) <= now)
    return [one for one in db.exec(waiting.order_by(col(Clock.look_at)).limit(most)) if one is not None]


def running(db: Session, limit: int = 50) -> list[Clock]:
    """What is owed next, the soonest first; what is missed already comes with it."""
    on = select(Clock).where(Clock.state == "running")
    return list(db.exec(on.order_by(col(Clock.due_at), col(Clock.id)).limit(limit)))


def overdue(db: Session, limit: int = 50) -> list[Clock]:
    """What is missed and still owed, the longest ago first."""
    late = select(Clock).where(Clock.state == "running", col(Clock.missed_at).is_not(None))
    return list(db.exec(late.order_by(col(Clock.missed_at), col(Clock.id)).limit(limit)))


def missed(db: Session, since: datetime, limit: int = 200) -> list[Clock]:
    """What was missed since then, newest first."""
    late = select(Clock).where(col(Clock.missed_at) >= since)
    return list(db.exec(late.order_by(col(Clock.missed_at).desc(), col(Clock.id).desc()).limit(limit)))


def kept_and_missed(db: Session, since: datetime) -> dict[tuple[int, str], tuple[int, int]]:
    """How often each level's goals were met and missed since then: (level, goal) → (met, missed)."""
    counted: dict[tuple[int, str], tuple[int, int]] = {}
    for column, place in ((Clock.ended_at, 0), (Clock.missed_at, 1)):
        wanted = select(Clock.level_id, Clock.goal, func.count()).where(col(column) >= since)
        wanted = wanted.where(Clock.state == "met") if place == 0 else wanted
        for level_id, goal, number in db.exec(wanted.group_by(col(Clock.level_id), col(Clock.goal))):
            pair = list(counted.get((level_id, goal), (0, 0)))
            pair[place] = number
            counted[level_id, goal] = (pair[0], pair[1])
    return counted


def stop(db: Session, level_id: int, now: datetime) -> None:
    """Nothing is owed by this level any more."""
    theirs = update(Clock).where(col(Clock.level_id) == level_id, col(Clock.state).in_(("running", "paused")))
    db.execute(theirs.values(state="stopped", ended_at=now, look_at=None))
    db.expire_all()
