"""Drafts: words prepared for a customer that wait for a person."""

from datetime import datetime

from sqlalchemy import UniqueConstraint, update
from sqlmodel import Field, Session, SQLModel, col, select

from storage.database import UtcDateTime
from storage.desk.tickets import Ticket

UNDECIDED = ("waiting", "along")


class Draft(SQLModel, table=True):
    """A text waiting for approval. `purpose` fixed, declined, meanwhile:…, question:…; `state` waiting, approved, discarded, or
    along: whoever wrote this ticket hears it once, by the draft that waits for another ticket of theirs.
    """

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("ticket_id", "bug_id", "purpose"),)

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    bug_id: int | None = Field(default=None, foreign_key="bug.id", index=True)
    purpose: str
    text: str
    language: str
    state: str = Field(default="waiting", index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decided_by: int | None = Field(default=None, foreign_key="staff.id")


def get(db: Session, draft_id: int) -> Draft:
    """The draft; raises KeyError if there is none."""
    found = db.get(Draft, draft_id)
    if found is None:
        raise KeyError(f"draft {draft_id}")
    return found


def add(db: Session, draft: Draft) -> Draft:
    """Keep a new draft."""
    db.add(draft)
    db.flush()
    return draft


def existing(db: Session, ticket_id: int, bug_id: int, purpose: str) -> Draft | None:
    """The draft that this news already has for this ticket."""
    same = select(Draft).where(Draft.ticket_id == ticket_id, Draft.bug_id == bug_id, Draft.purpose == purpose)
    return db.exec(same).first()


def voice(ticket: Ticket) -> tuple[object, ...]:
    """Who hears of a ticket: who wrote it or, where nobody knows, the customer where it was written."""
    if ticket.person_id:
        return ("person", ticket.person_id)
    return ("place", ticket.customer_id, ticket.door, ticket.place) if ticket.customer_id else ("ticket", ticket.id)


def along(db: Session, draft: Draft) -> list[tuple[Draft, Ticket]]:
    """The other tickets of the same voice for which this draft speaks as well, oldest first."""
    spoken = db.get(Ticket, draft.ticket_id)
    same = select(Draft, Ticket).join(Ticket, col(Ticket.id) == Draft.ticket_id)
    same = same.where(Draft.bug_id == draft.bug_id, Draft.purpose == draft.purpose, Draft.state == "along")
    found = db.exec(same.order_by(col(Ticket.id)))
    return [(one, ticket) for one, ticket in found if spoken and voice(ticket) == voice(spoken)]


def leading(db: Session, ticket: Ticket) -> list[Ticket]:
    """The tickets whose waiting draft speaks for this one as well."""
    follows = select(Draft).where(Draft.ticket_id == ticket.id, Draft.state == "along")
    found = []
    for one in db.exec(follows):
        same = select(Ticket).join(Draft, col(Draft.ticket_id) == Ticket.id)
        same = same.where(Draft.bug_id == one.bug_id, Draft.purpose == one.purpose, Draft.state == "waiting")
        found += [leader for leader in db.exec(same) if voice(leader) == voice(ticket)]
    return found


def decide(db: Session, draft_id: int, state: str, staff_id: int, now: datetime) -> bool:
    """True if the draft was not decided yet and now is."""
    undecided = update(Draft).where(col(Draft.id) == draft_id, col(Draft.state).in_(UNDECIDED))
    decided: bool = db.execute(undecided.values(state=state, decided_by=staff_id, decided_at=now)).rowcount == 1  # type: ignore[attr-defined]
    db.expire_all()
    return decided


def decided_with(db: Session, draft: Draft) -> list[Draft]:
    """The other drafts of the same news for the same voice that were decided in the same moment."""
    spoken = db.get(Ticket, draft.ticket_id)
    same = select(Draft, Ticket).join(Ticket, col(Ticket.id) == Draft.ticket_id)
    same = same.where(Draft.bug_id == draft.bug_id, Draft.purpose == draft.purpose, Draft.id != draft.id)
    found = db.exec(same.where(Draft.decided_at == draft.decided_at, Draft.decided_by == draft.decided_by))
    return [one for one, ticket in found if spoken and voice(ticket) == voice(spoken)]


def waiting(db: Session, ticket_id: int | None = None, bug_id: int | None = None) -> list[Draft]:
    """Drafts that wait, oldest first, of one ticket or bug or of all."""
    wanted = select(Draft).where(Draft.state == "waiting")
    if ticket_id is not None:
        wanted = wanted.where(Draft.ticket_id == ticket_id)
    if bug_id is not None:
        wanted = wanted.where(Draft.bug_id == bug_id)
    return list(db.exec(wanted.order_by(col(Draft.id))))


def of_bug(db: Session, bug_id: int) -> list[Draft]:
    """Every draft that a bug's news led to, oldest first."""
    return list(db.exec(select(Draft).where(Draft.bug_id == bug_id).order_by(col(Draft.id))))


def withdraw_other(db: Session, bug_id: int, purpose: str, now: datetime) -> None:
    """News that newer news overtook is not told any more; what engineers ask stays."""
    stale = update(Draft).where(
        col(Draft.bug_id) == bug_id,
        col(Draft.state).in_(UNDECIDED),
        col(Draft.purpose) != purpose,
        col(Draft.purpose).not_like("question:%"),
    )
    db.flush()
    db.execute(stale.values(state="discarded", decided_by=None, decided_at=now))
    db.expire_all()


def withdraw(db: Session, bug_id: int, now: datetime, ticket_id: int | None = None) -> int:
    """Discard what still waits, of a bug or of one of its tickets: nobody decided it, it is no longer true. How many."""
    stale = update(Draft).where(col(Draft.bug_id) == bug_id, col(Draft.state).in_(UNDECIDED))
    if ticket_id is not None:
        stale = stale.where(col(Draft.ticket_id) == ticket_id)
    db.flush()
    number: int = db.execute(stale.values(state="discarded", decided_by=None, decided_at=now)).rowcount  # type: ignore[attr-defined]
    db.expire_all()
    return number


def withdraw_said(db: Session, purpose: str, now: datetime, ticket_id: int) -> None:
    """Discard a draft of this purpose that still waits: a person has said something themselves."""
    stale = update(Draft).where(
        col(Draft.ticket_id) == ticket_id, col(Draft.state).in_(UNDECIDED), col(Draft.purpose) == purpose
    )
    db.flush()
    db.execute(stale.values(state="discarded", decided_by=None, decided_at=now))
    db.expire_all()


def of_purpose(db: Session, purpose: str) -> list[Draft]:
    """The drafts of a purpose that wait, oldest first."""
    wanted = select(Draft).where(Draft.state == "waiting", Draft.purpose == purpose)
    return list(db.exec(wanted.order_by(col(Draft.id))))
