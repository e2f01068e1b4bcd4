"""Jira's issues and comments as ours, from REST v3 and from the older shape that webhooks still have."""

from datetime import date
from typing import Any

from bot.trackers.folding import folded, signs
from bot.trackers.jira.rich_text import plain
from bot.trackers.signed import OURS, moment, part, word
from handlers.tracking import FiledBug, Said

FIELDS = ["summary", "description", "status", "resolution", "assignee", "fixVersions", "duedate", "updated"]
STAGES = {"new": "new", "undefined": "new", "indeterminate": "started", "done": "done"}
"""Jira's status categories."""
TEXT_MOST = 4000


def issue(told: dict[str, Any], site: str) -> FiledBug:
    """An issue. One that tells no status (a comment's webhook may) has no signs."""
    fields = told.get("fields") if isinstance(told.get("fields"), dict) else {}
    key = str(told["key"])
    status, resolution = word(part(fields, "status", "name")), word(part(fields, "resolution", "name"))
    category = word(part(fields, "status", "statusCategory", "key"))
    listed = part(fields, "fixVersions")
    versions = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    out = "released" if versions and all(one.get("released") is True for one in versions) else None
    return FiledBug(
        key=key,
        id=str(told.get("id") or ""),
        url=f"{site}/browse/{key}",
        state=folded([resolution, status, out], STAGES.get(category or "", "new")),
        signs=signs(resolution=resolution, status=status, version=out, category=category),
        title=str(part(fields, "summary") or ""),
        text=plain(part(fields, "description"))[:TEXT_MOST],
        assignee=word(part(fields, "assignee", "displayName")),
        version=", ".join(str(one["name"]) for one in versions if one.get("name")) or None,
        due_on=day(part(fields, "duedate")),
        complete=isinstance(fields, dict) and {"duedate", "fixVersions"} <= set(fields),
        changed_at=moment(part(fields, "updated")),
    )


def comment(told: dict[str, Any], us: str | None) -> Said | None:
    """A comment; None if it says neither who it is nor when it was written. `us`: our account there."""
    at = moment(told.get("updated")) or moment(told.get("created"))
    if not told.get("id") or at is None:
        return None
    text = plain(told.get("body"))
    author = part(told, "author", "accountId") or part(told, "author", "key")
    ours = bool(OURS.search(text)) and (us is None or author == us)
    return Said(id=str(told["id"]), author=word(part(told, "author", "displayName")) or "", text=text, at=at, ours=ours)


def file(told: Any, us: str | None) -> Said | None:
    """A file that an engineer put on the issue, as words with where it is; None for our own."""
    at = moment(part(told, "created"))
    if at is None or not told.get("id") or part(told, "author", "accountId") == us:
        return None
    said = f"{str(told.get('filename') or 'A file')[:200]}: {word(told.get('content')) or ''}"
    return Said(id=f"file-{told['id']}", author=word(part(told, "author", "displayName")) or "", text=said, at=at)


def is_file(told: Any, us: str | None, name: str, size: int) -> bool:
    """True for a file that we put there under this name."""
    same = part(told, "filename") == name and part(told, "size") == size
    return same and part(told, "author", "accountId") == us and bool(told.get("id"))


def day(text: object) -> date | None:
    """A day as 2026-11-18; None if it is none."""
    try:
        return date.fromisoformat(str(text)[:10]) if text else None
    except ValueError:
        return None
