"""Fetch: a file that engineers put on the issue comes to whoever listens. It goes to nobody else by itself."""

from typing import Any

from handlers.errors import Refused
from handlers.outside import Outside
from handlers.unit_of_work import UnitOfWork
from storage.insights import bugs
from storage.insights.comments import BugComment
from storage.insights.enclosures import Enclosure

MOST = 10_000_000
"""Bytes."""
GONE = "It was taken off the issue."


def prepare(uow: UnitOfWork, file_id: int) -> dict[str, Any] | None:
    """Which file to fetch; None if it is here or not wanted any more."""
    file, comment = _waiting(uow, file_id)
    if file is None:
        return None
    if comment is None or comment.deleted_at is not None:
        file.state, file.error = "refused", GONE
        uow.db.add(file)
        return None
    file.attempts += 1
    uow.db.add(file)
    where = comment.text.rpartition(": ")[2]
    number = (comment.external_id or "").removeprefix("file-")
    return {"tracker": bugs.get(uow.db, file.bug_id).tracker, "file": number, "address": where}


def fetch(outside: Outside, intent: dict[str, Any]) -> dict[str, Any]:
    """Read it: {"media_type", "content"}, {} for a link, or {"refused": why}."""
    tracker = outside.tracker
    if tracker is None or tracker.name != intent["tracker"]:
        return {"refused": f"The tracker {intent['tracker']} is not connected."}
    try:
        found = tracker.fetch(intent["file"], intent["address"], MOST)
    except Refused as refusal:
        return {"refused": str(refusal)}
    return found.model_dump() if found else {}


def record(uow: UnitOfWork, file_id: int, outcome: dict[str, Any]) -> None:
    """Keep what came; a link stays a link."""
    file, _ = _waiting(uow, file_id)
    if file is None:
        return
    if not outcome:
        uow.db.delete(file)
        return
    file.state, file.error = ("refused", outcome["refused"]) if "refused" in outcome else ("kept", "")
    file.content, file.media_type = outcome.get("content"), outcome.get("media_type", "")
    file.size = len(file.content or b"")
    uow.db.add(file)


def _waiting(uow: UnitOfWork, file_id: int) -> tuple[Enclosure | None, BugComment | None]:
    file = uow.db.get(Enclosure, file_id)
    if file is None or file.state != "waiting" or file.comment_id is None:
        return None, None
    return file, uow.db.get(BugComment, file.comment_id)
