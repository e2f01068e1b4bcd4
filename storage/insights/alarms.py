"""Alarms: a theme that suddenly many customers tell of. At most one open alarm a theme; the database sees to it."""

from datetime import datetime

from sqlalchemy import Index, func, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, SQLModel, col, select

from storage.database import UtcDateTime, is_sqlite

_OPEN = text("state = 'open'")


class Alarm(SQLModel, table=True):
    """`customers` told of it within a week when it was last looked at, `bar` were needed. `state`: open, dismissed, resolved.

    `told_at`: when it was first said outside, later than `opened_at` where that was in quiet hours. `revision` counts changes.
    """

    __tablename__ = "theme_alert"
    __table_args__ = (
        Index("ix_theme_alert_open", "theme_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: int | None = Field(default=None, primary_key=True)
    theme_id: int = Field(foreign_key="theme.id", index=True)
    state: str = Field(default="open", index=True)
    customers: int
    most: int
    bar: int
    revision: int = 1
    opened_at: datetime = Field(sa_type=UtcDateTime, index=True)
    changed_at: datetime = Field(sa_type=UtcDateTime)
    told_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_by: int | None = Field(default=None, foreign_key="staff.id")


def get(db: Session, alarm_id: int) -> Alarm:
    """The alarm; raises KeyError if there is none."""
    found = db.get(Alarm, alarm_id)
    if found is None:
        raise KeyError(f"alarm {alarm_id}")
    return found


def open_once(db: Session, alarm: Alarm) -> int | None:
    """Keep a new alarm. Its id, or None if the theme has an open one."""
    insert = (sqlite if is_sqlite(db) else postgresql).insert(Alarm).values(**alarm.model_dump(exclude={"id"}))
    once = insert.on_conflict_do_nothing(index_elements=["theme_id"], index_where=_OPEN).returning(col(Alarm.id))
    new_id: int | None = db.execute(once).scalar()
    return new_id


def opened(db: Session) -> list[Alarm]:
    """Open alarms, oldest first."""
    return list(db.exec(select(Alarm).where(Alarm.state == "open").order_by(col(Alarm.id))))


def of_theme(db: Session, theme_id: int) -> Alarm | None:
    """The theme's open alarm."""
    return db.exec(select(Alarm).where(Alarm.theme_id == theme_id, Alarm.state == "open")).first()


def since(db: Session, when: datetime) -> list[Alarm]:
    """Alarms opened since then, oldest first."""
    return list(db.exec(select(Alarm).where(col(Alarm.opened_at) >= when).order_by(col(Alarm.id))))


def newest(db: Session, limit: int = 50) -> list[Alarm]:
    """Alarms in any state, newest first."""
    return list(db.exec(select(Alarm).order_by(col(Alarm.id).desc()).limit(limit)))


def count(db: Session) -> int:
    """How many are open."""
    return db.exec(select(func.count()).select_from(Alarm).where(Alarm.state == "open")).one()
