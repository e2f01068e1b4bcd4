"""Deliveries: everything we mean to say to somebody outside. The intent first, then what became of it."""

from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, func, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, SQLModel, col, select

from storage.database import JsonType, UtcDateTime, is_sqlite, one_at_a_time


class Delivery(SQLModel, table=True):
    """One thing to say. `key` makes it unique (`ack:17`); `receipt` is what the other side calls it once it is there.

    `audience`: customer or staff. `state`: pending, sent, failed, superseded.
    """

    __tablename__ = "delivery"

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    purpose: str
    audience: str = "customer"
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id", index=True)
    door: str
    place: str
    thread: str | None = None
    text: str
    blocks: list[dict[str, Any]] = Field(default_factory=list, sa_type=JsonType)
    author: str = ""
    staff_id: int | None = Field(default=None, foreign_key="staff.id")
    state: str = Field(default="pending", index=True)
    receipt: str | None = None
    attempts: int = 0
    error: str = ""
    created_at: datetime = Field(sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def get(db: Session, delivery_id: int) -> Delivery:
    """The delivery; raises KeyError if there is none."""
    found = db.get(Delivery, delivery_id)
    if found is None:
        raise KeyError(f"delivery {delivery_id}")
    return found


def intend(db: Session, delivery: Delivery) -> int | None:
    """Keep the intent once. Its id, or None if something with this key was meant before."""
    values = delivery.model_dump(exclude={"id"})
    new_id: int | None = db.connection().execute(_once(is_sqlite(db)), values).scalar()
    return new_id


@lru_cache(maxsize=2)
def _once(on_sqlite: bool) -> Any:
    table = Delivery.__table__  # type: ignore[attr-defined]
    insert = (sqlite if on_sqlite else postgresql).insert(table)
    return insert.on_conflict_do_nothing(index_elements=["key"]).returning(table.c.id)


def by_key(db: Session, key: str) -> Delivery | None:
    """The delivery meant under this key."""
    return db.exec(select(Delivery).where(Delivery.key == key)).first()


def pending(db: Session) -> list[Delivery]:
    """What was meant and has not been said yet, oldest first."""
    return list(db.exec(select(Delivery).where(Delivery.state == "pending").order_by(col(Delivery.id))))


def forgotten(db: Session, before: datetime) -> list[Delivery]:
    """What was meant before that time and has still not been said, oldest first."""
    waiting = select(Delivery).where(Delivery.state == "pending", col(Delivery.created_at) < before)
    return list(db.exec(waiting.order_by(col(Delivery.id))))


def failed(db: Session) -> list[Delivery]:
    """What could not be said, newest first."""
    return list(db.exec(select(Delivery).where(Delivery.state == "failed").order_by(col(Delivery.id).desc())))


def of_ticket(db: Session, ticket_id: int) -> list[Delivery]:
    """What was said to the customer about a ticket, oldest first."""
    theirs = select(Delivery).where(Delivery.ticket_id == ticket_id, Delivery.audience == "customer")
    return list(db.exec(theirs.order_by(col(Delivery.id))))


def of_alerts(db: Session) -> list[Delivery]:
    """Every page, oldest first."""
    return list(db.exec(select(Delivery).where(Delivery.purpose == "alert").order_by(col(Delivery.id))))


def count(db: Session, purpose: str, state: str) -> int:
    """How many of a purpose are in a state."""
    return db.exec(select(func.count()).where(Delivery.purpose == purpose, Delivery.state == state)).one()


def attempt(db: Session, delivery_id: int) -> dict[str, Any] | None:
    """Count one more attempt at what is still pending and give it, column → value; None if there is nothing left to say."""
    counted = db.connection().execute(_counted(), {"mine": delivery_id}).mappings().first()
    return dict(counted) if counted else None


@lru_cache(maxsize=1)
def _counted() -> Any:
    table = Delivery.__table__  # type: ignore[attr-defined]
    mine = update(table).where(table.c.id == bindparam("mine"), table.c.state == "pending")
    return mine.values(attempts=table.c.attempts + 1).returning(table)


def held(db: Session, key: str) -> Delivery | None:
    """The delivery meant under this key as it is now; nobody else who holds it changes it until this transaction ends."""
    one_at_a_time(db, f"delivery {key}")
    same = select(Delivery).where(Delivery.key == key).execution_options(populate_existing=True)
    return db.exec(same).first()


def withdraw(db: Session, delivery: Delivery) -> bool:
    """True if nobody had begun to say it and it is not to be said any more; its key is free again."""
    untouched = update(Delivery).where(
        col(Delivery.id) == delivery.id, col(Delivery.state) == "pending", col(Delivery.attempts) == 0
    )
    withdrawn = untouched.values(state="superseded", key=f"{delivery.key}:withdrawn:{delivery.id}")
    done: bool = db.execute(withdrawn).rowcount == 1  # type: ignore[attr-defined]
    db.expire_all()
    return done


def forget(db: Session, beginning: str) -> None:
    """What was meant under keys that begin so and was not said yet is not to be said any more."""
    waiting = update(Delivery).where(
        col(Delivery.key).startswith(beginning, autoescape=True), col(Delivery.state) == "pending"
    )
    db.flush()
    db.execute(waiting.values(state="superseded"))
    db.expire_all()
