"""Saved views: a list somebody comes back to, their own or everybody's."""

from datetime import datetime

from sqlalchemy import or_
from sqlmodel import Field, Session, SQLModel, col, select

from storage.database import UtcDateTime


class SavedView(SQLModel, table=True):
    """What the list was asked for (`view=mine&language=ja`), under a name. Without `staff_id` it is everybody's."""

    __tablename__ = "saved_view"

    id: int | None = Field(default=None, primary_key=True)
    staff_id: int | None = Field(default=None, foreign_key="staff.id", index=True)
    made_by: int = Field(foreign_key="staff.id")
    name: str
    asked: str
    created_at: datetime = Field(sa_type=UtcDateTime)


def of(db: Session, staff_id: int) -> list[SavedView]:
    """Their own and everybody's, by name."""
    theirs = or_(col(SavedView.staff_id) == staff_id, col(SavedView.staff_id).is_(None))
    return list(db.exec(select(SavedView).where(theirs).order_by(SavedView.name, col(SavedView.id))))


def get(db: Session, view_id: int) -> SavedView | None:
    """The view, if it is still kept."""
    return db.get(SavedView, view_id)


def add(db: Session, view: SavedView) -> SavedView:
    """Keep one."""
    db.add(view)
    db.flush()
    return view


def remove(db: Session, view: SavedView) -> None:
    """Let one go."""
    db.delete(view)
    db.flush()
