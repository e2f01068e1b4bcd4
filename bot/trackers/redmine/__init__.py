"""Redmine, REST: a bug is an issue whose text carries our marker. It has no webhooks, so it is asked again and again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

import httpx2

from bot.settings import Settings
from bot.trackers.once import Once
from bot.trackers.plain_text import uncalled, with_block
from bot.trackers.redmine import reading
from bot.trackers.redmine.reading import textile
from bot.trackers.wire import Wire
from handlers.errors import Refused
from handlers.tracking import Fetched, FiledBug, News, Wanted

TITLE_MOST = 255
PAGE = 100


class Redmine:
    """One project. `textile`: how its texts are written, else Markdown."""

    name = "redmine"

    def __init__(
        self,
        url: str,
        key: str,
        project: str,
        *,
        kind: str | None = None,
        markdown: bool = False,
        timeout_seconds: float = 15.0,
        http: httpx2.Client | None = None,
    ) -> None:
        self.url, self.project, self.kind = url.rstrip("/"), project, kind
        self._wire = Wire(
            "Redmine",
            url,
            credentials="the API key",
            place=f"the Redmine project {project}",
            headers={"x-redmine-api-key": key},
            timeout_seconds=timeout_seconds,
            http=http,
        )
        self._once = Once("Redmine")
        self._markdown = markdown
        self._us: int | None = None
        self._place: dict[str, Any] | None = None
        self._closed: frozenset[str] | None = None

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
        """File it once; found by its marker if it is there already. Raises Refused with what Redmine says, Unavailable."""
        place = self._project()
        kinds = place.get("trackers") or []
        chosen = next((one for one in kinds if self.kind in (None, one.get("name"))), None)
        if self.kind and chosen is None:
            listed = ", ".join(str(one.get("name")) for one in kinds) or "none"
            raise Refused(f"The Redmine project {self.project} has no tracker {self.kind}; it has {listed}.")

        def make() -> FiledBug:
            issue: dict[str, Any] = {
                "project_id": place["id"],
                "subject": " ".join(title.split())[:TITLE_MOST],
                "description": self._written(body),
            }
            if chosen:
                issue["tracker_id"] = chosen["id"]
            if fields:
                issue["custom_fields"] = [{"id": name, "value": value} for name, value in fields.items() if value]
            return self._issue(self._wire.one("POST", "/issues.json", {"issue": issue}).get("issue"))

        return self._once.file(marker, self.find, make, repeated=repeated)

    def find(self, marker: str) -> FiledBug | None:
        """The issue whose text has the marker, the oldest if somebody copied it."""
        asked: dict[str, str | int] = {"set_filter": 1, "status_id": "*", "sort": "id", "description": f"~({marker})"}
        found = [one for one in self._listed(asked, PAGE) if f"({marker})" in str(one.get("description"))]
        return self._issue(found[0]) if found else None

    def read(self, key: str) -> News:
        """The issue with everything written on it."""
        told = self._wire.one("GET", self._address(key), params={"include": "journals,attachments"}).get("issue")
        bug = self._issue(told)
        journals = told.get("journals") if isinstance(told, dict) else None
        listed = journals if isinstance(journals, list) else []
        said = [reading.comment(one, self._ourselves()) for one in listed]
        files = told.get("attachments") if isinstance(told, dict) else None
        said += [reading.file(one, self._ourselves()) for one in (files if isinstance(files, list) else [])]
        return News(
            delivery="",
            key=bug.key,
            id=bug.id,
            at=bug.changed_at,
            bug=bug,
            said=[one for one in said if one],
            whole=True,
        )

    def comment(self, key: str, marker: str, text: str, *, repeated: bool = False) -> str:
        """Write on the issue, once. Redmine does not say what it calls the note, so it is looked for afterwards."""
        if not (repeated and self._note(key, marker)):
            self._wire.asked("PUT", self._address(key), {"issue": {"notes": self._written(text)}})
        return self._note(key, marker)

    def link(self, key: str, block: str) -> None:
        """Our block in the issue's text, where it stood before or at its end."""
        told = self._wire.one("GET", self._address(key)).get("issue")
        text = str((told or {}).get("description") or "").replace("\r\n", "\n")
        wanted = with_block(text, self._written(block))
        if wanted != text:
            self._wire.asked("PUT", self._address(key), {"issue": {"description": wanted}})

    def attach(
        self, key: str, marker: str, name: str, media_type: str, content: bytes, *, repeated: bool = False
    ) -> str:
        """Put a file on the issue, once: the marker is what Redmine describes it with."""
        if repeated:
            told = self._wire.one("GET", self._address(key), params={"include": "attachments"}).get("issue")
            for one in (told or {}).get("attachments") or []:
                if one.get("description") == marker:
                    return str(one.get("id"))
        sent = self._wire.one(
            "POST",
            "/uploads.json",
            params={"filename": name},
            content=content,
            headers={"content-type": "application/octet-stream"},
        )
        token = (sent.get("upload") or {}).get("token")
        if not token:
            raise self._wire.odd()
        upload = {"token": token, "filename": name, "content_type": media_type, "description": marker}
        self._wire.asked("PUT", self._address(key), {"issue": {"uploads": [upload]}})
        return str((sent.get("upload") or {}).get("id") or token)

    def fetch(self, file_id: str, address: str, most: int) -> Fetched | None:
        """An attachment's bytes, by its id."""
        return self._wire.fetched(f"/attachments/download/{quote(file_id, safe='')}", most)

    def changed(self, since: datetime, most: int = 500) -> list[FiledBug]:
        """Issues that we may see which changed since, wherever they were moved to; newest first."""
        asked: dict[str, str | int] = {"set_filter": 1, "status_id": "*", "sort": "updated_on:desc"}
        moment = f"{since:%Y-%m-%dT%H:%M:%SZ}"
        return [self._issue(one) for one in self._listed({**asked, "updated_on": f">={moment}"}, most)]

    def listen(self, headers: Mapping[str, str], body: bytes) -> News:
        """Redmine has no webhooks."""
        raise Refused("Redmine has no webhooks; it is asked every few minutes.")

    def wanted(self) -> list[Wanted]:
        """The project's own fields, as far as our user may see what they are."""
        told = self._wire.one("GET", f"/projects/{self.project}.json", params={"include": "issue_custom_fields"})
        listed = (told.get("project") or {}).get("issue_custom_fields") or []
        return [Wanted(id=str(one["id"]), name=str(one.get("name"))) for one in listed if "id" in one]

    def check(self) -> str:
        """A sentence if bugs can be filed here. Raises Refused with what to do, Unavailable."""
        who = self._wire.one("GET", "/users/current.json").get("user") or {}
        self._place = None
        return f"Bugs go to {self._project().get('name')} on {self.url} as {who.get('login') or who.get('id')}."

    def _written(self, text: str) -> str:
        return uncalled(text) if self._markdown else textile(uncalled(text))

    def _address(self, key: str) -> str:
        return f"/issues/{key.removeprefix('#')}.json"

    def _note(self, key: str, marker: str) -> str:
        return next((one.id for one in self.read(key).said if one.ours and f"({marker})" in one.text), "")

    def _project(self) -> dict[str, Any]:
        if self._place is None:
            told = self._wire.one("GET", f"/projects/{self.project}.json", params={"include": "trackers"})
            if not isinstance(told.get("project"), dict):
                raise self._wire.odd()
            self._place = told["project"]
        return self._place

    def _ourselves(self) -> int:
        if self._us is None:
            self._us = int((self._wire.one("GET", "/users/current.json").get("user") or {}).get("id") or 0)
        return self._us

    def _closing(self) -> frozenset[str]:
        """Names of states that end an issue, for Redmines that do not say it with each."""
        if self._closed is None:
            told = self._wire.one("GET", "/issue_statuses.json").get("issue_statuses") or []
            self._closed = frozenset(str(one.get("name")) for one in told if one.get("is_closed"))
        return self._closed

    def _issue(self, told: Any) -> FiledBug:
        if not isinstance(told, dict) or not isinstance(told.get("id"), int):
            raise self._wire.odd()
        return reading.issue(told, self.url, self._closing)

    def _listed(self, asked: Mapping[str, str | int], most: int) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while len(found) < most:
            page = {"limit": min(PAGE, most - len(found)), "offset": len(found)}
            told = self._wire.one("GET", "/issues.json", params={**asked, **page})
            issues = told.get("issues")
            if not isinstance(issues, list):
                raise self._wire.odd()
            found += issues
            if not issues or len(found) >= int(told.get("total_count") or 0):
                break
        return found


def connect(settings: Settings) -> Redmine:
    """Redmine as the settings say; none of them is missing."""
    return Redmine(
        settings.redmine_url or "",
        settings.redmine_key.get_secret_value() if settings.redmine_key else "",
        settings.redmine_project or "",
        kind=settings.redmine_tracker,
        markdown=settings.redmine_markdown,
        timeout_seconds=settings.tracker_timeout_seconds,
    )
