"""Messages: what came in and what went out, kept once, with its edits and the raw thing."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import LargeBinary, UniqueConstraint, func, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, SQLModel, col, select

from storage.database import JsonType, UtcDateTime, is_sqlite

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class Message(SQLModel, table=True):
    """One message. `place` is where it was written, `thread` the conversation there, `external_id` what the door calls it.

    `history` marks imported messages: they are never answered and raise no alert.
    """

    __tablename__ = "message"
    __table_args__ = (UniqueConstraint("door", "external_id"),)

    id: int | None = Field(default=None, primary_key=True)
    door: str
    external_id: str
    direction: str = "in"
    place: str = Field(index=True)
    thread: str | None = None
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id", index=True)
    customer_id: int | None = Field(default=None, foreign_key="customer.id", index=True)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    staff_id: int | None = Field(default=None, foreign_key="staff.id")
    author: str = ""
    text: str
    files: list[dict[str, Any]] = Field(default_factory=list, sa_type=JsonType)
    raw: dict[str, Any] = Field(default_factory=dict, sa_type=JsonType)
    history: bool = False
    automatic: bool = False
    chatter: bool = False
    sent_at: datetime = Field(sa_type=UtcDateTime, index=True)
    received_at: datetime = Field(sa_type=UtcDateTime)
    triaged_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    edited_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    deleted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Revision(SQLModel, table=True):
    """What a message said before it was edited or deleted."""

    __tablename__ = "message_revision"

    id: int | None = Field(default=None, primary_key=True)
    message_id: int = Field(foreign_key="message.id", index=True)
    text: str
    replaced_at: datetime = Field(sa_type=UtcDateTime)


class Attachment(SQLModel, table=True):
    """A file that came with a message; the bytes where we have them."""

    __tablename__ = "attachment"

    id: int | None = Field(default=None, primary_key=True)
    message_id: int = Field(foreign_key="message.id", index=True)
    name: str
    media_type: str = "application/octet-stream"
    size: int = 0
    content: bytes | None = Field(default=None, sa_type=LargeBinary)


def get(db: Session, message_id: int) -> Message:
    """The message; raises KeyError if there is none."""
    found = db.get(Message, message_id)
    if found is None:
        raise KeyError(f"message {message_id}")
    return found


def attachment(db: Session, attachment_id: int) -> Attachment | None:
    """A file that came with a message."""
    return db.get(Attachment, attachment_id)


def attachments_of(db: Session, ticket_ids: Sequence[int]) -> list[Attachment]:
    """Files that customers sent in these tickets, oldest first; only those whose bytes we have."""
    theirs = (
        select(Attachment)
        .join(Message, col(Message.id) == Attachment.message_id)
        .where(col(Message.ticket_id).in_(ticket_ids), Message.direction == "in", col(Message.deleted_at).is_(None))
        .where(col(Attachment.content).is_not(None))
        .order_by(col(Attachment.id))
    )
    return list(db.exec(theirs))


def keep(db: Session, message: Message) -> int | None:
    """Store a message once. Its id, or None if this one (door and external id) is there already."""
    return store(db, message.model_dump(exclude={"id"}))


def store(db: Session, values: dict[str, Any]) -> int | None:
    """`keep` for the way in, where every tenth of a millisecond counts: column → value, the others at their defaults."""
    new_id: int | None = db.connection().execute(_once(is_sqlite(db)), {**_defaults(), **values}).scalar()
    return new_id


@lru_cache(maxsize=1)
def _defaults() -> dict[str, Any]:
    empty = Message(door="", external_id="", place="", text="", sent_at=BEGINNING, received_at=BEGINNING)
    return empty.model_dump(exclude={"id", "sent_at", "received_at"})


@lru_cache(maxsize=2)
def _once(on_sqlite: bool) -> Any:
    table = Message.__table__  # type: ignore[attr-defined]
    insert = (sqlite if on_sqlite else postgresql).insert(table)
    return insert.on_conflict_do_nothing(index_elements=["door", "external_id"]).returning(table.c.id)


def by_external_id(db: Session, door: str, external_id: str) -> Message | None:
    """The message that the door calls so."""
    return db.exec(select(Message).where(Message.door == door, Message.external_id == external_id)).first()


def revise(db: Session, message: Message, text: str | None, now: datetime) -> None:
    """Replace the words (None: deleted), keeping what was said before."""
    db.add(Revision(message_id=message.id or 0, text=message.text, replaced_at=now))
    if text is None:
        message.deleted_at = now
    else:
        message.text, message.edited_at = text, now
    db.add(message)


def revisions(db: Session, message_id: int) -> list[Revision]:
    """Earlier wordings, oldest first."""
    return list(db.exec(select(Revision).where(Revision.message_id == message_id).order_by(col(Revision.id))))


def of_ticket(db: Session, ticket_id: int) -> list[Message]:
    """The conversation, oldest first."""
    theirs = select(Message).where(Message.ticket_id == ticket_id)
    return list(db.exec(theirs.order_by(col(Message.sent_at), col(Message.id))))


def move(db: Session, message_ids: Sequence[int], ticket_id: int) -> None:
    """Let messages belong to another ticket."""
    db.flush()
    db.execute(update(Message).where(col(Message.id).in_(message_ids)).values(ticket_id=ticket_id))
    db.expire_all()


def attachments(db: Session, ticket_id: int) -> list[Attachment]:
    """Files of a conversation."""
    joined = select(Attachment).join(Message, col(Message.id) == Attachment.message_id)
    return list(db.exec(joined.where(Message.ticket_id == ticket_id).order_by(col(Attachment.id))))


def attach(db: Session, attachment: Attachment) -> None:
    """Keep a file with its message."""
    db.add(attachment)
    db.flush()


def of_place(db: Session, place: str, limit: int = 500) -> list[Message]:
    """What was written in a place, newest first."""
    theirs = select(Message).where(Message.place == place)
    return list(db.exec(theirs.order_by(col(Message.id).desc()).limit(limit)))


def last_from_customer(db: Session, ticket_id: int) -> Message | None:
    """The customer's newest message in a conversation."""
    theirs = select(Message).where(Message.ticket_id == ticket_id, Message.direction == "in")
    return db.exec(theirs.order_by(col(Message.id).desc())).first()


def unanswered_since(db: Session, ticket_id: int, answered_at: datetime) -> datetime | None:
    """When the customer first asked something after that time; None if they did not."""
    theirs = select(func.min(Message.sent_at)).where(
        Message.ticket_id == ticket_id,
        Message.direction == "in",
        col(Message.chatter).is_(False),
        col(Message.deleted_at).is_(None),
        col(Message.sent_at) > answered_at,
    )
    return db.exec(theirs).one()


def untriaged_of_person(db: Session, person_id: int) -> list[Message]:
    """What a person wrote while nobody knew who they were."""
    theirs = select(Message).where(Message.person_id == person_id, col(Message.customer_id).is_(None))
    return list(db.exec(theirs.order_by(col(Message.id))))


def count_from_customer(db: Session, customer_id: int, since: datetime, until: datetime) -> int:
    """How many messages a customer sent in [since, until)."""
    theirs = select(func.count()).where(
        Message.customer_id == customer_id,
        Message.direction == "in",
        col(Message.sent_at) >= since,
        col(Message.sent_at) < until,
    )
    return db.exec(theirs).one()


def counts_from_customers(db: Session, since: datetime, until: datetime) -> dict[int, int]:
    """How many messages each customer sent in [since, until), by customer id."""
    theirs = select(Message.customer_id, func.count()).where(
        col(Message.customer_id).is_not(None),
        Message.direction == "in",
        col(Message.sent_at) >= since,
        col(Message.sent_at) < until,
    )
    return {customer: number for customer, number in db.exec(theirs.group_by(col(Message.customer_id))) if customer}


def last_sent(db: Session) -> dict[int, datetime]:
    """When each customer last wrote, by customer id."""
    rows = select(Message.customer_id, func.max(Message.sent_at)).where(
        col(Message.customer_id).is_not(None), Message.direction == "in"
    )
    return {customer: when for customer, when in db.exec(rows.group_by(col(Message.customer_id))) if customer}


def count(db: Session, direction: str | None = None) -> int:
    """How many messages there are, both ways or one (`in`, `out`)."""
    wanted = select(func.count()).select_from(Message)
    return db.exec(wanted if direction is None else wanted.where(Message.direction == direction)).one()


def untriaged(db: Session) -> list[tuple[int, bool]]:
    """What was kept and not understood yet, oldest first: (id, whether it is history)."""
    waiting = select(Message.id, Message.history).where(col(Message.triaged_at).is_(None))
    return [(message_id, history) for message_id, history in db.exec(waiting.order_by(col(Message.id))) if message_id]
