"""Customers: who they are, what they pay, when they renew, and their own support link."""

import secrets
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Field, Session, SQLModel, col, select

from storage.database import JsonType, UtcDateTime
from storage.vocabulary import PLANS


class Customer(SQLModel, table=True):
    """A company we serve. `contract_value` in EUR a year."""

    __tablename__ = "customer"

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    name: str
    domains: list[str] = Field(default_factory=list, sa_type=JsonType)
    plan: str = "team"
    contract_value: float = 0.0
    renewal_on: date | None = None
    language: str | None = None
    time_zone: str | None = None
    segment: str | None = None
    extra: dict[str, Any] = Field(default_factory=dict, sa_type=JsonType)
    support_token: str = Field(default_factory=lambda: secrets.token_urlsafe(24), unique=True)
    created_at: datetime = Field(sa_type=UtcDateTime)


class CustomerDomain(SQLModel, table=True):
    """Which customer a mail domain belongs to; the database lets a domain belong to one only."""

    __tablename__ = "customer_domain"

    domain: str = Field(primary_key=True)
    customer_id: int = Field(foreign_key="customer.id", index=True)


def get(db: Session, customer_id: int) -> Customer:
    """The customer; raises KeyError if there is none."""
    found = db.get(Customer, customer_id)
    if found is None:
        raise KeyError(f"customer {customer_id}")
    return found


def by_key(db: Session, key: str) -> Customer | None:
    """The customer with this key (`acme`), if any."""
    return db.exec(select(Customer).where(Customer.key == key)).first()


def called(db: Session, word: str) -> Customer | None:
    """Who is meant by a key in any case, or by a whole name that only one customer has."""
    if found := by_key(db, word) or by_key(db, word.lower()):
        return found
    named = list(db.exec(select(Customer).where(Customer.name == word).limit(2)))
    return named[0] if len(named) == 1 else None


def by_support_token(db: Session, token: str) -> Customer | None:
    """Whose support link this is, if anybody's."""
    return db.exec(select(Customer).where(Customer.support_token == token)).first()


def by_email(db: Session, email: str) -> Customer | None:
    """The customer whose domain the address ends in, sub-domains included."""
    labels = email.rpartition("@")[2].lower().strip(". ").split(".")
    for start in range(max(1, len(labels) - 1)):
        row = db.get(CustomerDomain, ".".join(labels[start:]))
        if row is not None:
            return db.get(Customer, row.customer_id)
    return None


def everyone(db: Session) -> list[Customer]:
    """All customers by name."""
    return list(db.exec(select(Customer).order_by(func.lower(Customer.name))))


def any_known(db: Session) -> bool:
    """Whether there is one."""
    return db.exec(select(Customer.id).limit(1)).first() is not None


def plans(db: Session) -> list[str]:
    """Plans to choose from: the usual ones, then those that customers have."""
    had = db.exec(select(Customer.plan).distinct())
    return [*PLANS, *sorted(set(had) - set(PLANS))]


def by_ids(db: Session, ids: Iterable[int | None]) -> dict[int, Customer]:
    """The customers with these ids, by id."""
    wanted = {one for one in ids if one is not None}
    return {one.id or 0: one for one in db.exec(select(Customer).where(col(Customer.id).in_(wanted)))} if wanted else {}


def named(db: Session, words: str) -> list[Customer]:
    """The customer with this key, else those whose name has these words in it (case ignored)."""
    exact = by_key(db, words.lower())
    like = col(Customer.name).icontains(words, autoescape=True)
    return (
        [exact] if exact else list(db.exec(select(Customer).where(like).order_by(func.lower(Customer.name)).limit(50)))
    )


def add(db: Session, customer: Customer) -> Customer:
    """Keep a new customer and its domains."""
    db.add(customer)
    db.flush()
    set_domains(db, customer, customer.domains)
    return customer


def set_domains(db: Session, customer: Customer, domains: list[str]) -> None:
    """Make these the customer's domains, leaving to others what is already theirs."""
    wanted = sorted({domain.lower().strip() for domain in domains if domain.strip()})
    for row in db.exec(select(CustomerDomain).where(CustomerDomain.customer_id == customer.id)):
        if row.domain not in wanted:
            db.delete(row)
    db.flush()
    kept = []
    for domain in wanted:
        owner = db.get(CustomerDomain, domain)
        if owner is None:
            db.add(CustomerDomain(domain=domain, customer_id=customer.id or 0))
        elif owner.customer_id != customer.id:
            continue
        kept.append(domain)
    customer.domains = kept
    db.add(customer)
    db.flush()


def renew_support_token(db: Session, customer: Customer) -> str:
    """A new support link; the old one stops working."""
    customer.support_token = secrets.token_urlsafe(24)
    db.add(customer)
    db.flush()
    return customer.support_token
