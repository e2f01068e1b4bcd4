"""File: a proposed bug becomes a real one, in the tracker and once; tickets are linked to it or taken off it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from handlers.analysis.telling import names, nearest, reports
from handlers.errors import NotFound, Refused
from handlers.outside import Outside
from handlers.tracking import asked, needed
from handlers.unit_of_work import UnitOfWork
from prompts.report import bug as words
from storage.database import clean, one_at_a_time
from storage.desk import drafts, standing, tickets
from storage.desk.tickets import Ticket
from storage.insights import bugs, evidence
from storage.insights.bugs import Bug
from storage.routing import policy

EDITABLE = ("title", "happens", "expected", "steps", "environment", "severity")
TEXT_MOST = 8000
QUOTE_MOST = 400


def file_now(
    uow: UnitOfWork, bug_id: int, staff_id: int | None, edited: dict[str, Any] | None = None, wait: int = 0
) -> None:
    """This proposed bug is wanted filed, with changes to EDITABLE fields; pressed twice, once. One that the tracker refused may be
    changed and filed again. What the tracker wants to know is refused to a person; a program's bug waits with it for a person.
    For `wait` seconds it does not go to the tracker, so that it can be taken back.
    """
    bug = _locked(uow, bug_id)
    refused_before = bug.state == "new" and bug.external_key is None and bug.error != ""
    if bug.state != "proposed" and not refused_before and not bug.gone:
        return
    _edit(uow, bug, edited or {})
    if question := needed(uow.tracker_wanted(), {**uow.tracker_fields(), **bug.fields}):
        if staff_id is not None:
            raise Refused(question)
        bug.error = question
        return
    bug.external_key, bug.external_id, bug.gone = None, None, False
    now = uow.now()
    bug.state, bug.tracker, bug.filed_by, bug.changed_at, bug.error = "new", uow.tracker, staff_id, now, ""
    if bug.tracker == "local":
        bug.external_key, bug.url, bug.filed_at = f"BUG-{bug.id}", f"{uow.console_url}/bugs/{bug.id}", now
    else:
        bug.file_at = now + timedelta(seconds=wait) if wait else None
        uow.enqueue("bug_filed", f"bug-filed-{bug.id}-{uuid4()}", bug.id, delay_seconds=wait)
    uow.db.add(bug)
    theirs = tickets.of_bug(uow.db, bug_id)
    before = {str(one.id): one.state for one in theirs}
    uow.record("bug_filed", by=staff_id, bug=bug.id, tracker=bug.tracker, tickets=before)
    for ticket in theirs:
        _to_engineers(uow, ticket, staff_id)


def file_ticket(uow: UnitOfWork, ticket_id: int, staff_id: int, fields: dict[str, Any], wait: int = 0) -> int:
    """A person files the text of propose.draft_for as a new bug for this ticket; the bug's id. Pressed twice, it is filed once.

    Reports of the same theme join it. A ticket whose bug is only proposed has that one filed with these fields.
    """
    ticket = uow.ticket(ticket_id)
    one_at_a_time(uow.db, f"bug-of-theme-{ticket.theme_id}" if ticket.theme_id else f"bug-of-ticket-{ticket_id}")
    uow.db.refresh(ticket)
    if ticket.bug_id is None:
        now = uow.now()
        bug = Bug(theme_id=ticket.theme_id, title="", severity=ticket.severity, created_at=now, changed_at=now)
        bug.quotes = [str(quote)[:QUOTE_MOST] for quote in fields.get("quotes", [])][:3]
        bugs.add(uow.db, bug)
        _put_on(uow, ticket, bug, staff_id)
        if ticket.theme_id is not None and ticket.kind in ("bug", "usability"):
            for other in evidence.unlinked(uow.db, ticket.theme_id, now - evidence.LASTS):
                _put_on(uow, other, bug, None)
        _count(uow, bug)
    bug_id = ticket.bug_id or 0
    file_now(uow, bug_id, staff_id, fields, wait)
    return bug_id


def link(uow: UnitOfWork, ticket_id: int, bug_id: int, staff_id: int) -> None:
    """“It is this one”: the ticket is evidence of that bug, whatever it was linked to. Raises NotFound."""
    bug = _locked(uow, bug_id)
    ticket = uow.ticket(ticket_id)
    uow.db.refresh(ticket)
    if ticket.bug_id == bug_id:
        ticket.origins = {**ticket.origins, "bug": "person"}
        uow.db.add(ticket)
        return
    before = standing.of(ticket)
    if ticket.bug_id is not None:
        _take_off(uow, ticket, bugs.get(uow.db, ticket.bug_id), staff_id)
    _put_on(uow, ticket, bug, staff_id, before)
    _count(uow, bug)
    if bug.state not in ("proposed", *bugs.SETTLED):
        _to_engineers(uow, ticket, staff_id)
    uow.enqueue("bug_changed", f"bug-changed-{bug_id}-linked-{ticket_id}-{uow.now().timestamp()}", bug_id)


def unlink(uow: UnitOfWork, ticket_id: int, bug_id: int, staff_id: int) -> None:
    """It is not this one: the ticket is not linked to that bug again by itself. Nothing if it is not linked to it."""
    bug = _locked(uow, bug_id)
    ticket = uow.ticket(ticket_id)
    uow.db.refresh(ticket)
    if ticket.bug_id == bug_id:
        _take_off(uow, ticket, bug, staff_id)
        if ticket.state == "engineering":
            ticket.state = "open"


def prepare(uow: UnitOfWork, bug_id: int) -> dict[str, Any] | None:
    """What to file outside, with the marker that the tracker keeps; None if there is nothing to file."""
    bug = _locked(uow, bug_id)
    if bug.state != "new" or bug.tracker == "local" or bug.external_key is not None or bug.error:
        return None
    repeated = bug.attempts > 0
    bug.attempts += 1
    uow.db.add(bug)
    link_back = f"{uow.console_url}/bugs/{bug.id}" if uow.console_url else None
    whom = evidence.affected(uow.db, bug_id)
    told = tickets.first_of_bug(uow.db, bug_id)
    first = nearest.priority(bug.severity, whom.customers, whom.contract_value)
    block = words.block(bug.affected, marker(bug_id), link_back, first, told.date() if told else None)
    body = words.body(bug.happens, bug.expected, bug.steps, bug.environment, block, quotes=bug.quotes)
    bug.block = bug.affected
    return {
        "tracker": bug.tracker,
        "marker": marker(bug_id),
        "title": bug.title,
        "body": body,
        "severity": bug.severity,
        "fields": {**uow.tracker_fields(), **bug.fields},
        "repeated": repeated,
    }


def marker(bug_id: int) -> str:
    """By what a tracker's copy of our bug is found again."""
    return f"earshot-{bug_id}"


def submit(outside: Outside, intent: dict[str, Any]) -> dict[str, Any]:
    """File it where bugs live, once: {"filed": …}, or {"refused": why} when it will never be taken so."""
    tracker = outside.tracker
    if tracker is None or tracker.name != intent["tracker"]:
        return {"refused": f"The tracker {intent['tracker']} is not connected."}
    try:
        filed = tracker.file(
            intent["marker"],
            intent["title"],
            intent["body"],
            intent["severity"],
            fields=intent["fields"],
            repeated=intent["repeated"],
        )
    except Refused as refusal:
        return {"refused": str(refusal), "wanted": asked(tracker)}
    return {"filed": filed.model_dump(mode="json")}


def record_filed(uow: UnitOfWork, bug_id: int, outcome: dict[str, Any]) -> None:
    """Write down where the bug lives, or why the tracker did not take it."""
    bug = _locked(uow, bug_id)
    if bug.external_key is not None:
        return
    if "filed" in outcome:
        bug.external_key, bug.url, bug.error = outcome["filed"]["key"], outcome["filed"]["url"], ""
        bug.external_id = outcome["filed"].get("id") or None
        bug.filed_at = uow.now()
        uow.record("bug_in_tracker", bug=bug_id, key=bug.external_key)
    else:
        bug.error = outcome["refused"]
        if outcome.get("wanted") is not None:
            policy.remember(uow.db, f"tracker_wanted:{bug.tracker}", {"fields": outcome["wanted"]})
        uow.record("bug_refused", bug=bug_id, why=bug.error)
    uow.db.add(bug)


def _locked(uow: UnitOfWork, bug_id: int) -> Bug:
    """The bug as it is now, to be changed by nobody else until the transaction ends."""
    one_at_a_time(uow.db, f"bug-{bug_id}")
    bug = uow.db.get(Bug, bug_id)
    if bug is None:
        raise NotFound("There is no such bug.")
    uow.db.flush()
    uow.db.refresh(bug)
    return bug


def _edit(uow: UnitOfWork, bug: Bug, edited: dict[str, Any]) -> None:
    own = {str(name)[:100]: clean(str(value)).strip()[:1000] for name, value in edited.get("fields", {}).items()}
    if own and own != bug.fields:
        bug.fields = {**bug.fields, **own}
    for name in EDITABLE:
        if name in edited and edited[name] is not None and edited[name] != getattr(bug, name):
            setattr(bug, name, _checked(name, edited[name]))
            bug.origin = "person"
    if not bug.title:
        raise Refused("The bug needs a title.")
    text = "\n".join((bug.title, bug.happens, bug.expected, bug.steps, bug.environment, *bug.quotes))
    named = None if uow.policy.name_customers_in_bugs else _named(uow, text)
    if named:
        raise Refused(f"The text names a customer ({named}). Take the name out, or allow names in bugs in the policy.")


def _checked(name: str, value: Any) -> Any:
    if name == "severity":
        if str(value) not in ("1", "2", "3", "4"):
            raise Refused("The severity is a number from 1 (worst) to 4.")
        return int(value)
    text = clean(str(value)).strip()
    if name == "title":
        text = " ".join(text.split())
    most = reports.TITLE_MOST if name == "title" else TEXT_MOST
    if len(text) > most:
        raise Refused(f"The {name} has {len(text):,} characters; at most {most:,} can be filed.")
    return text


def _named(uow: UnitOfWork, text: str) -> str | None:
    """A customer whose name stands in the text."""
    for name, _key, domains in evidence.called(uow.db, []).companies:
        if names.stands_in(text, names.called(name, domains=domains)):
            return name
    return None


def _put_on(
    uow: UnitOfWork, ticket: Ticket, bug: Bug, staff_id: int | None, before: dict[str, Any] | None = None
) -> None:
    """`before`: how the ticket stood, to be taken back; without it this cannot be."""
    was = {name: before[name] for name in ("bug_id", "origins", "extra", "state")} if before else None
    ticket.bug_id, ticket.origins = bug.id, {**ticket.origins, "bug": "person" if staff_id else "rules"}
    ticket.extra = {**ticket.extra, "not_bugs": [one for one in ticket.extra.get("not_bugs", []) if one != bug.id]}
    uow.db.add(ticket)
    uow.record("bug_linked", ticket.id, by=staff_id, bug=bug.id, before=was)
    uow.enqueue_card(ticket.id or 0)


def _take_off(uow: UnitOfWork, ticket: Ticket, bug: Bug, staff_id: int) -> None:
    if drafts.withdraw(uow.db, bug.id or 0, uow.now(), ticket.id):
        uow.enqueue("bug_changed", f"bug-changed-{bug.id}-unlinked-{ticket.id}-{uow.now().timestamp()}", bug.id)
    was = {
        name: value for name, value in standing.of(ticket).items() if name in ("bug_id", "origins", "extra", "state")
    }
    ticket.bug_id = None
    ticket.origins = {name: origin for name, origin in ticket.origins.items() if name != "bug"}
    ticket.extra = {**ticket.extra, "not_bugs": sorted({*ticket.extra.get("not_bugs", []), bug.id or 0})}
    uow.db.add(ticket)
    uow.record("bug_unlinked", ticket.id, by=staff_id, bug=bug.id, before=was)
    uow.enqueue_card(ticket.id or 0)
    _count(uow, bug)


def _count(uow: UnitOfWork, bug: Bug) -> None:
    uow.db.flush()
    bug.affected = words.affected(evidence.affected(uow.db, bug.id or 0), named=uow.policy.name_customers_in_bugs)
    uow.db.add(bug)


def _to_engineers(uow: UnitOfWork, ticket: Ticket, staff_id: int | None) -> None:
    """What we waited for now waits for engineers; the promised time to the customer stays."""
    if ticket.state in ("open", "waiting") and not ticket.history:
        ticket.state = "engineering"
        uow.db.add(ticket)
        uow.record("with_engineers", ticket.id, by=staff_id)
        uow.enqueue_card(ticket.id or 0)
