"""Linear's issues and comments as ours."""

from datetime import date
from typing import Any

from bot.trackers.folding import folded, signs
from bot.trackers.signed import OURS, moment, part, word
from handlers.tracking import FiledBug, Said

TEXT_MOST = 4000
STAGES = {"completed": "done", "canceled": "done", "duplicate": "done", "started": "started"}
"""Linear's kinds of states; the others (triage, backlog, unstarted) are new."""


def issue(told: dict[str, Any]) -> FiledBug:
    """An issue."""
    status, kind = word(part(told, "state", "name")), word(part(told, "state", "type"))
    listed = part(told, "labels", "nodes") if isinstance(told.get("labels"), dict) else told.get("labels")
    labels = [str(one["name"]) for one in listed if part(one, "name")] if isinstance(listed, list) else []
    return FiledBug(
        key=str(told.get("identifier") or ""),
        id=str(told.get("id") or ""),
        url=word(told.get("url")),
        state=folded([status, kind if kind != "unstarted" else None, *labels], STAGES.get(kind or "", "new")),
        signs=signs(status=status, label=labels, type=kind),
        title=str(told.get("title") or ""),
        text=str(told.get("description") or "")[:TEXT_MOST],
        assignee=word(part(told, "assignee", "displayName")) or word(part(told, "assignee", "name")),
        version=word(part(told, "projectMilestone", "name")),
        due_on=_day(told.get("dueDate")),
        complete="dueDate" in told and "projectMilestone" in told,
        changed_at=moment(told.get("updatedAt")),
    )


def comment(told: Any, us: str | None) -> Said | None:
    """A comment; None if it does not say which and when. `us`: our user's id."""
    if not isinstance(told, dict) or not told.get("id"):
        return None
    at = moment(told.get("updatedAt")) or moment(told.get("createdAt"))
    if at is None:
        return None
    text, author = str(told.get("body") or ""), part(told, "user", "id") or told.get("userId")
    ours = bool(OURS.search(text)) and (us is None or author == us)
    name = word(part(told, "user", "displayName")) or word(part(told, "user", "name")) or ""
    return Said(id=str(told["id"]), author=name, text=text, at=at, ours=ours)


def file(told: Any, us: str | None) -> Said | None:
    """A file or link that an engineer put on the issue, as words with where it is; None for our own and for what another
    program keeps there (a pull request, a conversation elsewhere).
    """
    at = moment(part(told, "createdAt"))
    if at is None or not told.get("id") or told.get("sourceType") or part(told, "creator", "id") in (None, us):
        return None
    said = f"{str(told.get('title') or 'A file')[:200]}: {word(told.get('url')) or ''}"
    return Said(id=f"file-{told['id']}", author=word(part(told, "creator", "displayName")) or "", text=said, at=at)


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text)) if text else None
    except ValueError:
        return None
