"""Liken: which bugs of ours and which issues of the tracker a report may be, and why."""

from datetime import timedelta
from typing import Any

from handlers.analysis import lexical, similarity
from handlers.analysis.telling import nearest, reports
from handlers.unit_of_work import UnitOfWork
from storage.desk.tickets import Ticket
from storage.insights import bugs, hearsay, judgements
from storage.insights.bugs import Bug
from storage.insights.hearsay import TrackerIssue

NEAREST = 5
COMPARED = 100
READ_CLOSELY = 60
"""So many of the nearest by words are compared by meaning."""
CLOSED_LATELY = timedelta(days=90)


def nearest_to(uow: UnitOfWork, ticket_id: int) -> list[dict[str, Any]]:
    """Up to five that the ticket could be, of the same theme first, then by words and meaning together; nothing is kept.

    Each {"bug_id" of ours or "issue_id" of the tracker's, "key", "url", "title", "state", "likeness" 0 to 1, "why"}.
    """
    ticket = uow.ticket(ticket_id)
    ours = bugs.listed(uow.db)[:COMPARED]
    known = {one.external_id or one.external_key for one in bugs.outside(uow.db, uow.tracker)}
    issues = hearsay.issues(uow.db, uow.tracker, uow.now() - CLOSED_LATELY) if uow.tracker != "local" else []
    theirs = [one for one in issues if one.external_id not in known and one.key not in known]
    told = [f"{one.title}. {one.happens[:300]}" for one in ours] + [f"{one.title}. {one.text[:300]}" for one in theirs]
    if not told:
        return []
    wording = lexical.vectors([ticket.gist, *told])
    alike = similarity.cosine(wording[0], wording[1:])
    places = nearest.fused(alike)[:READ_CLOSELY]
    vectors = uow.embedder.vectors([ticket.gist, *(told[place] for place in places)])
    meant = similarity.cosine(vectors[0], vectors[1:])
    same = {bug.id for bug in bugs.of_theme(uow.db, ticket.theme_id)} if ticket.theme_id is not None else set()
    candidates: list[Bug | TrackerIssue] = [*ours, *theirs]
    order = nearest.fused(alike[places], meant)
    order.sort(key=lambda one: not (isinstance(bug := candidates[places[one]], Bug) and bug.id in same))
    judged = judgements.told(uow.db)
    return [_near(ticket, candidates[places[one]], float(meant[one]), same, judged) for one in order[:NEAREST]]


def _near(
    ticket: Ticket, one: Bug | TrackerIssue, likeness: float, same: set[int | None], judged: list[tuple[float, bool]]
) -> dict[str, Any]:
    """What is shown of a candidate, with why; `bug_id` of ours, `issue_id` of the tracker's."""
    mine = isinstance(one, Bug)
    likeness = round(max(0.0, min(1.0, likeness)), 2)
    shared = reports.shared_words(ticket.gist, f"{one.title} {one.happens if isinstance(one, Bug) else one.text}")
    why = ["customers' reports of both are one theme"] if mine and one.id in same else []
    why += [f"both say {', '.join(shared)}"] if shared else []
    before = nearest.said_before(likeness, judged)
    why += [f"people said yes to {before[0]} of {before[1]} as alike as this"] if before else []
    return {
        "bug_id": one.id if mine else None,
        "issue_id": None if mine else one.id,
        "key": one.external_key if isinstance(one, Bug) else one.key,
        "url": one.url,
        "title": one.title,
        "state": one.state,
        "likeness": likeness,
        "why": "; ".join(why) or "the nearest there is",
    }
