"""Propose: enough customers tell of the same defect, so there shall be one bug for all of them, once per theme."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from handlers.analysis.meaning import titles
from handlers.analysis.telling import names, quotes, reports
from handlers.unit_of_work import UnitOfWork
from prompts.report import bug as words
from storage.database import one_at_a_time
from storage.desk import drafts, tickets
from storage.desk.tickets import Ticket
from storage.insights import bugs, comments, evidence, themes
from storage.insights.bugs import Bug
from storage.insights.comments import BugComment
from storage.insights.evidence import Report

QUIET = timedelta(days=30)
"""So long after the end of a bug, reports of its theme belong to it still."""
READ_AT_MOST = 60
REWORDED_AT = (2, 3, 5, 8, 13, 20)
"""So many reports are worth new words for a proposal; beyond, and between, they say nothing new."""
QUOTES = 3
CANDIDATES = 5
"""So many typical reports are asked for one whose gist reads as a title."""


def propose(uow: UnitOfWork, ticket_id: int) -> int | None:
    """Link the ticket to its theme's bug, or propose one when the evidence is there. The bug's id; None without one."""
    ticket = uow.ticket(ticket_id)
    if ticket.theme_id is None and ticket.bug_id is None:
        return None
    one_at_a_time(uow.db, f"bug-of-theme-{ticket.theme_id}")
    uow.db.refresh(ticket)
    _let_go(uow, ticket)
    if ticket.bug_id is not None or ticket.theme_id is None:
        return ticket.bug_id
    known = bugs.of_theme(uow.db, ticket.theme_id)
    taker = next((bug for bug in known if bug.state not in bugs.SETTLED), None) or _just_ended(known, uow.now())
    if taker is not None:
        return _join(uow, ticket, taker)
    newest = known[0] if known else None
    if newest is not None and newest.changed_at > uow.now() - QUIET:
        return None  # somebody has just decided that this is no bug
    oldest = uow.now() - evidence.LASTS
    told = evidence.unlinked(uow.db, ticket.theme_id, max(oldest, newest.changed_at) if newest else oldest)
    if not _enough(uow, ticket.theme_id, told):
        return None
    return _propose(uow, ticket.theme_id, told, after=newest)


def draft_for(uow: UnitOfWork, ticket_id: int) -> dict[str, Any]:
    """What a person who presses “File bug” on a ticket is shown; nothing is kept.

    `bug_id` is the bug that the ticket is linked to already (or None); then the proposed text: title, happens, expected, steps,
    environment, affected, severity, quotes. What a person leaves or changes of it goes to file.file_ticket.
    """
    ticket = uow.ticket(ticket_id)
    if ticket.bug_id is not None:
        bug = bugs.get(uow.db, ticket.bug_id)
        text = bug.model_dump(include=set(_FIELDS))
    else:
        told = [ticket]
        if ticket.theme_id is not None and ticket.kind in ("bug", "usability"):
            others = evidence.unlinked(uow.db, ticket.theme_id, uow.now() - evidence.LASTS)
            told += [one for one in others if one.id != ticket.id]
        text = _worded(uow, told)
    return {"ticket_id": ticket.id, "bug_id": ticket.bug_id, **text}


_FIELDS = ("title", "happens", "expected", "steps", "environment", "affected", "severity", "quotes")


def _let_go(uow: UnitOfWork, ticket: Ticket) -> None:
    """A ticket that only its theme had linked follows its theme."""
    if ticket.bug_id is None or ticket.origins.get("bug") == "person":
        return
    theirs = bugs.of_theme(uow.db, ticket.theme_id) if ticket.theme_id is not None else []
    if any(bug.id == ticket.bug_id for bug in theirs):
        return
    left = bugs.get(uow.db, ticket.bug_id)
    ticket.bug_id = None
    uow.db.add(ticket)
    drafts.withdraw(uow.db, left.id or 0, uow.now(), ticket.id)
    uow.record("bug_unlinked", ticket.id, bug=left.id)
    _count(uow, left)


def _just_ended(known: Sequence[Bug], now: datetime) -> Bug | None:
    """The newest bug if it ended a short while ago in a way that is an answer to new reports as well."""
    if not known or known[0].filed_at is None or known[0].state == "duplicate":
        return None
    newest = known[0]
    return newest if (newest.fixed_at or newest.changed_at) > now - QUIET else None


def _join(uow: UnitOfWork, ticket: Ticket, bug: Bug) -> int | None:
    if bug.id in ticket.extra.get("not_bugs", []):
        return None  # a person said that it is not this one
    one_at_a_time(uow.db, f"bug-{bug.id}")
    uow.db.refresh(bug)
    counted = ticket.customer_id is not None and tickets.told_by(uow.db, bug.id or 0, ticket.customer_id)
    _link(uow, ticket, bug.id or 0)
    if not counted:
        _count(uow, bug)
    if bug.state == "proposed":
        if bug.origin != "person":
            _reword(uow, bug, ticket)
    elif bug.state not in bugs.SETTLED:
        _tell_engineers(uow, bug, ticket)
    return bug.id


def _tell_engineers(uow: UnitOfWork, bug: Bug, ticket: Ticket) -> None:
    """A comment where a report says something new of a filed bug: another environment, a worse effect. Else nothing."""
    new: list[str] = []
    if ticket.severity < bug.severity:
        new.append(f"A customer is hit harder: severity {ticket.severity} instead of {bug.severity}.")
        bug.severity = ticket.severity
    told = reports.environment([one.text for one in evidence.reports(uow.db, [ticket])])
    fresh = [part for part in told.split(", ") if part and part.lower() not in bug.environment.lower()]
    if fresh:
        new.append(f"It was also seen with {', '.join(fresh)}.")
        bug.environment = ", ".join(part for part in (bug.environment, *fresh) if part)
    if not new:
        return
    outside = bug.tracker != "local"
    said = BugComment(
        bug_id=bug.id or 0,
        author="Earshot",
        text=" ".join(new),
        state="waiting" if outside else "",
        created_at=uow.now(),
    )
    comment_id = comments.add(uow.db, said).id
    uow.db.add(bug)
    if outside:
        uow.enqueue("tracker_told", f"tracker-told-comment-{comment_id}")


def _reword(uow: UnitOfWork, bug: Bug, ticket: Ticket) -> None:
    """A proposal nobody has touched grows with its evidence, up to a point; what the model worded stays as it is."""
    bug.severity = min(bug.severity, ticket.severity)
    if tickets.count_of_bug(uow.db, bug.id or 0) in REWORDED_AT:
        fresh = _worded(uow, tickets.of_bug(uow.db, bug.id or 0)[::-1])
        names = ("title", "happens", "steps", "environment", "quotes") if bug.origin == "rules" else ("quotes",)
        for name in names:
            setattr(bug, name, fresh[name])
    uow.db.add(bug)


def _link(uow: UnitOfWork, ticket: Ticket, bug_id: int) -> None:
    ticket.bug_id, ticket.origins = bug_id, {**ticket.origins, "bug": "rules"}
    uow.db.add(ticket)
    uow.record("bug_linked", ticket.id, bug=bug_id)
    uow.enqueue_card(ticket.id or 0)


def _count(uow: UnitOfWork, bug: Bug) -> None:
    """Whom it concerns, as of now."""
    uow.db.flush()
    bug.affected = words.affected(evidence.affected(uow.db, bug.id or 0), named=uow.policy.name_customers_in_bugs)
    uow.db.add(bug)


def _enough(uow: UnitOfWork, theme_id: int, told: Sequence[Ticket]) -> bool:
    if themes.get(uow.db, theme_id).kind != "bug":
        return False
    customers = {one.customer_id for one in told} - {None}
    severe = any(one.kind == "bug" and (one.severity == 1 or one.extra.get("defect")) for one in told)
    return len(customers) >= uow.policy.propose_bug_customers or severe


def _propose(uow: UnitOfWork, theme_id: int, told: list[Ticket], *, after: Bug | None) -> int | None:
    now = uow.now()
    key = f"theme:{theme_id}:{after.id if after else 0}"
    bug = Bug(key=key, theme_id=theme_id, tracker=uow.tracker, created_at=now, changed_at=now, **_worded(uow, told))
    bug_id = bugs.propose(uow.db, bug)
    if bug_id is None:
        return None
    for one in told:
        _link(uow, one, bug_id)
    uow.record("bug_proposed", told[0].id, bug=bug_id)
    if uow.has_model:
        uow.enqueue("bug_proposed", f"bug-proposed-{bug_id}", bug_id)
    return bug_id


def _worded(uow: UnitOfWork, told: Sequence[Ticket]) -> dict[str, Any]:
    """The text of a bug from what customers wrote, by template: no personal data, nobody's name."""
    said = _nameless(uow, told)
    numbers = uow.embedder.vectors([one.text for one in said]) if said else []
    speakers = [one.customer_id or -one.ticket_id for one in said]
    ours = [place for place, one in enumerate(said) if one.language == uow.policy.language] or list(range(len(said)))
    typical = _chosen(said, numbers, speakers, ours, CANDIDATES)
    quoted = _chosen(said, numbers, speakers, list(range(len(said))), QUOTES)
    spoken = said[typical[0]] if typical else None
    texts = [one.text for one in said]
    steps = [f"{number}. {step}" for number, step in enumerate(reports.steps(texts), 1)]
    return {
        "title": _title(uow, told, [said[place].gist for place in typical]),
        "happens": quotes.excerpt(spoken.text, spoken.gist, most=600) if spoken else "",
        "expected": "",
        "steps": "\n".join(steps or reports.occasions(texts[place] for place in ours)),
        "environment": reports.environment(texts),
        "affected": words.affected(evidence.affected_by(uow.db, told), named=uow.policy.name_customers_in_bugs),
        "severity": min((one.severity for one in told), default=3),
        "quotes": [quotes.excerpt(said[place].text, said[place].gist) for place in quoted],
    }


def _title(uow: UnitOfWork, told: Sequence[Ticket], gists: list[str]) -> str:
    """The theme's name where all is of one theme whose name says it; else the most typical gist that reads as a title."""
    theme_ids = {one.theme_id for one in told}
    theme_id = theme_ids.pop() if len(told) > 1 and len(theme_ids) == 1 else None
    theme = themes.get(uow.db, theme_id) if theme_id is not None else None
    if theme and (theme.named_by in ("person", "model") or titles.says_what_is_wrong(uow.glossary, theme.name)):
        return reports.title(theme.name)
    gist = next(filter(reports.reads_as_title, gists), gists[0] if gists else "")
    return reports.title(gist) or (reports.title(theme.name) if theme else "") or "A defect told by customers"


def _chosen(said: Sequence[Report], numbers: Any, speakers: Sequence[int], places: list[int], most: int) -> list[int]:
    if not places:
        return []
    chosen = quotes.choose(numbers[places], [speakers[one] for one in places], [said[one].text for one in places], most)
    return [places[one] for one in chosen]


def _nameless(uow: UnitOfWork, told: Sequence[Ticket]) -> list[Report]:
    """The newest reports without personal data and names."""
    said = evidence.reports(uow.db, told[:READ_AT_MOST])
    who = evidence.called(uow.db, sorted({one.customer_id for one in said if one.customer_id is not None}))
    everything = "\n".join(one.gist + "\n" + one.text for one in said)
    companies = names.mentioned(everything, (way for one in who.companies for way in names.called(*one)))
    return [
        one._replace(
            gist=quotes.anonymous(one.gist, companies, who.people),
            text=quotes.anonymous(one.text, companies, who.people),
        )
        for one in said
    ]
