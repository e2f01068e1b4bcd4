"""Evidence: tickets as reports of a defect, whom it concerns, and what those are called. Reads other nouns' tables."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func
from sqlmodel import Session, col, select

from storage.accounts.customers import Customer
from storage.accounts.staff import Staff
from storage.desk.tickets import Ticket
from storage.insights import voices

LASTS = timedelta(days=90)
"""Older reports are no reason to file a bug now."""


class Report(NamedTuple):
    """One ticket as evidence: `text` is what opened it, not redacted."""

    ticket_id: int
    customer_id: int | None
    language: str
    gist: str
    text: str


class Affected(NamedTuple):
    """Distinct customers, their total contract value in EUR a year, and their names."""

    customers: int
    contract_value: float
    names: list[str]


class Called(NamedTuple):
    """Everybody whose name could stand in a report. `companies`: (name, key, domains)."""

    companies: list[tuple[str, str, list[str]]]
    people: list[str]


def unlinked(db: Session, theme_id: int, since: datetime) -> list[Ticket]:
    """A theme's tickets opened after `since` that no bug has taken yet, newest first."""
    free = select(Ticket).where(
        Ticket.theme_id == theme_id, col(Ticket.bug_id).is_(None), col(Ticket.opened_at) > since
    )
    return list(db.exec(free.order_by(col(Ticket.opened_at).desc(), col(Ticket.id).desc()).limit(1000)))


def reports(db: Session, some: Sequence[Ticket]) -> list[Report]:
    """The tickets' opening words; tickets whose words were deleted are left out."""
    said = voices.opening_words(db, [one.id or 0 for one in some])
    return [
        Report(one.id or 0, one.customer_id, one.language, one.gist, said[one.id or 0].text)
        for one in some
        if one.id in said
    ]


def affected(db: Session, bug_id: int) -> Affected:
    """Whom a bug concerns, by the tickets linked to it."""
    theirs = select(Ticket.customer_id).where(Ticket.bug_id == bug_id, col(Ticket.customer_id).is_not(None))
    return _affected(db, theirs)


def affected_by(db: Session, some: Sequence[Ticket]) -> Affected:
    """Whom these tickets concern."""
    return _affected(db, sorted({one.customer_id for one in some if one.customer_id is not None}))


def _affected(db: Session, customer_ids: object) -> Affected:
    theirs = col(Customer.id).in_(customer_ids)  # type: ignore[arg-type]
    number, value = db.exec(
        select(func.count(), func.coalesce(func.sum(Customer.contract_value), 0.0)).where(theirs)
    ).one()
    names = db.exec(select(Customer.name).where(theirs).order_by(func.lower(Customer.name)))
    return Affected(number, float(value), list(names))


def called(db: Session, customer_ids: Sequence[int]) -> Called:
    """All companies we serve, the people of these customers, and our own."""
    companies = [
        (name, key, list(domains))
        for name, key, domains in db.exec(select(Customer.name, Customer.key, Customer.domains))
    ]
    theirs = [name for names in voices.people_of(db, customer_ids).values() for name in names]
    ours = [name for name in db.exec(select(Staff.name)) if name]
    return Called(companies, [*theirs, *ours])
