"""Redmine's issues and notes as ours, and our text as Redmine's."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from bot.trackers.folding import folded, signs
from bot.trackers.signed import OURS, moment, part, word
from handlers.tracking import FiledBug, Said

TEXT_MOST = 4000
_STEP = re.compile(r"^\d{1,3}\. ", re.MULTILINE)


def issue(told: dict[str, Any], site: str, closing: Callable[[], frozenset[str]]) -> FiledBug:
    """An issue. `closing` gives the names of states that end one, where it does not say so itself."""
    status = word(part(told, "status", "name"))
    closed = part(told, "status", "is_closed")
    if closed is None:
        closed = bool(told.get("closed_on")) and status in closing()
    begun = (told.get("done_ratio") or 0) > 0 or (status or "").lower() in ("in progress", "feedback")
    stage = "done" if closed else "started" if begun else "new"
    return FiledBug(
        key=f"#{told['id']}",
        id=str(told["id"]),
        url=f"{site}/issues/{told['id']}",
        state=folded([status], stage),
        signs=signs(status=status, stage=stage),
        title=str(told.get("subject") or ""),
        text=str(told.get("description") or "")[:TEXT_MOST],
        assignee=word(part(told, "assigned_to", "name")),
        version=word(part(told, "fixed_version", "name")),
        due_on=_day(told.get("due_date")),
        complete=True,
        changed_at=moment(told.get("updated_on")),
    )


def comment(told: Any, us: int) -> Said | None:
    """A note; None for a change without words, and for a private one. `us`: our user's id."""
    if not isinstance(told, dict) or not told.get("id") or not word(told.get("notes")) or told.get("private_notes"):
        return None
    at = moment(told.get("updated_on")) or moment(told.get("created_on"))
    if at is None:
        return None
    text, author = str(told["notes"]).replace("\r\n", "\n"), part(told, "user")
    ours = bool(OURS.search(text)) and part(author, "id") == us
    return Said(id=str(told["id"]), author=word(part(author, "name")) or "", text=text, at=at, ours=ours)


def file(told: Any, us: int) -> Said | None:
    """A file that an engineer put on the issue, as words with where it is; None for our own."""
    at = moment(part(told, "created_on"))
    if at is None or not told.get("id") or part(told, "author", "id") == us:
        return None
    said = f"{str(told.get('filename') or 'A file')[:200]}: {word(told.get('content_url')) or ''}"
    return Said(id=f"file-{told['id']}", author=word(part(told, "author", "name")) or "", text=said, at=at)


def textile(text: str) -> str:
    """Our headings and steps as Textile has them; customers' words stay what they are."""
    return _STEP.sub("# ", re.sub(r"^## ", "h3. ", text, flags=re.MULTILINE))


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text)) if text else None
    except ValueError:
        return None
