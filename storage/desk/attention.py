"""Attention: how long tickets of a customer were open in front of somebody of ours, day by day."""

from datetime import date

from sqlmodel import Field, Session, SQLModel, col, func, select

from storage.database import one_at_a_time


class Attention(SQLModel, table=True):
    """`seconds` of all of us together on one `day` (in the team's zone)."""

    __tablename__ = "attention"

    customer_id: int = Field(foreign_key="customer.id", primary_key=True)
    day: date = Field(primary_key=True)
    seconds: int = 0


def add(db: Session, customer_id: int, day: date, seconds: int) -> None:
    """So many seconds more on that day."""
    one_at_a_time(db, f"attention-{customer_id}")  # two of us may look at their first ticket of the day at once
    known = db.get(Attention, (customer_id, day), populate_existing=True) or Attention(customer_id=customer_id, day=day)
    known.seconds += seconds
    db.add(known)
    db.flush()


def minutes(db: Session, customer_id: int, since: date) -> int:
    """Whole minutes since that day, the day included."""
    spent = select(func.sum(Attention.seconds)).where(Attention.customer_id == customer_id, col(Attention.day) >= since)
    return (db.exec(spent).one() or 0) // 60
