"""Promises: what we told a customer to do by when, proposed by the machine, made by a person's press, kept or broken."""

from datetime import datetime

from sqlalchemy import func, update
from sqlmodel import Field, Session, SQLModel, col, select

from storage.database import UtcDateTime
from storage.desk.tickets import Ticket


class Promise(SQLModel, table=True):
    """`words` as they were written (“by Friday”). `state`: proposed, open, kept, broken, dropped."""

    __tablename__ = "promise"

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    staff_id: int = Field(foreign_key="staff.id")
    words: str
    due_at: datetime = Field(sa_type=UtcDateTime)
    state: str = Field(default="proposed", index=True)
    made_at: datetime = Field(sa_type=UtcDateTime)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def get(db: Session, promise_id: int) -> Promise | None:
    """The promise, if there is one."""
    return db.get(Promise, promise_id) if 0 < promise_id < 2**31 else None


def add(db: Session, promise: Promise) -> Promise:
    """Keep one."""
    db.add(promise)
    db.flush()
    return promise


def decide(db: Session, promise_id: int, state: str, now: datetime, before: str) -> bool:
    """True if it was in the state `before` and is now decided."""
    waiting = update(Promise).where(col(Promise.id) == promise_id, col(Promise.state) == before)
    decided: bool = db.execute(waiting.values(state=state, decided_at=now)).rowcount == 1  # type: ignore[attr-defined]
    db.expire_all()
    return decided


def of_ticket(db: Session, ticket_id: int, *states: str) -> list[Promise]:
    """A ticket's promises in these states, what is due first first."""
    theirs = select(Promise).where(Promise.ticket_id == ticket_id, col(Promise.state).in_(states))
    return list(db.exec(theirs.order_by(col(Promise.due_at), col(Promise.id))))


def of_customer(db: Session, customer_id: int) -> list[Promise]:
    """What is promised to a customer and not kept yet, in any of their tickets, what is due first first."""
    theirs = select(Promise).join(Ticket, col(Promise.ticket_id) == col(Ticket.id))
    open_now = theirs.where(Ticket.customer_id == customer_id, Promise.state == "open")
    return list(db.exec(open_now.order_by(col(Promise.due_at), col(Promise.id))))


def open_ones(db: Session) -> list[Promise]:
    """Everything promised and not kept yet, what is due first first."""
    return list(db.exec(select(Promise).where(Promise.state == "open").order_by(col(Promise.due_at), col(Promise.id))))


def decided(db: Session, since: datetime, until: datetime) -> dict[str, int]:
    """How many were kept and broken in [since, until)."""
    counted = select(Promise.state, func.count()).where(
        col(Promise.state).in_(("kept", "broken")), col(Promise.decided_at) >= since, col(Promise.decided_at) < until
    )
    return {"kept": 0, "broken": 0} | dict(db.exec(counted.group_by(Promise.state)).all())
