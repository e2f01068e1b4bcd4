"""Identify: who somebody is, asked of their door and kept; and one click for the strangers that remain."""

from collections.abc import Sequence
from typing import Any

from handlers.errors import NotFound
from handlers.outside import Outside, Profile
from handlers.unit_of_work import UnitOfWork
from storage.accounts import customers, people, staff
from storage.accounts.people import Person
from storage.database import one_at_a_time
from storage.desk import history, messages, tickets


def unidentified(uow: UnitOfWork, message_id: int) -> str | None:
    """The Slack id to ask about if the writer of this message was never looked up."""
    message = messages.get(uow.db, message_id)
    if message.person_id is None:
        return None
    person = uow.db.get(Person, message.person_id)
    if person is None or person.looked_up_at or not person.slack_id:
        return None
    return person.slack_id


def look_up(outside: Outside, slack_id: str) -> dict[str, object] | None:
    """The profile as the workspace tells it; None if nobody can say."""
    channel = outside.channels.get("slack")
    profile = channel.profile(slack_id) if channel else None
    return profile.model_dump() if profile else None


def identify(uow: UnitOfWork, message_id: int, found: dict[str, object] | None) -> None:
    """Write down who the writer is: one of us, somebody of a customer, or still a stranger."""
    one_at_a_time(uow.db, "who")
    message = messages.get(uow.db, message_id)
    person = uow.db.get(Person, message.person_id, populate_existing=True) if message.person_id else None
    if person is None:
        return
    person.looked_up_at = uow.now()
    profile = Profile.model_validate(found or {})
    email = profile.email.lower() if profile.email else None
    person.name = profile.name or person.name
    person.language = person.language or profile.language
    if email and person.email is None and people.by_email(uow.db, email) is None:
        person.email = email
    if _at_home(uow, message.place, person.slack_id) and _is_staff(uow, email, person.slack_id):
        _join(uow, person, email or "")
    elif email and (customer := customers.by_email(uow.db, email)):
        person.customer_id = customer.id
    uow.db.add(person)


def _at_home(uow: UnitOfWork, place: str, slack_id: str | None) -> bool:
    """True for an account of our own workspace: in another one its admin may write any address into a profile."""
    ours = {place.removeprefix("slack:").partition("/")[0], *uow.policy.home_teams}
    decided = staff.side(uow.db, slack_id)
    return decided == "staff" or (slack_id or "").partition("/")[0] in ours


def _join(uow: UnitOfWork, person: Person, email: str) -> None:
    """They are one of us: known by their Slack id from now on."""
    person.dismissed = True
    member = staff.by_slack_id(uow.db, person.slack_id or "") or staff.by_email(uow.db, email)
    if member is None:
        role = uow.policy.newcomer_role
        newcomer = staff.Staff(name=person.name, email=email, slack_id=person.slack_id, role=role, created_at=uow.now())
        staff.add(uow.db, newcomer)
    elif member.slack_id is None:
        member.slack_id = person.slack_id
        uow.db.add(member)


def settle(uow: UnitOfWork, message_id: int) -> None:
    """What was learnt of the writer since the message was kept holds for it too, whichever of their messages was asked about."""
    message = messages.get(uow.db, message_id)
    person = uow.db.get(Person, message.person_id) if message.person_id else None
    if person is None or message.triaged_at:
        return
    joined_us = person.slack_id and person.looked_up_at and person.dismissed
    member = staff.by_slack_id(uow.db, person.slack_id or "") if joined_us else None
    if member is not None:
        message.direction, message.staff_id, message.author = "out", member.id, member.name
        message.person_id = None
    else:
        message.customer_id = message.customer_id or person.customer_id
        message.author = message.author or person.name
    uow.db.add(message)


def _is_staff(uow: UnitOfWork, email: str | None, slack_id: str | None) -> bool:
    decided = staff.side(uow.db, slack_id, email)
    if decided or not email:
        return decided == "staff" and email is not None
    domain = email.rpartition("@")[2]
    ours = any(domain == one or domain.endswith("." + one) for one in uow.policy.staff_domains)
    return ours or staff.by_email(uow.db, email) is not None


def recognise(uow: UnitOfWork, slack_id: str, found: dict[str, object] | None = None) -> int | None:
    """The staff id of whoever acts under this Slack id, if they are one of us; `found` is their profile where it was asked."""
    member = staff.by_slack_id(uow.db, slack_id)
    email = Profile.model_validate(found or {}).email
    if member is None and email and _is_staff(uow, email.lower(), slack_id):
        name = str((found or {}).get("name") or email)
        member = staff.by_email(uow.db, email) or staff.add(
            uow.db,
            staff.Staff(name=name, email=email, slack_id=slack_id, role=uow.policy.newcomer_role, created_at=uow.now()),
        )
        member.slack_id = member.slack_id or slack_id
        uow.db.add(member)
    return member.id if member and member.active else None


def assign(uow: UnitOfWork, person_id: int, customer_key: str, staff_id: int | None) -> None:
    """Say to which customer a stranger belongs; what they wrote follows, and is routed again."""
    person = uow.db.get(Person, person_id)
    customer = customers.by_key(uow.db, customer_key)
    if person is None or customer is None or customer.id is None:
        raise NotFound("There is no such person or customer.")
    person.customer_id, person.dismissed = customer.id, False
    uow.db.add(person)
    told, moved = messages.untriaged_of_person(uow.db, person_id), []
    for message in told:
        message.customer_id = customer.id
        uow.db.add(message)
        ticket = tickets.get(uow.db, message.ticket_id) if message.ticket_id else None
        if ticket and ticket.customer_id is None:
            ticket.customer_id = customer.id
            uow.db.add(ticket)
            uow.record("assigned", ticket.id, customer_id=customer.id, by=staff_id, person=person.name)
            uow.enqueue("ticket_changed", f"assigned-{ticket.id}-{customer.id}-{uow.now().timestamp()}", ticket.id)
            moved.append(ticket.id or 0)
    _identified(uow, person, staff_id, [one.id or 0 for one in told], moved)


def take_back(uow: UnitOfWork, person_id: int, staff_id: int) -> None:
    """What `staff_id` just said of them was not so: nobody knows yet whose they are. Raises NotFound, Refused if it is too long ago."""
    person = uow.db.get(Person, person_id)
    done = history.last_of(uow.db, "identified", staff_id)
    if person is None or done is None or done.detail["person"] != person_id or done.detail["as"] != _said(person):
        raise NotFound("There is nothing to take back.")
    uow.still_taken_back(done.at)
    person.customer_id, person.dismissed = None, False
    uow.db.add(person)
    for message in (messages.get(uow.db, one) for one in done.detail["messages"]):
        message.customer_id = None
        uow.db.add(message)
    for ticket in tickets.by_ids(uow.db, done.detail["tickets"]):
        ticket.customer_id = None
        uow.db.add(ticket)
        uow.record("unassigned", ticket.id, by=staff_id, person=person.name)
        uow.enqueue("ticket_changed", f"unassigned-{ticket.id}-{done.id}", ticket.id)


def dismiss(uow: UnitOfWork, person_id: int, staff_id: int | None = None) -> None:
    """Not a customer: ask no more."""
    person = uow.db.get(Person, person_id)
    if person is None:
        raise NotFound("There is no such person.")
    person.dismissed = True
    uow.db.add(person)
    _identified(uow, person, staff_id)


def _said(person: Person) -> int | None:
    return None if person.dismissed else person.customer_id


def _identified(
    uow: UnitOfWork, person: Person, staff_id: int | None, told: Sequence[int] = (), moved: Sequence[int] = ()
) -> None:
    about: dict[str, Any] = {"person": person.id, "as": _said(person), "messages": list(told), "tickets": list(moved)}
    uow.record("identified", customer_id=_said(person), by=staff_id, **about)
