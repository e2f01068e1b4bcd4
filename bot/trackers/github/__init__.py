"""GitHub Issues: a bug is an issue of one repository that carries our marker as a label and in its text."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import httpx2

from bot.settings import Settings
from bot.trackers.github import hooks, reading
from bot.trackers.once import Once
from bot.trackers.plain_text import harmless, with_block
from bot.trackers.wire import Wire
from handlers.errors import NotFound, Refused
from handlers.tracking import Fetched, FiledBug, News, Said, Wanted

LABEL = "earshot"
TITLE_MOST = 256
TEXT_MOST = 60_000
PAGE = 100
COMMENT_PAGES = 10


class GitHub:
    """One repository, `owner/name`."""

    name = "github"

    def __init__(
        self,
        repository: str,
        token: str,
        *,
        url: str = "https://api.github.com",
        secret: str | None = None,
        timeout_seconds: float = 15.0,
        http: httpx2.Client | None = None,
    ) -> None:
        self.repository = repository
        self._wire = Wire(
            "GitHub",
            url,
            credentials="the token",
            place=f"the repository {repository}",
            headers={
                "authorization": f"Bearer {token}",
                "accept": "application/vnd.github+json",
                "x-github-api-version": "2022-11-28",
                "user-agent": "earshot",
            },
            timeout_seconds=timeout_seconds,
            follows=True,
            http=http,
        )
        self._once = Once("GitHub")
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
        """File it once; found by its marker if it is there already. A token that may not label files without labels."""

        def make() -> FiledBug:
            issue = {
                "title": harmless(" ".join(title.split()))[:TITLE_MOST],
                "body": harmless(body)[:TEXT_MOST],
                "labels": [LABEL, marker, "bug", f"severity-{severity}"],
            }
            return self._issue(self._wire.one("POST", f"{self._home}/issues", issue))

        return self._once.file(marker, self.find, make, repeated=repeated)

    def find(self, marker: str) -> FiledBug | None:
        """The issue labelled with the marker; else, of the newest that we made, the one whose text has it."""
        asked: dict[str, str | int] = {"state": "all", "sort": "created", "per_page": PAGE}
        found = self._listed({**asked, "labels": marker, "direction": "asc"})
        if not found:
            ours = self._listed({**asked, "creator": self._ourselves(), "direction": "desc"})
            found = [one for one in ours if f"({marker})" in str(one.get("body"))]
        return self._issue(found[0]) if found else None

    def read(self, key: str) -> News:
        """The issue with its comments, and where it lives now if it was moved to another repository."""
        bug = self._issue(self._wire.one("GET", self._address(key)))
        said: list[Said | None] = []
        whole = False
        for page in range(1, COMMENT_PAGES + 1):
            asked = {"per_page": PAGE, "page": page}
            listed = self._wire.asked("GET", f"{self._address(bug.key)}/comments", params=asked)
            if not isinstance(listed, list):
                raise self._wire.odd()
            said += [reading.comment(one, self._ourselves()) for one in listed]
            if len(listed) < PAGE:
                whole = True
                break
        return News(
            delivery="",
            key=bug.key,
            id=bug.id,
            was=key if key != bug.key else "",
            at=bug.changed_at,
            bug=bug,
            said=[one for one in said if one],
            whole=whole,
        )

    def comment(self, key: str, marker: str, text: str, *, repeated: bool = False) -> str:
        """Write on the issue, once: `text` ends with the marker, which is looked for if it was tried before."""
        if repeated:
            known = [one.id for one in self.read(key).said if one.ours and f"({marker})" in one.text]
            if known:
                return known[0]
        made = self._wire.one("POST", f"{self._address(key)}/comments", {"body": harmless(text)[:TEXT_MOST]})
        return str(made.get("id") or "")

    def link(self, key: str, block: str) -> None:
        """Our block in the issue's text, where it stood before or at its end."""
        told = self._wire.one("GET", self._address(key))
        text = str(told.get("body") or "")
        wanted = with_block(text, harmless(block))
        if wanted != text:
            self._wire.asked("PATCH", self._address(key), {"body": wanted[:TEXT_MOST]})

    def attach(
        self, key: str, marker: str, name: str, media_type: str, content: bytes, *, repeated: bool = False
    ) -> str:
        """GitHub takes no files from programs."""
        raise Refused("GitHub takes no files from programs; put it on the issue by hand.")

    def fetch(self, file_id: str, address: str, most: int) -> Fetched | None:
        """Files there are links in comments."""
        return None

    def changed(self, since: datetime, most: int = 500) -> list[FiledBug]:
        """Issues of the repository that changed since, newest first."""
        found: list[FiledBug] = []
        for page in range(1, most // PAGE + 1):
            asked: dict[str, str | int] = {"state": "all", "sort": "updated", "direction": "desc", "page": page}
            listed = self._listed({**asked, "per_page": PAGE, "since": f"{since:%Y-%m-%dT%H:%M:%SZ}"})
            found += [self._issue(one) for one in listed if "pull_request" not in one]
            if len(listed) < PAGE:
                break
        return found[:most]

    def listen(self, headers: Mapping[str, str], body: bytes) -> News:
        """A webhook as news."""
        return hooks.heard(headers, body, self._secret, self.repository, self._us)

    def wanted(self) -> list[Wanted]:
        """An issue there is a title and a text."""
        return []

    def check(self) -> str:
        """A sentence if bugs can be filed here. Raises Refused with what to do, Unavailable."""
        told = self._wire.one("GET", self._home)
        if told.get("has_issues") is False:
            raise Refused(f"Issues are switched off in {self.repository}.")
        may = told.get("permissions") or {}
        labels = "" if may.get("triage", may.get("push", True)) else ", without labels: the token has no triage right"
        return f"Bugs go to {self.repository} on GitHub as {self._ourselves()}{labels}."

    @property
    def _home(self) -> str:
        return f"/repos/{self.repository}"

    def _address(self, key: str) -> str:
        repository, _, number = key.rpartition("#")
        if not number.isdecimal():
            raise NotFound(f"{key} is no issue of GitHub.")
        return f"/repos/{repository or self.repository}/issues/{number}"

    def _issue(self, told: dict[str, Any]) -> FiledBug:
        if not isinstance(told.get("number"), int):
            raise self._wire.odd()
        return reading.issue(told, self.repository)

    def _ourselves(self) -> str:
        if self._us is None:
            self._us = str(self._wire.one("GET", "/user").get("login") or "")
        return self._us

    def _listed(self, asked: Mapping[str, str | int]) -> list[dict[str, Any]]:
        listed = self._wire.asked("GET", f"{self._home}/issues", params=asked)
        if not isinstance(listed, list):
            raise self._wire.odd()
        return [one for one in listed if isinstance(one, dict)]


def connect(settings: Settings) -> GitHub:
    """GitHub as the settings say; none of them is missing."""
    return GitHub(
        settings.github_repository or "",
        settings.github_token.get_secret_value() if settings.github_token else "",
        url=settings.github_api_url,
        secret=settings.tracker_webhook_secret.get_secret_value() if settings.tracker_webhook_secret else None,
        timeout_seconds=settings.tracker_timeout_seconds,
    )
