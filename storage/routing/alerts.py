"""Alerts: one incident, one alert, from the first page to its end."""

from datetime import datetime

from sqlalchemy import update
from sqlmodel import Field, Session, SQLModel, col, select

from storage.database import UtcDateTime


class Alert(SQLModel, table=True):
    """A page to whoever is on call. `level` is the place in the on-call order reached so far (0 first).

    `state`: open, confirmed, closed. `revision` counts the changes worth telling.
    """

    __tablename__ = "alert"

    id: int | None = Field(default=None, primary_key=True)
    emergency: str
    title: str
    state: str = Field(default="open", index=True)
    level: int = 0
    revision: int = 0
    called_id: int | None = Field(default=None, foreign_key="staff.id")
    confirmed_by: int | None = Field(default=None, foreign_key="staff.id")
    opened_at: datetime = Field(sa_type=UtcDateTime)
    next_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_at: datetime = Field(sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def get(db: Session, alert_id: int) -> Alert:
    """The alert; raises KeyError if there is none."""
    found = db.get(Alert, alert_id)
    if found is None:
        raise KeyError(f"alert {alert_id}")
    return found


def add(db: Session, alert: Alert) -> Alert:
    """Keep a new alert."""
    db.add(alert)
    db.flush()
    return alert


def unfinished(db: Session) -> list[Alert]:
    """Alerts that are open or confirmed, oldest first."""
    return list(db.exec(select(Alert).where(Alert.state != "closed").order_by(col(Alert.id))))


def overdue(db: Session, now: datetime) -> list[int]:
    """Ids of open alerts that nobody confirmed in time."""
    late = select(Alert.id).where(Alert.state == "open", col(Alert.next_at) <= now)
    return [alert_id for alert_id in db.exec(late) if alert_id is not None]


def confirm(db: Session, alert_id: int, staff_id: int) -> bool:
    """True if it was still open and is now confirmed by them."""
    open_ = update(Alert).where(col(Alert.id) == alert_id, col(Alert.state) == "open")
    done: bool = (
        db.execute(open_.values(state="confirmed", confirmed_by=staff_id, next_at=None)).rowcount == 1  # type: ignore[attr-defined]
    )
    db.expire_all()
    return done


def newest(db: Session, limit: int = 50) -> list[Alert]:
    """Alerts in any state, newest first."""
    return list(db.exec(select(Alert).order_by(col(Alert.id).desc()).limit(limit)))
