"""Flags: which customers are high-maintenance, who said so, why, and until when. History is kept."""

from datetime import datetime

from sqlalchemy import and_, or_
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import Field, Session, SQLModel, col, select

from storage.database import UtcDateTime


class Flag(SQLModel, table=True):
    """One flag from set to lifted or expired."""

    __tablename__ = "flag"

    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customer.id", index=True)
    set_by: str
    why: str
    evidence: str = ""
    set_at: datetime = Field(sa_type=UtcDateTime)
    review_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    lifted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    lifted_by: str | None = None
    lifted_why: str | None = None

    def stood(self, when: datetime) -> bool:
        """Whether it stood at `when`."""
        return self.set_at <= when < min(self.expires_at, self.lifted_at or self.expires_at)


def flagged_at(when: datetime) -> ColumnElement[bool]:
    """Condition: the flag stood at `when`."""
    standing = or_(col(Flag.lifted_at).is_(None), col(Flag.lifted_at) > when)
    return and_(col(Flag.set_at) <= when, col(Flag.expires_at) > when, standing)


def current(db: Session, customer_id: int, when: datetime) -> Flag | None:
    """The flag standing at `when`, if any."""
    return db.exec(select(Flag).where(Flag.customer_id == customer_id, flagged_at(when))).first()


def standing(db: Session, when: datetime) -> dict[int, Flag]:
    """All flags standing at `when`, by customer id."""
    return {flag.customer_id: flag for flag in db.exec(select(Flag).where(flagged_at(when)))}


def during(db: Session, since: datetime, until: datetime) -> list[Flag]:
    """Every flag that stood at some time in [since, until)."""
    return list(
        db.exec(
            select(Flag).where(
                col(Flag.set_at) < until,
                col(Flag.expires_at) > since,
                or_(col(Flag.lifted_at).is_(None), col(Flag.lifted_at) > since),
            )
        )
    )


def expired(db: Session, now: datetime) -> list[Flag]:
    """Flags whose time is over and nobody has written it down."""
    return list(db.exec(select(Flag).where(col(Flag.lifted_at).is_(None), col(Flag.expires_at) <= now)))


def history(db: Session, customer_id: int) -> list[Flag]:
    """Every flag the customer ever had, newest first."""
    return list(db.exec(select(Flag).where(Flag.customer_id == customer_id).order_by(col(Flag.set_at).desc())))


def any_ever(db: Session) -> bool:
    """Whether anybody was ever flagged."""
    return db.exec(select(Flag.id).limit(1)).first() is not None


def add(db: Session, flag: Flag) -> Flag:
    """Keep a new flag."""
    db.add(flag)
    db.flush()
    return flag
