"""Jira Cloud, REST v3: a bug is an issue that carries our marker as a label."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import httpx2

from bot.settings import Settings
from bot.trackers.jira import hooks, reading
from bot.trackers.jira.fields import Fields
from bot.trackers.jira.rich_text import document, with_block
from bot.trackers.once import Once
from bot.trackers.wire import Wire
from handlers.errors import Refused
from handlers.tracking import Fetched, FiledBug, News, Wanted

TITLE_MOST = 255
LABEL = "earshot"
COMMENTS_MOST = 100


class Jira:
    """One Jira project. Its search lags behind its issues (`settle_seconds`)."""

    name = "jira"

    def __init__(
        self,
        url: str,
        email: str,
        token: str,
        project: str,
        *,
        issue_type: str = "Bug",
        secret: str | None = None,
        timeout_seconds: float = 15.0,
        settle_seconds: float = 60.0,
        http: httpx2.Client | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.url, self.project, self.issue_type = url.rstrip("/"), project, issue_type
        self._wire = Wire(
            "Jira",
            url,
            credentials="the e-mail address and token",
            place=f"the Jira project {project}",
            auth=httpx2.BasicAuth(email, token),
            timeout_seconds=timeout_seconds,
            http=http,
        )
        self._once = Once("Jira", settle_seconds, now)
        self._fields = Fields(self._wire, project, issue_type, now)
        self._secret = secret
        self._us: str | None = None

    def file(
        self,
        marker: str,
        title: str,
        body: str,
        severity: int,
        *,
        fields: Mapping[str, str] | None = None,
        repeated: bool = False,
    ) -> FiledBug:
        """File it once; found by its marker if it is there already. Raises Refused with what Jira says, Unavailable."""

        extra = self._fields.filled(fields)

        def make() -> FiledBug:
            own = {
                "project": {"key": self.project},
                "issuetype": {"name": self.issue_type},
                "summary": " ".join(title.split())[:TITLE_MOST],
                "description": document(body),
                "labels": [marker, LABEL, f"earshot-severity-{severity}"],
            }
            try:
                made = self._wire.one("POST", "/rest/api/3/issue", {"fields": {**extra, **own}})
            except Refused:
                self._fields.forget()
                raise
            if not isinstance(made.get("key"), str):
                raise self._wire.odd()
            return reading.issue(made, self.url)

        return self._once.file(marker, self.find, make, repeated=repeated)

    def find(self, marker: str) -> FiledBug | None:
        """The issue labelled with the marker, the oldest if somebody copied it."""
        found = self._searched(f'labels = "{marker}" ORDER BY created ASC', 1)
        return found[0] if found else None

    def read(self, key: str) -> News:
        """The issue with its comments, and under its new key if it was moved."""
        told = self._wire.one("GET", _at(key), params={"fields": ",".join([*reading.FIELDS, "attachment"])})
        if "key" not in told:
            raise self._wire.odd()
        place = f"{_at(key)}/comment"
        page = self._wire.one("GET", place, params={"orderBy": "-created", "maxResults": COMMENTS_MOST})
        listed = page.get("comments")
        if not isinstance(listed, list):
            raise self._wire.odd()
        bug = reading.issue(told, self.url)
        said = [reading.comment(one, self._ourselves()) for one in listed if isinstance(one, dict)]
        said += [reading.file(one, self._ourselves()) for one in (told.get("fields") or {}).get("attachment") or []]
        return News(
            delivery="",
            key=bug.key,
            id=bug.id,
            was=key if key != bug.key else "",
            at=bug.changed_at,
            bug=bug,
            said=[one for one in said if one is not None],
            whole=int(page.get("total") or 0) <= COMMENTS_MOST,
        )

    def comment(self, key: str, marker: str, text: str, *, repeated: bool = False) -> str:
        """Write on the issue, once: `text` ends with the marker, which is looked for if it was tried before."""
        if repeated:
            known = [one.id for one in self.read(key).said if one.ours and f"({marker})" in one.text]
            if known:
                return known[0]
        made = self._wire.one("POST", f"{_at(key)}/comment", {"body": document(text)})
        return str(made.get("id") or "")

    def link(self, key: str, block: str) -> None:
        """Our block in the description, where it stood before or at its end; what others wrote there stays."""
        path = _at(key)
        told = self._wire.one("GET", path, params={"fields": "description,labels"})
        fields = told.get("fields") or {}
        labels = {"labels": [{"add": LABEL}]} if LABEL not in (fields.get("labels") or []) else {}
        wanted = with_block(fields.get("description"), block)
        if wanted != fields.get("description") or labels:
            self._wire.asked("PUT", path, {"fields": {"description": wanted}, "update": labels})

    def attach(
        self, key: str, marker: str, name: str, media_type: str, content: bytes, *, repeated: bool = False
    ) -> str:
        """Put a file on the issue, once: Jira keeps no marker with it, so that it is known by its name and size."""
        if repeated:
            told = self._wire.one("GET", _at(key), params={"fields": "attachment"})
            for one in (told.get("fields") or {}).get("attachment") or []:
                if reading.is_file(one, self._ourselves(), name, len(content)):
                    return str(one["id"])
        made = self._wire.asked(
            "POST",
            f"{_at(key)}/attachments",
            headers={"x-atlassian-token": "no-check"},
            files={"file": (name, content, media_type)},
        )
        if not isinstance(made, list) or not made or not isinstance(made[0], dict):
            raise self._wire.odd()
        return str(made[0].get("id") or "")

    def fetch(self, file_id: str, address: str, most: int) -> Fetched | None:
        """An attachment's bytes, by its id: nobody leads us elsewhere."""
        place = f"/rest/api/3/attachment/content/{quote(file_id, safe='')}"
        return self._wire.fetched(place, most, params={"redirect": "false"})

    def changed(self, since: datetime, most: int = 500) -> list[FiledBug]:
        """Issues of the project, and of ours that moved away, which changed since; newest first."""
        minutes = int((datetime.now(UTC) - since).total_seconds() // 60) + 2
        ours = f'(project = "{self.project}" OR labels = {LABEL})'
        return self._searched(f"{ours} AND updated >= -{minutes}m ORDER BY updated DESC", most)

    def listen(self, headers: Mapping[str, str], body: bytes) -> News:
        """A webhook as news."""
        return hooks.heard(headers, body, self._secret, self.url, self._us)

    def wanted(self) -> list[Wanted]:
        """What the project's create screen has beyond title and text."""
        return self._fields.wanted()

    def check(self) -> str:
        """A sentence if bugs can be filed here. Raises Refused with what to do, Unavailable."""
        who = self._wire.one("GET", "/rest/api/3/myself")
        self._fields.type_id()
        return f"Bugs go to {self.project} on {self.url} as {who.get('displayName', 'an unnamed user')}."

    def _ourselves(self) -> str | None:
        if self._us is None:
            self._us = str(self._wire.one("GET", "/rest/api/3/myself").get("accountId") or "")
        return self._us

    def _searched(self, jql: str, most: int) -> list[FiledBug]:
        found: list[FiledBug] = []
        token: dict[str, Any] = {}
        while True:
            wanted = {"jql": jql, "maxResults": min(100, most - len(found)), "fields": reading.FIELDS, **token}
            answer = self._wire.one("POST", "/rest/api/3/search/jql", wanted)
            issues = answer.get("issues")
            if not isinstance(issues, list):
                raise self._wire.odd()
            found += [reading.issue(one, self.url) for one in issues]
            if not answer.get("nextPageToken") or len(found) >= most:
                return found
            token = {"nextPageToken": answer["nextPageToken"]}


def _at(key: str) -> str:
    return f"/rest/api/3/issue/{quote(key, safe='')}"


def connect(settings: Settings) -> Jira:
    """Jira as the settings say; none of them is missing."""
    return Jira(
        settings.jira_url or "",
        settings.jira_email or "",
        settings.jira_token.get_secret_value() if settings.jira_token else "",
        settings.jira_project or "",
        issue_type=settings.jira_issue_type,
        settle_seconds=settings.jira_settle_seconds,
        secret=settings.tracker_webhook_secret.get_secret_value() if settings.tracker_webhook_secret else None,
        timeout_seconds=settings.tracker_timeout_seconds,
    )
