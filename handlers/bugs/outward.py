"""Outward: what waits for the tracker besides new bugs is written there, once: comments, whom a bug concerns, files."""

from typing import Any

from handlers.analysis.telling import nearest
from handlers.errors import NotFound, Refused, Unavailable
from handlers.outside import Outside
from handlers.unit_of_work import UnitOfWork
from prompts.report import bug as words
from storage.database import one_at_a_time
from storage.desk import messages, tickets
from storage.insights import bugs, comments, enclosures, evidence
from storage.insights.bugs import Bug
from storage.insights.comments import BugComment
from storage.insights.enclosures import Enclosure

PATIENT = 8
"""So often the tracker fails at something, although it answers, before others may pass it."""
FILE_MOST = 10_000_000
"""Bytes."""
DELETED = "The issue was deleted there."


def waiting(uow: UnitOfWork) -> list[dict[str, Any]]:
    """What is to be done there, in order: {"what": bug, comment, block, file or fetch, "id", "tried": how often}."""
    if uow.tracker == "local":
        return []
    found = [("bug", one.id, one.attempts) for one in bugs.unfiled(uow.db, uow.now()) if one.tracker == uow.tracker]
    for comment_id in comments.waiting(uow.db):
        one = uow.db.get(BugComment, comment_id)
        if one is not None and bugs.get(uow.db, one.bug_id).tracker == uow.tracker:
            found.append(("comment", comment_id, one.attempts))
    found += [("block", bug.id, 0) for bug in bugs.outdated(uow.db, uow.tracker)]
    for file_id in enclosures.waiting(uow.db):
        file = uow.db.get(Enclosure, file_id)
        if file is not None and bugs.get(uow.db, file.bug_id).tracker == uow.tracker:
            found.append(("file" if file.comment_id is None else "fetch", file_id, file.attempts))
    return [{"what": what, "id": number, "tried": tried} for what, number, tried in found]


def is_there(outside: Outside) -> bool:
    """True if the tracker answers at all, whatever it says."""
    try:
        return outside.tracker is not None and bool(outside.tracker.check())
    except Unavailable:
        return False
    except Refused:
        return True


def may_be_passed(uow: UnitOfWork, what: str, number: int, there: bool) -> bool:
    """True if the tracker failed at this more than PATIENT times running and each time was `there`: what waits behind it need
    not wait. An outage is not counted, so that it changes no order. Blocks have none among each other.
    """
    if what == "block":
        return there
    tried: Any = {"bug": Bug, "comment": BugComment, "file": Enclosure, "fetch": Enclosure}[what]
    one: Bug | BugComment | Enclosure | None = uow.db.get(tried, number)
    if one is None:
        return True
    uow.db.refresh(one)
    if not there:
        one.attempts = min(one.attempts, 1)  # tried once: it is looked for first
        uow.db.add(one)
    return one.attempts > PATIENT


def prepare_comment(uow: UnitOfWork, comment_id: int) -> dict[str, Any] | None:
    """What to write; None if it is written, or the bug has no issue."""
    comment = uow.db.get(BugComment, comment_id)
    if comment is None or comment.state != "waiting":
        return None
    bug = _locked(uow, comment.bug_id)
    if bug.gone:
        comment.state, comment.error = "refused", DELETED
        uow.db.add(comment)
    if bug.external_key is None or bug.gone:
        return None
    repeated = comment.attempts > 0
    comment.attempts += 1
    uow.db.add(comment)
    mark = f"earshot-comment-{comment_id}"
    text = words.comment(comment.text, comment.author, mark)
    return {"tracker": bug.tracker, "key": bug.external_key, "marker": mark, "text": text, "repeated": repeated}


def write_comment(outside: Outside, intent: dict[str, Any]) -> dict[str, Any]:
    """Write it, once: {"id": …}, or {"refused": why}."""
    tracker = outside.tracker
    if tracker is None or tracker.name != intent["tracker"]:
        return {"refused": f"The tracker {intent['tracker']} is not connected."}
    try:
        return {"id": tracker.comment(intent["key"], intent["marker"], intent["text"], repeated=intent["repeated"])}
    except Refused as refusal:
        return {"refused": str(refusal)}


def record_comment(uow: UnitOfWork, comment_id: int, outcome: dict[str, Any]) -> None:
    """Write down what became of it."""
    comment = uow.db.get(BugComment, comment_id)
    if comment is None or comment.state != "waiting":
        return
    comment.state = "sent" if "id" in outcome else "refused"
    comment.external_id, comment.error = outcome.get("id") or None, outcome.get("refused", "")
    uow.db.add(comment)


def prepare_block(uow: UnitOfWork, bug_id: int) -> dict[str, Any] | None:
    """Whom the bug concerns now; None if the issue shows it already."""
    bug = _locked(uow, bug_id)
    if not _outdated(bug):
        return None
    link_back = f"{uow.console_url}/bugs/{bug.id}" if uow.console_url else None
    whom = evidence.affected(uow.db, bug_id)
    told = tickets.first_of_bug(uow.db, bug_id)
    first = nearest.priority(bug.severity, whom.customers, whom.contract_value)
    block = words.block(bug.affected, f"earshot-{bug_id}", link_back, first, told.date() if told else None)
    return {"tracker": bug.tracker, "key": bug.external_key, "block": block, "affected": bug.affected}


def show_block(outside: Outside, intent: dict[str, Any]) -> dict[str, Any]:
    """Put it on the issue in place of the one before."""
    tracker = outside.tracker
    if tracker is None or tracker.name != intent["tracker"]:
        return {"refused": f"The tracker {intent['tracker']} is not connected."}
    try:
        tracker.link(intent["key"], intent["block"])
    except NotFound as gone:
        return {"gone": str(gone), "affected": intent["affected"]}
    except Refused as refusal:
        return {"refused": str(refusal), "affected": intent["affected"]}
    return {"affected": intent["affected"]}


def record_block(uow: UnitOfWork, bug_id: int, outcome: dict[str, Any]) -> None:
    """The issue shows this now. A tracker that refuses is not asked again before there is more to say."""
    bug = _locked(uow, bug_id)
    bug.block, bug.gone = outcome.get("affected", bug.block), bug.gone or "gone" in outcome
    if said := outcome.get("refused"):
        uow.record("bug_block_refused", bug=bug_id, why=said)
    uow.db.add(bug)


def prepare_file(uow: UnitOfWork, file_id: int) -> dict[str, Any] | None:
    """Which file to put on which issue."""
    file = uow.db.get(Enclosure, file_id)
    if file is None or file.state != "waiting" or file.attachment_id is None:
        return None
    bug, attachment = _locked(uow, file.bug_id), messages.attachment(uow.db, file.attachment_id)
    if bug.gone or attachment is None or attachment.content is None:
        file.state, file.error = "refused", DELETED if bug.gone else "The file is not kept any more."
        uow.db.add(file)
        return None
    if bug.external_key is None:
        return None
    repeated = file.attempts > 0
    file.attempts += 1
    uow.db.add(file)
    return {
        "tracker": bug.tracker,
        "key": bug.external_key,
        "marker": f"earshot-file-{file_id}",
        "repeated": repeated,
        "name": attachment.name,
        "media_type": attachment.media_type,
        "content": attachment.content,
    }


def put_file(outside: Outside, intent: dict[str, Any]) -> dict[str, Any]:
    """Put it there, once: {"id": …}, or {"refused": why}."""
    tracker = outside.tracker
    if tracker is None or tracker.name != intent["tracker"]:
        return {"refused": f"The tracker {intent['tracker']} is not connected."}
    try:
        what = [intent[one] for one in ("key", "marker", "name", "media_type", "content")]
        return {"id": tracker.attach(*what, repeated=intent["repeated"])}
    except Refused as refusal:
        return {"refused": str(refusal)}


def record_file(uow: UnitOfWork, file_id: int, outcome: dict[str, Any]) -> None:
    """Write down what became of it."""
    file = uow.db.get(Enclosure, file_id)
    if file is None or file.state != "waiting":
        return
    file.state = "sent" if "id" in outcome else "refused"
    file.external_id, file.error = outcome.get("id") or None, outcome.get("refused", "")
    uow.db.add(file)


def enclose(uow: UnitOfWork, bug_id: int, attachment_id: int, staff_id: int) -> None:
    """A customer's file goes to the bug's issue; pressed twice, once. Raises Refused for one that is too large or not kept."""
    bug = _locked(uow, bug_id)
    attachment = messages.attachment(uow.db, attachment_id)
    if attachment is None or attachment.content is None:
        raise Refused("That file is not kept here.")
    if len(attachment.content) > FILE_MOST:
        raise Refused(f"That file has more than {FILE_MOST // 1_000_000} MB.")
    if bug.tracker == "local" or bug.external_key is None:
        raise Refused("This bug has no issue outside to put it on.")
    if any(one.attachment_id == attachment_id and one.state != "refused" for one in enclosures.of_bug(uow.db, bug_id)):
        return
    kept = Enclosure(bug_id=bug_id, attachment_id=attachment_id, staff_id=staff_id, created_at=uow.now())
    file_id = enclosures.add(uow.db, kept).id
    uow.enqueue("tracker_told", f"tracker-told-file-{file_id}")
    uow.record("file_enclosed", by=staff_id, bug=bug_id, attachment=attachment_id)


def later(uow: UnitOfWork, seconds: float) -> None:
    """The tracker stays away: what waits is tried again in a while, at most the longest pause that is set."""
    seconds = min(seconds, uow.tracker_pause_seconds)
    slot = int(uow.now().timestamp() + seconds)
    uow.enqueue("tracker_told", f"tracker-told-later-{slot}", delay_seconds=seconds)


def _outdated(bug: Bug) -> bool:
    return bug.external_key is not None and not bug.gone and bool(bug.affected) and bug.affected != bug.block


def _locked(uow: UnitOfWork, bug_id: int) -> Bug:
    one_at_a_time(uow.db, f"bug-{bug_id}")
    bug = uow.db.get(Bug, bug_id)
    if bug is None:
        raise NotFound("There is no such bug.")
    uow.db.flush()
    uow.db.refresh(bug)
    return bug
