"""GitHub's issues and comments as ours."""

import re
from typing import Any

from bot.trackers.folding import folded, signs
from bot.trackers.signed import OURS, moment, part, word
from handlers.tracking import FiledBug, Said

TEXT_MOST = 4000
_HOME = re.compile(r"/repos/([^/]+/[^/]+)$")


def issue(told: dict[str, Any], home: str) -> FiledBug:
    """An issue of the repository `home`, or of another to which it was moved. Its number is there."""
    where = _HOME.search(str(told.get("repository_url") or ""))
    repository = where[1] if where else home
    number = f"#{told['number']}"
    listed = told.get("labels")
    named = [one if isinstance(one, str) else part(one, "name") for one in listed] if isinstance(listed, list) else []
    labels = [str(one) for one in named if one]
    state, reason = word(told.get("state")), word(told.get("state_reason"))
    stage = "done" if state == "closed" else "started" if told.get("assignee") else "new"
    due = moment(part(told, "milestone", "due_on"))
    return FiledBug(
        key=number if repository.lower() == home.lower() else f"{repository}{number}",
        id=str(told.get("id") or ""),
        url=word(told.get("html_url")),
        state=folded([reason, *labels], stage),
        signs=signs(label=labels, reason=reason, state=state) if state else [],
        title=str(told.get("title") or ""),
        text=str(told.get("body") or "")[:TEXT_MOST],
        assignee=word(part(told, "assignee", "login")),
        version=word(part(told, "milestone", "title")),
        due_on=due.date() if due else None,
        complete="milestone" in told,
        changed_at=moment(told.get("updated_at")),
    )


def comment(told: Any, us: str | None) -> Said | None:
    """A comment; None if it does not say which and when. `us`: our login."""
    if not isinstance(told, dict) or not told.get("id"):
        return None
    at = moment(told.get("updated_at")) or moment(told.get("created_at"))
    if at is None:
        return None
    text, author = str(told.get("body") or ""), word(part(told, "user", "login"))
    ours = bool(OURS.search(text)) and (us is None or author == us)
    return Said(id=str(told["id"]), author=author or "", text=text, at=at, ours=ours)
