"""Tickets: one conversation that wants something, what was understood, where it goes and when it is due."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Index, and_, case, func, or_, true, update
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import Field, Session, SQLModel, col, select

from storage.database import JsonType, UtcDateTime, is_our_own, one_at_a_time, our_own

CONDITIONS = ("queue", "state", "assignee_id", "customer_id", "theme_id", "kind")
FIRST_NUMBER = 1000
"""References start above this: the first ticket is ES-1001."""


class Ticket(SQLModel, table=True):
    """One ticket. `origins` and `confidences` say for each understood field where it came from and how sure it is."""

    __tablename__ = "ticket"
    __table_args__ = (
        Index("ix_ticket_list", "state", "queue", "due_at"),
        Index("ix_ticket_conversation", "place", "thread", unique=True),
        Index("ix_ticket_person", "person_id", "place", "last_customer_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    customer_id: int | None = Field(default=None, foreign_key="customer.id", index=True)
    person_id: int | None = Field(default=None, foreign_key="person.id")
    door: str
    place: str
    thread: str
    history: bool = False

    language: str = "en"
    kind: str = "other"
    complaint: bool = False
    sentiment: float = 0.0
    severity: int = 3
    gist: str = ""
    unsure: bool = False
    origins: dict[str, str] = Field(default_factory=dict, sa_type=JsonType)
    confidences: dict[str, float] = Field(default_factory=dict, sa_type=JsonType)
    refinement: str = "none"

    queue: str = "regular"
    routed_by: str = ""
    emergency: str | None = None
    band: str = "none"
    emergency_reason: str = ""
    alert_id: int | None = Field(default=None, foreign_key="alert.id", index=True)

    state: str = "open"
    assignee_id: int | None = Field(default=None, foreign_key="staff.id", index=True)
    claimed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    opened_at: datetime = Field(sa_type=UtcDateTime, index=True)
    promised_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    due_reason: str = ""
    last_customer_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_staff_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    snoozed_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    resolved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    theme_id: int | None = Field(default=None, foreign_key="theme.id", index=True)
    bug_id: int | None = Field(default=None, foreign_key="bug.id", index=True)
    extra: dict[str, Any] = Field(default_factory=dict, sa_type=JsonType)

    @property
    def number(self) -> int:
        """The number in the reference: `ES-<number>`."""
        return FIRST_NUMBER + (self.id or 0)

    @property
    def look_first(self) -> bool:
        """Possibly an emergency: stays in its queue, first in the list."""
        return self.band == "possible" and self.state not in ("resolved",)


def get(db: Session, ticket_id: int) -> Ticket:
    """The ticket; raises KeyError if there is none."""
    found = db.get(Ticket, ticket_id)
    if found is None:
        raise KeyError(f"ticket {ticket_id}")
    return found


def hold(db: Session, ticket_id: int) -> None:
    """Until this transaction ends nobody else changes the ticket; what this session knows of it is read anew."""
    if one_at_a_time(db, f"ticket:{ticket_id}"):
        db.get(Ticket, ticket_id, populate_existing=True)


def by_number(db: Session, number: int) -> Ticket | None:
    """The ticket with this reference number."""
    return db.get(Ticket, number - FIRST_NUMBER)


def by_ids(db: Session, ids: Sequence[int]) -> list[Ticket]:
    """The tickets with these ids as they are now, in this order; those that are no more left out."""
    asked = select(Ticket).where(col(Ticket.id).in_(ids)).execution_options(populate_existing=True)
    known = {one.id: one for one in db.exec(asked)} if ids else {}
    return [known[one] for one in ids if one in known]


def add(db: Session, ticket: Ticket) -> Ticket:
    """Keep a new ticket."""
    db.add(ticket)
    db.flush()
    our_own(db, f"ticket:{ticket.id}")
    our_own(db, f"new ticket:{ticket.id}")
    return ticket


def is_new(db: Session, ticket_id: int) -> bool:
    """True if this very transaction opened it: nobody can have answered it yet."""
    return is_our_own(db, f"new ticket:{ticket_id}")


def of_conversation(db: Session, place: str, thread: str) -> Ticket | None:
    """The ticket of a thread in a place; of one that was merged away, the one it is part of now."""
    return _living(db, begun(db, place, thread))


def begun(db: Session, place: str, thread: str) -> Ticket | None:
    """The ticket that this thread began, be it merged away."""
    return db.exec(select(Ticket).where(Ticket.place == place, Ticket.thread == thread)).first()


def _living(db: Session, found: Ticket | None) -> Ticket | None:
    """The ticket, or the one that it was merged into."""
    while found is not None and (into := found.extra.get("merged_into")):
        found = db.get(Ticket, into)
    return found


def going_on(db: Session, place: str, thread: str, person_id: int, since: datetime) -> Ticket | None:
    """The ticket of the thread; else the person's newest open one in the place, if they wrote in it since then."""
    here = and_(col(Ticket.place) == place, col(Ticket.thread) == thread)
    theirs = and_(
        col(Ticket.person_id) == person_id,
        col(Ticket.place) == place,
        col(Ticket.last_customer_at) >= since,
        col(Ticket.state) != "resolved",
    )
    either = select(Ticket).where(or_(here, theirs))
    first = either.order_by(case((here, 0), else_=1), col(Ticket.last_customer_at).desc()).limit(1)
    return _living(db, db.exec(first).first())


def last_of_person(db: Session, place: str, person_id: int) -> Ticket | None:
    """The person's newest ticket in the place, in any state."""
    theirs = select(Ticket).where(Ticket.place == place, Ticket.person_id == person_id)
    return db.exec(theirs.order_by(col(Ticket.id).desc())).first()


def take(db: Session, ticket_id: int, staff_id: int, now: datetime) -> bool:
    """True if the ticket was free and is now theirs."""
    free = update(Ticket).where(col(Ticket.id) == ticket_id, col(Ticket.assignee_id).is_(None))
    taken: bool = db.execute(free.values(assignee_id=staff_id, claimed_at=now)).rowcount == 1  # type: ignore[attr-defined]
    db.expire_all()
    return taken


def give_back(db: Session, ticket_id: int, staff_id: int) -> bool:
    """True if the ticket was theirs and is now free."""
    mine = update(Ticket).where(col(Ticket.id) == ticket_id, col(Ticket.assignee_id) == staff_id)
    freed: bool = db.execute(mine.values(assignee_id=None, claimed_at=None)).rowcount == 1  # type: ignore[attr-defined]
    db.expire_all()
    return freed


def listed(
    db: Session,
    *,
    queue: str | None = None,
    state: str | None = None,
    assignee_id: int | None = None,
    customer_id: int | None = None,
    theme_id: int | None = None,
    kind: str | None = None,
    history: bool = False,
    limit: int = 50,
    offset: int = 0,
) -> list[Ticket]:
    """Tickets in working order: certain emergencies first, then possible ones, then what is due first."""
    wanted = _matching(queue, state, assignee_id, customer_id, theme_id, kind, history)
    band = case((col(Ticket.state) == "resolved", "none"), else_=col(Ticket.band))
    urgent = case({"certain": 0, "possible": 1}, value=band, else_=2)
    order: tuple[Any, ...] = (urgent, col(Ticket.due_at).is_(None), col(Ticket.due_at), col(Ticket.id))
    if state == "resolved":
        order = (col(Ticket.resolved_at).desc(), col(Ticket.id).desc())
    return list(db.exec(select(Ticket).where(wanted).order_by(*order).limit(limit).offset(offset)))


def counted(db: Session, **conditions: Any) -> int:
    """How many tickets `listed` would list without a limit."""
    wanted = _matching(**{**dict.fromkeys(CONDITIONS), "history": False, **conditions})
    return db.exec(select(func.count()).select_from(Ticket).where(wanted)).one()


def _matching(
    queue: str | None,
    state: str | None,
    assignee_id: int | None,
    customer_id: int | None,
    theme_id: int | None,
    kind: str | None,
    history: bool,
) -> Any:
    """`state` may be one state or `active` (everything that is neither snoozed nor resolved)."""
    wanted: list[ColumnElement[bool]] = [true()] if history else [col(Ticket.history).is_(False)]
    if state == "active":
        wanted.append(col(Ticket.state).not_in(("snoozed", "resolved")))
    elif state:
        wanted.append(col(Ticket.state) == state)
    pairs = ((Ticket.queue, queue), (Ticket.customer_id, customer_id), (Ticket.theme_id, theme_id), (Ticket.kind, kind))
    wanted += [col(column) == value for column, value in pairs if value is not None]
    if assignee_id is not None:
        free = assignee_id == 0
        wanted.append(col(Ticket.assignee_id).is_(None) if free else col(Ticket.assignee_id) == assignee_id)
    return and_(*wanted)


def of_customer(db: Session, customer_id: int, limit: int = 20) -> list[Ticket]:
    """A customer's tickets, newest first."""
    return list(
        db.exec(select(Ticket).where(Ticket.customer_id == customer_id).order_by(col(Ticket.id).desc()).limit(limit))
    )


def opened_between(db: Session, since: datetime, until: datetime) -> list[Ticket]:
    """Tickets opened in [since, until), newest first, history included."""
    opened = select(Ticket).where(col(Ticket.opened_at) >= since, col(Ticket.opened_at) < until)
    return list(db.exec(opened.order_by(col(Ticket.opened_at).desc(), col(Ticket.id).desc())))


def praise_between(db: Session, since: datetime, until: datetime, limit: int = 20) -> list[Ticket]:
    """Live praise opened in [since, until), newest first."""
    said = select(Ticket).where(col(Ticket.opened_at) >= since, col(Ticket.opened_at) < until)
    praise = said.where(Ticket.kind == "praise", col(Ticket.history).is_(False))
    return list(db.exec(praise.order_by(col(Ticket.opened_at).desc(), col(Ticket.id).desc()).limit(limit)))


def of_theme(db: Session, theme_id: int, limit: int = 1000) -> list[Ticket]:
    """A theme's tickets, newest first."""
    return list(
        db.exec(select(Ticket).where(Ticket.theme_id == theme_id).order_by(col(Ticket.opened_at).desc()).limit(limit))
    )


def count_of_bug(db: Session, bug_id: int) -> int:
    """How many tickets are linked to a bug."""
    return db.exec(select(func.count()).where(Ticket.bug_id == bug_id)).one()


def told_by(db: Session, bug_id: int, customer_id: int) -> bool:
    """Whether a ticket of this customer is linked to a bug."""
    theirs = select(Ticket.id).where(Ticket.bug_id == bug_id, Ticket.customer_id == customer_id)
    return db.exec(theirs.limit(1)).first() is not None


def first_of_bug(db: Session, bug_id: int) -> datetime | None:
    """When a bug was told of first."""
    return db.exec(select(func.min(Ticket.opened_at)).where(Ticket.bug_id == bug_id)).one()


def of_bug(db: Session, bug_id: int) -> list[Ticket]:
    """Every ticket linked to a bug, oldest first."""
    return list(db.exec(select(Ticket).where(Ticket.bug_id == bug_id).order_by(col(Ticket.id))))


def to_wake(db: Session, now: datetime) -> list[int]:
    """Ids of snoozed tickets whose time has come."""
    asleep = select(Ticket.id).where(Ticket.state == "snoozed", col(Ticket.snoozed_until) <= now)
    return [ticket_id for ticket_id in db.exec(asleep) if ticket_id is not None]


def next_wake(db: Session) -> datetime | None:
    """When the first of the sleepers wakes."""
    return db.exec(select(func.min(Ticket.snoozed_until)).where(Ticket.state == "snoozed")).one()


def by_queue_and_kind(db: Session) -> list[tuple[str, str, str, int]]:
    """How many tickets there are: (queue, kind, band, count)."""
    columns = (Ticket.queue, Ticket.kind, Ticket.band)
    rows = db.exec(select(*columns, func.count()).group_by(*columns))
    return [(queue, kind, band, number) for queue, kind, band, number in rows]


def of_alert(db: Session, alert_id: int) -> list[Ticket]:
    """The tickets of one incident, oldest first."""
    return list(db.exec(select(Ticket).where(Ticket.alert_id == alert_id).order_by(col(Ticket.id))))


def first_opened(db: Session) -> datetime | None:
    """When the oldest ticket was opened."""
    return db.exec(select(func.min(Ticket.opened_at))).one()
