"""Silence: no ticket that is not done goes longer than the policy's business days without a word; a draft is there in time."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from handlers.analysis import business_hours
from handlers.unit_of_work import UnitOfWork
from prompts import render, when
from storage.accounts import customers, people
from storage.desk import drafts, tickets, unfinished
from storage.desk.drafts import Draft
from storage.desk.tickets import Ticket
from storage.insights import bugs
from storage.routing import policy

PURPOSE, REASON = "word", "silent too long"
AT_ONCE = 100
EVERY = timedelta(minutes=10)


def watch(uow: UnitOfWork) -> int:
    """Prepare a word for whoever will soon have waited too long, one business day before; how many. Looks once in a while."""
    _withdraw_overtaken(uow)
    days = uow.policy.silence_days
    last = (policy.recall(uow.db, "silence looked at") or {}).get("at")
    if not days or (last and datetime.fromisoformat(last) + EVERY > uow.now()):
        return 0
    before = business_hours.days_before(uow.hours(), uow.now(), max(0, days - 1))
    quiet = unfinished.silent_since(uow.db, before, PURPOSE, AT_ONCE)
    for ticket_id in quiet:
        prepare(uow, ticket_id)
    if len(quiet) < AT_ONCE:
        policy.remember(uow.db, "silence looked at", {"at": uow.now().isoformat()})
    return len(quiet)


def _withdraw_overtaken(uow: UnitOfWork) -> None:
    """A person has written since, or the ticket is done: what was drafted is not needed."""
    for one in drafts.of_purpose(uow.db, PURPOSE):
        ticket = uow.ticket(one.ticket_id)
        if ticket.state == "resolved" or (ticket.last_staff_at and ticket.last_staff_at > one.created_at):
            drafts.withdraw_said(uow.db, PURPOSE, uow.now(), one.ticket_id)


def prepare(uow: UnitOfWork, ticket_id: int) -> None:
    """A draft in the customer's language that says where it stands; the ticket is due by the end of the last quiet day."""
    tickets.hold(uow.db, ticket_id)
    ticket = uow.ticket(ticket_id)
    quiet_since = ticket.last_staff_at or ticket.opened_at
    end = business_hours.days_after(uow.hours(), quiet_since, uow.policy.silence_days)
    text = _words(uow, ticket)
    drafts.add(
        uow.db,
        Draft(ticket_id=ticket_id, purpose=PURPOSE, text=text, language=ticket.language, created_at=uow.now()),
    )
    if ticket.due_at is None or ticket.due_at > end:
        ticket.due_at, ticket.due_reason = end, REASON
    if ticket.state == "snoozed":
        ticket.state, ticket.snoozed_until = "open", None
        uow.record("woken", ticket_id, why="no word to the customer for days")
    uow.db.add(ticket)
    uow.record("word_drafted", ticket_id, why=f"no word since {quiet_since:%Y-%m-%d}")
    uow.enqueue_card(ticket_id)


def _words(uow: UnitOfWork, ticket: Ticket) -> str:
    person = people.by_ids(uow.db, [ticket.person_id]).get(ticket.person_id or 0)
    bug = bugs.get(uow.db, ticket.bug_id) if ticket.bug_id else None
    customer = customers.get(uow.db, ticket.customer_id) if ticket.customer_id else None
    zone = (customer.time_zone if customer else None) or uow.policy.time_zone
    until = business_hours.days_after(uow.hours(), uow.now(), uow.policy.silence_days)
    return render.say(
        "still_here",
        ticket.language,
        name=person.name.split()[0] if person and person.name.strip() else None,
        gist=ticket.gist,
        reference=uow.reference(ticket),
        asks=ticket.state == "waiting",
        with_engineers=ticket.state == "engineering",
        workaround=(bug.workaround or None) if bug else None,
        day=when.day(until.astimezone(ZoneInfo(zone)).date(), ticket.language, uow.now().year),
    )
