"""Remark: somebody of us writes on a bug; where it lives outside, the engineers read it there."""

from handlers.errors import NotFound, Refused
from handlers.unit_of_work import UnitOfWork
from prompts.report import bug as words
from storage.accounts import staff
from storage.database import clean
from storage.insights import comments, interruptions
from storage.insights.bugs import Bug
from storage.insights.comments import BugComment
from storage.insights.interruptions import Interruption

COMMENT_MOST = 10_000


def comment(uow: UnitOfWork, bug_id: int, text: str, *, by: int | None = None, author: str = "") -> int:
    """Write on the bug as staff `by`, or as `author` elsewhere; the comment's id. Raises Refused if it is empty."""
    bug = uow.db.get(Bug, bug_id)
    if bug is None:
        raise NotFound("There is no such bug.")
    said = clean(text).strip()
    if not said:
        raise Refused("The comment is empty.")
    name = staff.get(uow.db, by).name if by is not None else author
    outside = _outside(bug)
    written = BugComment(
        bug_id=bug.id or 0,
        author=name,
        staff_id=by,
        text=said[:COMMENT_MOST],
        state="waiting" if outside else "",
        created_at=uow.now(),
    )
    kept = comments.add(uow.db, written)
    if outside:
        uow.enqueue("tracker_told", f"tracker-told-comment-{kept.id}")
    _count(uow, bug, kept, by)
    uow.record("bug_commented", by=by, bug=bug_id, comment=kept.id)
    return kept.id or 0


def _count(uow: UnitOfWork, bug: Bug, said: BugComment, by: int | None) -> None:
    """A word of the desk interrupts whoever works on the bug; engineers among themselves interrupt nobody."""
    if by is None or not bug.assignee or staff.get(uow.db, by).role not in ("listener", "support"):
        return
    theirs = next((one.id for one in staff.everyone(uow.db) if one.name.casefold() == bug.assignee.casefold()), None)
    met = Interruption(key=f"comment:{said.id}", at=said.created_at, way="tracker", staff_id=theirs, bug_id=bug.id)
    met.who = bug.assignee
    interruptions.keep(uow.db, met)


def workaround(uow: UnitOfWork, bug_id: int, text: str, *, by: int | None = None, author: str = "") -> int | None:
    """Engineers read on the issue what works meanwhile, where that is new to it; the comment's id. Before the bug itself changes."""
    bug = uow.db.get(Bug, bug_id)
    said = clean(text).strip()
    if bug is None or not said or said == bug.workaround or bug.gone or not _outside(bug):
        return None
    return comment(uow, bug_id, words.workaround(said), by=by, author=author)


def _outside(bug: Bug) -> bool:
    return bug.tracker != "local" and bug.external_key is not None
