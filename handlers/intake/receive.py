"""Receive: one message from any door, kept before anybody is told that it arrived."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from handlers.errors import Refused
from handlers.unit_of_work import UnitOfWork
from storage.accounts import customers, people, places, staff
from storage.accounts.people import Person
from storage.accounts.places import Place
from storage.database import clean, clean_all, one_at_a_time
from storage.desk import messages

MAX_TEXT = 100_000
"""Characters of a message that are worked with; the raw thing is kept beside it."""
LONGEST_NAME = 500
"""Characters of an id or an address: what every database can still index."""


@dataclass(frozen=True)
class Author:
    """Who wrote, as far as the door can tell. `slack_id` is `T…/U…`, `team` the Slack workspace the writer belongs to."""

    name: str = ""
    email: str | None = None
    slack_id: str | None = None
    team: str | None = None


@dataclass(frozen=True)
class Incoming:
    """A message in our own terms. (`door`, `external_id`) names it once and for all; `thread` is the conversation in `place`."""

    door: str
    external_id: str
    place: str
    text: str
    sent_at: datetime
    author: Author = field(default_factory=Author)
    thread: str | None = None
    customer: str | None = None
    files: tuple[dict[str, Any], ...] = ()
    raw: dict[str, Any] = field(default_factory=dict)
    history: bool = False
    automatic: bool = False
    handed_in: bool = False
    mentions: tuple[str, ...] = ()
    """Slack ids (`T…/U…`) of people whom the message calls by name."""


@dataclass(frozen=True)
class _Writer:
    staff_id: int | None
    person_id: int | None
    customer_id: int | None
    name: str = ""


def receive(uow: UnitOfWork, incoming: Incoming) -> int | None:
    """Keep the message once and leave the flow to be run. Its id, or None if it was here before.

    Raises Refused if it names a customer nobody knows, or is named by more than a name can be.
    """
    incoming = _keepable(incoming)
    customer = customers.called(uow.db, incoming.customer) if incoming.customer else None
    if incoming.customer and customer is None:
        raise Refused(f"There is no customer “{incoming.customer}”.")
    writer = _familiar(uow, incoming) or _writer(uow, incoming, customer.id if customer else None)
    message_id = messages.store(
        uow.db,
        {
            "door": incoming.door,
            "external_id": incoming.external_id,
            "direction": "out" if writer.staff_id else "in",
            "place": incoming.place,
            "thread": incoming.thread,
            "customer_id": writer.customer_id,
            "person_id": writer.person_id,
            "staff_id": writer.staff_id,
            "author": (incoming.author.name or writer.name)[:200],
            "text": incoming.text[:MAX_TEXT],
            "files": list(incoming.files),
            "raw": incoming.raw,
            "history": incoming.history,
            "automatic": incoming.automatic,
            "sent_at": incoming.sent_at,
            "received_at": uow.now(),
        },
    )
    if message_id is not None:
        flow = "history_received" if incoming.history else "message_received"
        uow.enqueue(flow, f"message-{message_id}", message_id)
        if incoming.mentions and not writer.staff_id and not incoming.history:
            uow.enqueue("people_mentioned", f"mentions-{message_id}", message_id, list(incoming.mentions))
    return message_id


def revise(uow: UnitOfWork, door: str, external_id: str, text: str | None, at: datetime | None = None) -> bool:
    """The writer changed the words (None: took them back) at `at`. False if there is nothing new in that.

    Edits come late and more than once: an older one never replaces a newer, and what was taken back stays so.
    """
    message = messages.by_external_id(uow.db, door, clean(external_id))
    if message is None:
        return False
    one_at_a_time(uow.db, message.place)
    uow.db.refresh(message)
    text = clean(text)[:MAX_TEXT] if text is not None else None
    late = text is not None and at is not None and message.edited_at is not None and at <= message.edited_at
    if message.deleted_at or late or text == message.text:
        return False
    messages.revise(uow.db, message, text, (at if text is not None else None) or uow.now())
    if message.ticket_id:
        uow.record("message_deleted" if text is None else "message_edited", message.ticket_id, message=message.id)
    if text is not None and message.triaged_at and message.direction == "in" and not message.history:
        uow.enqueue(
            "message_revised", f"revised-{message.id}-{len(messages.revisions(uow.db, message.id or 0))}", message.id
        )
    return True


def join_place(uow: UnitOfWork, address: str, name: str = "") -> None:
    """Earshot was invited to a channel: know it from now on, by its name as soon as that is known."""
    known = places.get(uow.db, address)
    if known is None:
        places.keep(uow.db, Place(address=address, name=name, joined_at=uow.now()))
    elif name and not known.name:
        known.name = name
        uow.db.add(known)


def _familiar(uow: UnitOfWork, incoming: Incoming) -> _Writer | None:
    """The short way, for the many who wrote on Slack before."""
    author = incoming.author
    if not author.slack_id or author.email or incoming.customer:
        return None
    known = people.familiar(uow.db, author.slack_id, incoming.place)
    if known is None:
        return None
    person_id, name, own, of_place = known
    return None if own is None and of_place else _Writer(None, person_id, of_place or own, name)


def _writer(uow: UnitOfWork, incoming: Incoming, customer_id: int | None) -> _Writer:
    """The long way: by hand, by id, by address, by place; new ones are kept."""
    place = places.get(uow.db, incoming.place)
    customer_id = customer_id or (place.customer_id if place else None)
    member = _staff(uow, incoming.author)
    person = None if member else _person(uow, incoming.author, customer_id)
    return _Writer(member, person.id if person else None, customer_id or (person.customer_id if person else None))


def _staff(uow: UnitOfWork, author: Author) -> int | None:
    """The staff id of the writer if they are one of us: by hand, by id, by address."""
    decided = staff.side(uow.db, author.slack_id, author.email)
    if decided == "customer":
        return None
    member = _member(uow, author)
    if member is None and (decided == "staff" or _ours(uow, author)):
        one_at_a_time(uow.db, "who")
        member = _member(uow, author) or _new_member(uow, author)
    return member.id if member else None


def _member(uow: UnitOfWork, author: Author) -> staff.Staff | None:
    member = staff.by_slack_id(uow.db, author.slack_id) if author.slack_id else None
    return member or (staff.by_email(uow.db, author.email) if author.email else None)


def _new_member(uow: UnitOfWork, author: Author) -> staff.Staff:
    email = (author.email or f"{(author.slack_id or 'unknown').replace('/', '.')}@slack.invalid").lower()
    return staff.add(
        uow.db,
        staff.Staff(
            name=author.name or email,
            email=email,
            slack_id=author.slack_id,
            role=uow.policy.newcomer_role,
            created_at=uow.now(),
        ),
    )


def _ours(uow: UnitOfWork, author: Author) -> bool:
    """By address if there is one (a customer's domain beats the workspace), else by workspace."""
    if author.email:
        domain = author.email.rpartition("@")[2].lower()
        if any(domain == ours or domain.endswith("." + ours) for ours in uow.policy.staff_domains):
            return True
        return author.team in uow.policy.home_teams and customers.by_email(uow.db, author.email) is None
    known = people.by_slack_id(uow.db, author.slack_id) if author.slack_id else None
    return known is None and author.team is not None and author.team in uow.policy.home_teams


def _person(uow: UnitOfWork, author: Author, customer_id: int | None) -> Person | None:
    """The person on the customer's side, new ones kept; None for a nameless author."""
    if not (author.slack_id or author.email or author.name):
        return None
    email = author.email.lower() if author.email else None
    person = _known(uow, author, customer_id)
    if person is None:
        one_at_a_time(uow.db, "who")
        person = _known(uow, author, customer_id) or people.add(
            uow.db, Person(name=author.name[:200], email=email, slack_id=author.slack_id, created_at=uow.now())
        )
    if person.customer_id is None:
        by_domain = customers.by_email(uow.db, email) if email else None
        person.customer_id = by_domain.id if by_domain else customer_id
        uow.db.add(person)
    return person


def _known(uow: UnitOfWork, author: Author, customer_id: int | None) -> Person | None:
    """By Slack id, by address, or, where there is neither, by name among a customer's people."""
    person = people.by_slack_id(uow.db, author.slack_id) if author.slack_id else None
    if person is None and author.email:
        person = people.by_email(uow.db, author.email)
    if person is None and not author.slack_id and not author.email and customer_id:
        person = next((one for one in people.of_customer(uow.db, customer_id) if one.name == author.name[:200]), None)
    return person


def _keepable(incoming: Incoming) -> Incoming:
    """The message in words that every database can keep. Raises Refused for a name that is too long to be one."""
    author = incoming.author
    if any(
        len(one or "") > LONGEST_NAME
        for one in (incoming.external_id, incoming.place, incoming.thread, author.email, author.slack_id)
    ):
        raise Refused(f"An id or an address has more than {LONGEST_NAME} characters.")
    addresses = (author.email, author.slack_id, author.team)
    return replace(
        incoming,
        external_id=clean(incoming.external_id),
        place=clean(incoming.place),
        thread=clean(incoming.thread) if incoming.thread else None,
        text=clean(incoming.text),
        author=Author(clean(author.name), *(clean(one) if one else None for one in addresses)),
        files=tuple(clean_all(incoming.files)),
        raw=clean_all(incoming.raw),
    )
