"""Places: where customers write (a Slack channel, an API source) and whose place it is."""

from datetime import datetime

from sqlmodel import Field, Session, SQLModel, col, select

from storage.database import UtcDateTime


class Place(SQLModel, table=True):
    """An address such as `slack:T1/C1`. `audience`: customer (whose it is), desk (the buffer channel), ignored."""

    __tablename__ = "place"

    address: str = Field(primary_key=True)
    name: str = ""
    customer_id: int | None = Field(default=None, foreign_key="customer.id", index=True)
    audience: str = "customer"
    joined_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def get(db: Session, address: str) -> Place | None:
    """The place at this address, if we know it."""
    return db.get(Place, address)


def keep(db: Session, place: Place) -> None:
    """Add or change a place."""
    db.merge(place)
    db.flush()


def everywhere(db: Session) -> list[Place]:
    """Every place, by address."""
    return list(db.exec(select(Place).order_by(col(Place.address))))


def of_customer(db: Session, customer_id: int) -> list[Place]:
    """Where one customer writes."""
    return list(db.exec(select(Place).where(Place.customer_id == customer_id).order_by(col(Place.address))))
