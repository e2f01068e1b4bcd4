"""Identify: who somebody is, asked of their door and kept; and one click for the strangers that remain."""

from handlers.errors import NotFound
from handlers.unit_of_work import Outside, Profile, UnitOfWork
from storage.accounts import customers, people, staff
from storage.accounts.people import Person
from storage.desk import messages, tickets


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
    message = messages.get(uow.db, message_id)
    person = uow.db.get(Person, message.person_id) if message.person_id else None
    if person is None:
        return
    person.looked_up_at = uow.now()
    profile = Profile.model_validate(found or {})
    email = profile.email.lower() if profile.email else None
    person.name = profile.name or person.name
    person.language = person.language or profile.language
    if email and person.email is None and people.by_email(uow.db, email) is None:
        person.email = email
    if _is_staff(uow, email, person.slack_id):
        member = staff.by_email(uow.db, email or "")
        if member is None:
            member = staff.add(
                uow.db,
                staff.Staff(name=person.name, email=email or "", slack_id=person.slack_id, created_at=uow.now()),
            )
        elif member.slack_id is None:
            member.slack_id = person.slack_id
        message.direction, message.staff_id, message.author = "out", member.id, member.name
        message.person_id, person.dismissed = None, True
    elif email and (customer := customers.by_email(uow.db, email)):
        person.customer_id = customer.id
    if message.direction == "in":
        message.customer_id = message.customer_id or person.customer_id
        message.author = message.author or person.name
    uow.db.add(person)
    uow.db.add(message)


def _is_staff(uow: UnitOfWork, email: str | None, slack_id: str | None) -> bool:
    decided = staff.side(uow.db, slack_id, email)
    if decided or not email:
        return decided == "staff" and email is not None
    domain = email.rpartition("@")[2]
    ours = any(domain == one or domain.endswith("." + one) for one in uow.policy.staff_domains)
    return ours or staff.by_email(uow.db, email) is not None


def assign(uow: UnitOfWork, person_id: int, customer_key: str, staff_id: int | None) -> None:
    """Say to which customer a stranger belongs; what they wrote follows, and is routed again."""
    person = uow.db.get(Person, person_id)
    customer = customers.by_key(uow.db, customer_key)
    if person is None or customer is None or customer.id is None:
        raise NotFound("There is no such person or customer.")
    person.customer_id, person.dismissed = customer.id, False
    uow.db.add(person)
    for message in messages.untriaged_of_person(uow.db, person_id):
        message.customer_id = customer.id
        uow.db.add(message)
        ticket = tickets.get(uow.db, message.ticket_id) if message.ticket_id else None
        if ticket and ticket.customer_id is None:
            ticket.customer_id = customer.id
            uow.db.add(ticket)
            uow.record("assigned", ticket.id, customer_id=customer.id, by=staff_id, person=person.name)
            uow.enqueue("ticket_changed", f"assigned-{ticket.id}-{customer.id}", ticket.id)


def dismiss(uow: UnitOfWork, person_id: int) -> None:
    """Not a customer: ask no more."""
    person = uow.db.get(Person, person_id)
    if person is None:
        raise NotFound("There is no such person.")
    person.dismissed = True
    uow.db.add(person)
