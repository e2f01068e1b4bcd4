"""Tallies: how large each theme is, asked of the tickets at once."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlmodel import Session, col

from storage.desk.tickets import Ticket

_SIZES: tuple[Any, ...] = (func.count(func.distinct(Ticket.customer_id)), func.count())


class Tally(NamedTuple):
    """Of one theme: distinct known customers, tickets, and when it was told first and last."""

    theme_id: int
    customers: int
    tickets: int
    first: datetime
    last: datetime


def of_themes(db: Session) -> dict[int, Tally]:
    """By theme id; themes nobody told are left out."""
    sizes = (*_SIZES, func.min(Ticket.opened_at), func.max(Ticket.opened_at))
    counted = select(col(Ticket.theme_id), *sizes)
    told = counted.where(col(Ticket.theme_id).is_not(None)).group_by(col(Ticket.theme_id))
    return {row[0]: Tally(*row) for row in db.execute(told)}


def of_bugs(db: Session) -> dict[int, tuple[int, int]]:
    """By bug id: (distinct known customers, tickets)."""
    counted = select(col(Ticket.bug_id), *_SIZES)
    told = counted.where(col(Ticket.bug_id).is_not(None)).group_by(col(Ticket.bug_id))
    return {row[0]: (row[1], row[2]) for row in db.execute(told)}
