"""Views: the listener's lists, each a question asked of the tickets, with counts that are asked the same way."""

from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_
from sqlmodel import Session, col, select

from storage.accounts.customers import Customer
from storage.desk.tickets import FIRST_NUMBER, Ticket

VIEWS = ("buffer", "regular", "mine", "unclaimed", "look_first", "waiting", "snoozed", "done")


def listed(db: Session, view: str, staff_id: int, *, limit: int = 50, offset: int = 0) -> list[Ticket]:
    """The tickets of a view as `staff_id` sees it: emergencies first, then what is due first; done ones newest first."""
    urgent = case((col(Ticket.band) == "certain", 0), (col(Ticket.band) == "possible", 1), else_=2)
    order: tuple[Any, ...] = (urgent, col(Ticket.due_at).is_(None), col(Ticket.due_at), col(Ticket.id))
    if view == "done":
        order = (col(Ticket.resolved_at).desc(), col(Ticket.id).desc())
    if view == "snoozed":
        order = (col(Ticket.snoozed_until), col(Ticket.id))
    wanted = select(Ticket).where(_condition(view, staff_id))
    return list(db.exec(wanted.order_by(*order).limit(limit).offset(offset)))


def counts(db: Session, staff_id: int) -> dict[str, int]:
    """How many tickets each view holds."""
    sums = [func.coalesce(func.sum(case((_condition(view, staff_id), 1), else_=0)), 0) for view in VIEWS]
    row = db.execute(select(*sums)).one()
    return {view: int(number) for view, number in zip(VIEWS, row, strict=True)}


def search(db: Session, words: str, limit: int = 50) -> list[Ticket]:
    """Tickets by reference number, gist or customer name (case ignored), newest first."""
    pattern = "%" + words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    named = select(Customer.id).where(col(Customer.name).ilike(pattern, escape="\\"))
    found: list[ColumnElement[bool]] = [
        col(Ticket.gist).ilike(pattern, escape="\\"),
        col(Ticket.customer_id).in_(named),
    ]
    digits = words.rpartition("-")[2]
    if digits.isdecimal() and len(digits) < 10:
        found.append(col(Ticket.id) == int(digits) - FIRST_NUMBER)
    return list(db.exec(select(Ticket).where(or_(*found)).order_by(col(Ticket.id).desc()).limit(limit)))


def _condition(view: str, staff_id: int) -> ColumnElement[bool]:
    active = and_(col(Ticket.state).not_in(("snoozed", "resolved")), col(Ticket.history).is_(False))
    here = col(Ticket.history).is_(False)
    conditions: dict[str, ColumnElement[bool]] = {
        "buffer": and_(active, col(Ticket.queue) == "buffer"),
        "regular": and_(active, col(Ticket.queue) == "regular"),
        "mine": and_(active, col(Ticket.assignee_id) == staff_id),
        "unclaimed": and_(active, col(Ticket.assignee_id).is_(None)),
        "look_first": and_(active, col(Ticket.band) != "none"),
        "waiting": and_(here, col(Ticket.state).in_(("waiting", "engineering"))),
        "snoozed": and_(here, col(Ticket.state) == "snoozed"),
        "done": and_(here, col(Ticket.state) == "resolved"),
    }
    return conditions[view]
