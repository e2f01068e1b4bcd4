"""Thanks: whose reports became bugs that are fixed. Reads other nouns' tables."""

from collections import defaultdict
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col, or_, select

from storage.accounts.customers import Customer
from storage.accounts.people import Person
from storage.accounts.staff import Staff
from storage.desk import history
from storage.desk.tickets import Ticket
from storage.insights.bugs import Bug
from storage.vocabulary import BUGS_DONE

UNKNOWN = "somewhere unknown"


class Reporter(NamedTuple):
    """Somebody with the number of fixed bugs they told of, and of those that they told first. `company` "" for colleagues."""

    name: str
    company: str
    fixed: int
    first: int


def reporters(db: Session, since: datetime, until: datetime | None = None) -> list[Reporter]:
    """Who told of bugs that were fixed since, and before `until`, those who found most first."""
    fixed = [col(Bug.state).in_(BUGS_DONE), col(Bug.fixed_at) >= since]
    fixed += [col(Bug.fixed_at) < until] if until else []
    told = (
        select(Ticket.bug_id, Ticket.person_id, Person.name, Customer.name)
        .join(Bug, col(Bug.id) == Ticket.bug_id)
        .join(Person, col(Person.id) == Ticket.person_id, isouter=True)
        .join(Customer, col(Customer.id) == Ticket.customer_id, isouter=True)
        .where(*fixed, or_(col(Ticket.person_id).is_not(None), col(Ticket.customer_id).is_not(None)))
        .where(*([col(Ticket.opened_at) < until] if until else []))
        .order_by(col(Ticket.opened_at), col(Ticket.id))
    )
    found: dict[tuple[str, str], set[int]] = defaultdict(set)
    first: dict[int, tuple[str, str]] = {}
    for bug_id, _person_id, name, company in db.exec(told):
        who = (name or "Somebody", company or UNKNOWN)
        found[who].add(bug_id or 0)
        first.setdefault(bug_id or 0, who)
    colleagues = reported_by(db)
    ours = select(Bug.id, Staff.name).join(Staff, col(Staff.id) == Bug.filed_by, isouter=True)
    for bug_id, name in db.exec(ours.where(*fixed)):
        who = (colleagues.get(bug_id or 0, name or ""), "")
        if who[0] and (bug_id not in first or bug_id in colleagues):
            found[who].add(bug_id or 0)
            first.setdefault(bug_id or 0, who)
    firsts = list(first.values())
    listed = [Reporter(*who, len(theirs), firsts.count(who)) for who, theirs in found.items()]
    return sorted(listed, key=lambda one: (-one.fixed, -one.first, one.name))


def reported_by(db: Session) -> dict[int, str]:
    """Bug → who of us reported it, where somebody did by name."""
    told = history.named(db, "bug_reported")
    return {one.detail["bug"]: str(one.detail["reporter"]) for one in told if one.detail.get("reporter")}
