"""Judge: a person says whether a report is one of the bugs shown; what they say counts for what is shown next."""

from collections.abc import Mapping

from handlers.errors import NotFound
from handlers.unit_of_work import UnitOfWork
from storage.insights import bugs, judgements
from storage.insights.bugs import Bug
from storage.insights.hearsay import TrackerIssue
from storage.insights.judgements import Judgement


def confirm(uow: UnitOfWork, ticket_id: int, candidate: str, likeness: float, staff_id: int) -> None:
    """“It is this one.” `candidate` is `bug:7` or `issue:9`, `likeness` from 0 to 1 what was shown with it."""
    _keep(uow, ticket_id, candidate, likeness, True, staff_id)


def refuse(uow: UnitOfWork, ticket_id: int, shown: Mapping[str, float], staff_id: int) -> None:
    """None of those that were shown (candidate → likeness): it is a new one."""
    for candidate, likeness in shown.items():
        _keep(uow, ticket_id, candidate, likeness, False, staff_id)


def adopt(uow: UnitOfWork, issue_id: int, staff_id: int) -> int:
    """An issue that the tracker has becomes a bug of ours, once; the bug's id. Reports are linked to it with file.link."""
    issue = uow.db.get(TrackerIssue, issue_id)
    if issue is None or issue.tracker != uow.tracker:
        raise NotFound("There is no such issue in the tracker.")
    known = bugs.in_tracker(uow.db, issue.tracker, issue.external_id, [issue.key])
    if known is not None:
        return known.id or 0
    now = uow.now()
    bug = Bug(
        title=issue.title or issue.key,
        happens=issue.text,
        state=issue.state,
        origin="person",
        tracker=issue.tracker,
        external_key=issue.key,
        external_id=issue.external_id,
        url=issue.url,
        filed_by=staff_id,
        created_at=now,
        filed_at=now,
        changed_at=now,
    )
    bug_id = bugs.add(uow.db, bug).id or 0
    uow.record("bug_adopted", by=staff_id, bug=bug_id, key=issue.key)
    return bug_id


def _keep(uow: UnitOfWork, ticket_id: int, candidate: str, likeness: float, same: bool, staff_id: int) -> None:
    kept = Judgement(
        ticket_id=ticket_id,
        candidate=candidate[:100],
        likeness=max(0.0, min(1.0, likeness)),
        same=same,
        staff_id=staff_id,
        at=uow.now(),
    )
    judgements.keep(uow.db, kept)
