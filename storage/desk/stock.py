"""Stock: saved replies, each in one language, with how often they were of use."""

from datetime import datetime

from sqlalchemy import UniqueConstraint, case, func, update
from sqlmodel import Field, Session, SQLModel, col, select

from storage.database import UtcDateTime


class SavedReply(SQLModel, table=True):
    """Words for again and again; `{customer}` and the like are filled in when it is used."""

    __tablename__ = "saved_reply"
    __table_args__ = (UniqueConstraint("name", "language"),)

    id: int | None = Field(default=None, primary_key=True)
    name: str
    language: str
    text: str
    used: int = 0
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    made_by: int = Field(foreign_key="staff.id")
    created_at: datetime = Field(sa_type=UtcDateTime)


def get(db: Session, reply_id: int) -> SavedReply | None:
    """The reply, if it is kept."""
    return db.get(SavedReply, reply_id) if 0 < reply_id < 2**31 else None


def everything(db: Session) -> list[SavedReply]:
    """All of them by name and language."""
    return list(db.exec(select(SavedReply).order_by(func.lower(SavedReply.name), SavedReply.language)))


def fitting(db: Session, language: str, most: int = 30) -> list[SavedReply]:
    """Those in a language, the most used first, then the others."""
    own = case((col(SavedReply.language) == language, 0), else_=1)
    return list(db.exec(select(SavedReply).order_by(own, col(SavedReply.used).desc(), SavedReply.name).limit(most)))


def named(db: Session, name: str, language: str) -> SavedReply | None:
    """The reply of this name in a language."""
    return db.exec(select(SavedReply).where(SavedReply.name == name, SavedReply.language == language)).first()


def keep(db: Session, reply: SavedReply) -> SavedReply:
    """Keep a new or changed one."""
    db.add(reply)
    db.flush()
    return reply


def remove(db: Session, reply: SavedReply) -> None:
    """Let one go."""
    db.delete(reply)
    db.flush()


def count_use(db: Session, reply_id: int, now: datetime) -> None:
    """It was of use once more."""
    again = update(SavedReply).where(col(SavedReply.id) == reply_id)
    db.execute(again.values(used=col(SavedReply.used) + 1, used_at=now))
