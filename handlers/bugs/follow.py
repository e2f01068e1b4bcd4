"""Follow: what engineers do with a bug reaches the tickets, and a draft for every customer who told us of it."""

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Any

from handlers.errors import NotFound, Refused
from handlers.unit_of_work import UnitOfWork
from prompts import render, when
from storage.accounts import customers, people
from storage.database import clean, one_at_a_time
from storage.desk import drafts, tickets
from storage.desk.drafts import Draft
from storage.desk.tickets import Ticket
from storage.insights import bugs
from storage.insights.bugs import Bug
from storage.vocabulary import BUG_STATES, BUGS_DONE

WORDS_MOST = 2000
NEWS = {
    "fixed": "bug fixed",
    "declined": "bug declined",
    "meanwhile": "news of the bug",
    "question": "engineers ask",
}
"""Purpose of a draft (before its colon) → the reason for which its ticket is due."""
OVERDUE = "expected day is over"
OPEN_AGAIN = "bug open again"


def changed(
    uow: UnitOfWork,
    bug_id: int,
    state: str,
    *,
    version: str | None = None,
    workaround: str | None = None,
    reason: str | None = None,
    due_on: date | None = None,
    undated: bool = False,
    by: int | None = None,
) -> int:
    """The bug is in this state now (one of BUG_STATES); None leaves `version`, `workaround`, `reason` and `due_on` as they are;
    `undated`: no day is expected any more.

    Fixed, released and declined: tickets wake and a draft for each who told us waits for approval; how many wait. Undone: drafts are
    withdrawn. A proposal that is declined was never promised to anybody: its tickets are let go. Told again, nothing changes.
    Raises NotFound, Refused for a state it cannot go to.
    """
    bug = _locked(uow, bug_id)
    _refuse(bug, state)
    before = bug.state
    facts = {"version": version, "workaround": workaround, "reason": reason}
    news: dict[str, Any] = {
        name: clean(value).strip()[:WORDS_MOST] or None
        for name, value in facts.items()
        if value is not None and (clean(value).strip()[:WORDS_MOST] or None) != getattr(bug, name)
    }
    if due_on is not None and due_on != bug.due_on:
        news["due_on"] = due_on
    elif undated and bug.due_on is not None:
        news["due_on"] = None
    if state == before and not news:
        return len(drafts.waiting(uow.db, bug_id=bug_id))
    for name, value in news.items():
        setattr(bug, name, value)
    now = uow.now()
    bug.state, bug.changed_at = state, now
    bug.fixed_at = (bug.fixed_at or now) if state in BUGS_DONE else None
    uow.db.add(bug)
    told: dict[str, Any] = {name: str(value) for name, value in news.items()}
    uow.record("bug_changed", by=by, bug=bug_id, before=before, state=state, **told)
    if before == "proposed" and state in ("declined", "duplicate"):
        _dismiss(uow, bug)
    elif _purpose(before) not in (None, _purpose(state)):
        _take_back(uow, bug)
    return draft(uow, bug_id)


def draft(uow: UnitOfWork, bug_id: int) -> int:
    """A draft for each who told us where the bug's state is news to customers; how many wait. Done again, nothing doubles."""
    bug = _locked(uow, bug_id)
    purpose = _purpose(bug.state) or _meanwhile(bug)
    if bug.filed_at is None:
        return len(drafts.waiting(uow.db, bug_id=bug_id))
    drafts.withdraw_other(uow.db, bug_id, purpose or "", uow.now())
    if purpose is None:
        _rest(uow, bug)
        return len(drafts.waiting(uow.db, bug_id=bug_id))
    _draft_each(uow, bug, [one for one in tickets.of_bug(uow.db, bug_id) if not one.history], purpose)
    return len(drafts.waiting(uow.db, bug_id=bug_id))


def ask(uow: UnitOfWork, bug_id: int, question: str, comment_id: int) -> int:
    """An engineer asks whoever reported it: a draft for each of them, once per question; how many wait."""
    bug = _locked(uow, bug_id)
    asked = [one for one in tickets.of_bug(uow.db, bug_id) if not one.history and one.state != "resolved"]
    if bug.filed_at is not None:
        _draft_each(uow, bug, asked, f"question:{comment_id}", clean(question).strip()[:WORDS_MOST])
    return len(drafts.waiting(uow.db, bug_id=bug_id))


def unask(uow: UnitOfWork, bug_id: int, comment_id: int) -> None:
    """The engineer took the question back: nobody is asked any more who was not yet."""
    bug = _locked(uow, bug_id)
    for ticket in tickets.of_bug(uow.db, bug_id):
        drafts.withdraw_said(uow.db, f"question:{comment_id}", uow.now(), ticket.id or 0)
    _rest(uow, bug)


def bring_up_overdue(uow: UnitOfWork) -> int:
    """Days by which a fix was expected and that are over: the tickets come up, once per day expected; how many bugs."""
    late = bugs.overdue(uow.db, uow.now().date())
    for bug in late:
        bug.overdue_on = bug.due_on
        uow.db.add(bug)
        uow.record("bug_overdue", bug=bug.id, due_on=str(bug.due_on))
        for ticket in tickets.of_bug(uow.db, bug.id or 0):
            if not ticket.history and ticket.state != "resolved":
                _wake(uow, ticket, OVERDUE)
    return len(late)


def _locked(uow: UnitOfWork, bug_id: int) -> Bug:
    one_at_a_time(uow.db, f"bug-{bug_id}")
    bug = uow.db.get(Bug, bug_id)
    if bug is None:
        raise NotFound("There is no such bug.")
    uow.db.flush()
    uow.db.refresh(bug)
    return bug


def _refuse(bug: Bug, state: str) -> None:
    if state not in BUG_STATES:
        raise Refused(f"“{state}” is not a state of a bug; it is one of {', '.join(BUG_STATES)}.")
    if state == "proposed" and bug.state != "proposed":
        raise Refused("This bug is filed already; it cannot be a proposal again.")
    if bug.state == "proposed" and state not in ("proposed", "declined", "duplicate"):
        raise Refused("This bug is only proposed; file it first.")


def _purpose(state: str) -> str | None:
    """What customers are told in this state, if anything."""
    if state in BUGS_DONE:
        return "fixed"
    return "declined" if state == "declined" else None


def _meanwhile(bug: Bug) -> str | None:
    """What there is to tell before it is done: what works meanwhile, by when a fix is expected. New facts are new news."""
    if bug.state in ("proposed", "duplicate") or not (bug.workaround or bug.due_on):
        return None
    facts = f"{bug.workaround or ''}|{bug.due_on or ''}"
    return f"meanwhile:{hashlib.sha256(facts.encode()).hexdigest()[:8]}"


def _dismiss(uow: UnitOfWork, bug: Bug) -> None:
    for ticket in tickets.of_bug(uow.db, bug.id or 0):
        ticket.bug_id = None
        ticket.origins = {name: origin for name, origin in ticket.origins.items() if name != "bug"}
        uow.db.add(ticket)
        uow.record("bug_unlinked", ticket.id, bug=bug.id)


def _rest(uow: UnitOfWork, bug: Bug) -> None:
    """Tickets that came up for news which there is none of any more are with the engineers again."""
    owed = {one.ticket_id for one in drafts.waiting(uow.db, bug_id=bug.id)}
    for ticket in tickets.of_bug(uow.db, bug.id or 0):
        if ticket.id not in owed and ticket.state == "open" and ticket.due_reason in NEWS.values():
            ticket.state = "engineering"
            uow.db.add(ticket)
            uow.enqueue_card(ticket.id or 0)


def _take_back(uow: UnitOfWork, bug: Bug) -> None:
    """It is not fixed (or declined) after all: what waits is withdrawn, and who was told already comes up again."""
    drafts.withdraw(uow.db, bug.id or 0, uow.now())
    told = set()
    for one in drafts.of_bug(uow.db, bug.id or 0):
        if one.state == "approved" and one.purpose in ("fixed", "declined"):
            told.add(one.ticket_id)
            one.purpose = f"{one.purpose}:{one.id}"  # said and taken back: it may be said again
            uow.db.add(one)
    for ticket in tickets.of_bug(uow.db, bug.id or 0):
        if ticket.id in told and not ticket.history:
            _wake(uow, ticket, OPEN_AGAIN)
        elif ticket.due_reason in NEWS.values() and ticket.state == "open":
            ticket.state = "engineering"
            uow.db.add(ticket)


def _draft_each(uow: UnitOfWork, bug: Bug, told: Sequence[Ticket], purpose: str, question: str = "") -> None:
    """Who told us in several tickets hears it once: where a draft waits already, else where they wrote last."""
    voices: dict[tuple[object, ...], list[tuple[Ticket, Draft | None]]] = {}
    for ticket in told:
        known = drafts.existing(uow.db, ticket.id or 0, bug.id or 0, purpose)
        if known is None or (known.state != "approved" and known.decided_by is None):
            voices.setdefault(drafts.voice(ticket), []).append((ticket, known))
    for undecided in voices.values():
        first, *others = sorted(undecided, key=_prominence, reverse=True)
        _draft(uow, bug, *first, purpose, _words(uow, bug, first[0], purpose, question))
        for ticket, known in others:
            _draft(uow, bug, ticket, known, purpose, "")
    uow.db.flush()


def _prominence(one: tuple[Ticket, Draft | None]) -> tuple[object, ...]:
    ticket, known = one
    waits = known is not None and known.state == "waiting"
    return waits, ticket.state != "resolved", ticket.last_customer_at or ticket.opened_at, ticket.id


def _draft(uow: UnitOfWork, bug: Bug, ticket: Ticket, known: Draft | None, purpose: str, text: str) -> None:
    """The draft is new, is renewed, or comes again after it was withdrawn; without a text it goes along with another."""
    state = "waiting" if text else "along"
    if known is not None and known.state == state:
        known.text = text
        uow.db.add(known)
        return
    if known is None:
        known = Draft(ticket_id=ticket.id or 0, bug_id=bug.id, purpose=purpose, text="", language=ticket.language,
                      created_at=uow.now())  # fmt: skip
    known.state, known.text, known.decided_at, known.created_at = state, text, None, uow.now()
    drafts.add(uow.db, known)
    if not text:
        return
    uow.record("drafted", ticket.id, bug=bug.id, purpose=purpose)
    if ticket.state != "resolved":
        _wake(uow, ticket, NEWS[purpose.partition(":")[0]])


def _words(uow: UnitOfWork, bug: Bug, ticket: Ticket, purpose: str, question: str) -> str:
    person = people.by_ids(uow.db, [ticket.person_id]).get(ticket.person_id or 0)
    facts = {
        "reference": uow.reference(ticket),
        "gist": ticket.gist,
        "workaround": bug.workaround,
        "name": person.name.split()[0] if person and person.name.strip() else None,
    }
    if question:
        return render.say("question", ticket.language, question=question, **facts)
    if purpose.startswith("meanwhile"):
        day = when.day(bug.due_on, ticket.language, uow.now().year) if bug.due_on else None
        return render.say("meanwhile", ticket.language, day=day, **facts)
    if purpose == "fixed":
        return render.say("fixed", ticket.language, version=bug.version, **facts)
    return render.say("declined", ticket.language, reason=bug.reason, **facts)


def _wake(uow: UnitOfWork, ticket: Ticket, why: str) -> None:
    """Into the list, due at its promised time or when news is owed from now on, whichever is first."""
    customer = customers.get(uow.db, ticket.customer_id) if ticket.customer_id else None
    owed = uow.next_news(ticket.severity, customer.plan if customer else None)
    ticket.due_at = min(ticket.due_at, owed) if ticket.due_at else owed
    ticket.state, ticket.snoozed_until, ticket.resolved_at, ticket.due_reason = "open", None, None, why
    uow.db.add(ticket)
    uow.record("woken", ticket.id, why=why)
    uow.enqueue_card(ticket.id or 0)
