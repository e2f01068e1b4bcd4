"""People on the customers' side (and strangers): who wrote, from where, for whom."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, text
from sqlmodel import Field, Session, SQLModel, col, select

from storage.database import UtcDateTime

FAMILIAR = text(
    "SELECT person.id, person.name, person.customer_id, place.customer_id FROM person"
    " LEFT JOIN place ON place.address = :place WHERE person.slack_id = :slack_id"
    " AND NOT EXISTS (SELECT 1 FROM staff WHERE staff.slack_id = :slack_id)"
    " AND NOT EXISTS (SELECT 1 FROM side_override WHERE side_override.who = :who)"
)


class Person(SQLModel, table=True):
    """Somebody who writes to us. `customer_id` is empty until we know; `looked_up_at` says that we asked who it is."""

    __tablename__ = "person"

    id: int | None = Field(default=None, primary_key=True)
    customer_id: int | None = Field(default=None, foreign_key="customer.id", index=True)
    name: str = ""
    email: str | None = Field(default=None, unique=True)
    slack_id: str | None = Field(default=None, unique=True)
    language: str | None = None
    dismissed: bool = False
    looked_up_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)


def by_email(db: Session, email: str) -> Person | None:
    """The person with this address."""
    return db.exec(select(Person).where(Person.email == email.lower())).first()


def by_slack_id(db: Session, slack_id: str) -> Person | None:
    """The person with this Slack id (`T…/U…`)."""
    return db.exec(select(Person).where(Person.slack_id == slack_id)).first()


def by_ids(db: Session, ids: Iterable[int | None]) -> dict[int, Person]:
    """The people with these ids, by id."""
    wanted = {one for one in ids if one is not None}
    return {one.id or 0: one for one in db.exec(select(Person).where(col(Person.id).in_(wanted)))} if wanted else {}


def familiar(db: Session, slack_id: str, place: str) -> tuple[int, str, int | None, int | None] | None:
    """Somebody who wrote before and of whom nobody decided anything: (id, name, their customer's id, the place's customer's).

    One question for what nearly every message asks; None where it takes more to tell who writes.
    """
    asked = {"slack_id": slack_id, "place": place, "who": slack_id.lower()}
    row = db.connection().execute(FAMILIAR, asked).first()
    return (row[0], row[1], row[2], row[3]) if row else None


def add(db: Session, person: Person) -> Person:
    """Keep a new person."""
    db.add(person)
    db.flush()
    return person


def unknown(db: Session) -> list[Person]:
    """People nobody has assigned to a customer yet, newest first."""
    nobody = select(Person).where(col(Person.customer_id).is_(None), col(Person.dismissed).is_(False))
    return list(db.exec(nobody.order_by(col(Person.id).desc())))


def count_unknown(db: Session) -> int:
    """How many people nobody has assigned to a customer yet."""
    nobody = select(func.count()).where(col(Person.customer_id).is_(None), col(Person.dismissed).is_(False))
    return db.exec(nobody).one()


def of_customer(db: Session, customer_id: int) -> list[Person]:
    """The people of one customer by name."""
    theirs = select(Person).where(Person.customer_id == customer_id)
    return list(db.exec(theirs.order_by(func.lower(Person.name))))
