"""Planned replies: what somebody has written to a customer and will be said at a moment, until then theirs to take back."""

from datetime import datetime

from sqlalchemy import update
from sqlmodel import Field, Session, SQLModel, col, select

from storage.database import UtcDateTime


class Planned(SQLModel, table=True):
    """A reply to be said at `say_at`. `press` makes it unique; `seen` is the customer's newest message its writer knew.

    `later`: its writer chose the moment, and it is held back if the customer writes before; else it is only held for undo.
    `state`: planned, sent, withdrawn, held_back.
    """

    __tablename__ = "planned_reply"

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    staff_id: int = Field(foreign_key="staff.id")
    press: str = Field(unique=True)
    text: str
    seen: int
    waiting: bool = True
    resolve: bool = False
    later: bool = False
    state: str = Field(default="planned", index=True)
    say_at: datetime = Field(sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)


def get(db: Session, planned_id: int) -> Planned | None:
    """The planned reply as it is now."""
    return db.get(Planned, planned_id, populate_existing=True) if 0 < planned_id < 2**31 else None


def by_press(db: Session, press: str) -> Planned | None:
    """What this press planned."""
    return db.exec(select(Planned).where(Planned.press == press)).first()


def add(db: Session, planned: Planned) -> Planned:
    """Keep one."""
    db.add(planned)
    db.flush()
    return planned


def decide(db: Session, planned_id: int, state: str, before: str = "planned") -> bool:
    """True if it was still in the state `before` and is now decided."""
    waiting = update(Planned).where(col(Planned.id) == planned_id, col(Planned.state) == before)
    decided: bool = db.execute(waiting.values(state=state)).rowcount == 1  # type: ignore[attr-defined]
    db.expire_all()
    return decided


def of_ticket(db: Session, ticket_id: int) -> list[Planned]:
    """What is still to be said in a ticket, or was held back, in the order of its moments."""
    open_ = select(Planned).where(Planned.ticket_id == ticket_id, col(Planned.state).in_(("planned", "held_back")))
    return list(db.exec(open_.order_by(col(Planned.say_at), col(Planned.id))))


def due(db: Session, now: datetime) -> list[int]:
    """Ids of what is to be said by now, the oldest first."""
    waiting = select(Planned.id).where(Planned.state == "planned", col(Planned.say_at) <= now)
    return [one for one in db.exec(waiting.order_by(col(Planned.say_at))) if one is not None]
