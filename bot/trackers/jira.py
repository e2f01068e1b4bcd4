"""Jira Cloud, REST v3: a bug is an issue that carries our marker as a label."""

import threading
import time
from collections.abc import Callable
from typing import Any

import httpx2

from bot.settings import Settings
from bot.trackers.rich_text import document
from handlers.errors import Refused, Unavailable
from handlers.unit_of_work import FiledBug

STATES = {"new": "new", "indeterminate": "in_progress", "done": "fixed"}
"""Jira's status categories → our states."""
TITLE_MOST = 255


class Jira:
    """One Jira project. Its search lags behind its issues: what may have been made is looked for before it is made again.

    `settle_seconds`: for so long after a lost answer, or after a restart in the middle of filing, it is only looked for.
    """

    name = "jira"

    def __init__(
        self,
        url: str,
        email: str,
        token: str,
        project: str,
        *,
        issue_type: str = "Bug",
        timeout_seconds: float = 15.0,
        settle_seconds: float = 60.0,
        http: httpx2.Client | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.url, self.project, self.issue_type = url.rstrip("/"), project, issue_type
        self.http = http or httpx2.Client()
        self.settle_seconds = settle_seconds
        self._auth = httpx2.BasicAuth(email, token)
        self._timeout = timeout_seconds
        self._now = now
        self._lost: dict[str, float] = {}
        self._tried: set[str] = set()
        self._being_filed: set[str] = set()
        self._turn = threading.Lock()

    def file(self, marker: str, title: str, body: str, severity: int, *, repeated: bool = False) -> FiledBug:
        """File it once; found by its marker if it is there already. Raises Refused with what Jira says, Unavailable."""
        with self._turn:
            if marker in self._being_filed:
                raise Unavailable("This bug is being filed right now.")
            self._being_filed.add(marker)
        try:
            return self._file(marker, title, body, severity, repeated)
        finally:
            self._being_filed.discard(marker)

    def _file(self, marker: str, title: str, body: str, severity: int, repeated: bool) -> FiledBug:
        if repeated and marker not in self._tried:
            self._lost[marker] = self._now()  # tried before this program began; how it ended nobody knows
        self._tried.add(marker)
        known = self.find(marker)
        if known is None:
            if marker in self._lost and self._now() < self._lost[marker] + self.settle_seconds:
                raise Unavailable("Jira may have this bug already and does not show it yet.")
            known = self._create(marker, title, body, severity)
        self._lost.pop(marker, None)
        self._tried.discard(marker)
        return known

    def find(self, marker: str) -> FiledBug | None:
        """The issue labelled with the marker, the oldest if somebody copied it."""
        wanted = {
            "jql": f'labels = "{marker}" ORDER BY created ASC',
            "maxResults": 1,
            "fields": ["status"],
        }
        answer = self._asked("POST", "/rest/api/3/search/jql", wanted)
        issues = answer.get("issues")
        if not isinstance(issues, list):
            raise Unavailable("Jira answered a search with something that is no list.")
        return self._bug(issues[0]) if issues else None

    def check(self) -> str:
        """A sentence if bugs can be filed here. Raises Refused with what to do, Unavailable."""
        who = self._asked("GET", "/rest/api/3/myself")
        found = self._asked("GET", f"/rest/api/3/issue/createmeta/{self.project}/issuetypes")
        kinds = [str(one.get("name")) for one in found.get("issueTypes", found.get("values", []))]
        if self.issue_type not in kinds:
            listed = ", ".join(kinds) or "none"
            raise Refused(f"The Jira project {self.project} has no issue type {self.issue_type}; it has {listed}.")
        return f"Bugs go to {self.project} on {self.url} as {who.get('displayName', 'an unnamed user')}."

    def _create(self, marker: str, title: str, body: str, severity: int) -> FiledBug:
        fields = {
            "project": {"key": self.project},
            "issuetype": {"name": self.issue_type},
            "summary": " ".join(title.split())[:TITLE_MOST],
            "description": document(body),
            "labels": [marker, f"earshot-severity-{severity}"],
        }
        try:
            made = self._asked("POST", "/rest/api/3/issue", {"fields": fields})
            if not isinstance(made.get("key"), str):
                raise Unavailable("Jira took the bug and did not say its key.")
        except NotTaken:
            raise
        except Unavailable:
            self._lost[marker] = self._now()
            raise
        return self._bug(made)

    def _bug(self, issue: dict[str, Any]) -> FiledBug:
        key = str(issue["key"])
        category = ((issue.get("fields") or {}).get("status") or {}).get("statusCategory") or {}
        state = STATES.get(str(category.get("key")), "new")
        return FiledBug(key=key, url=f"{self.url}/browse/{key}", state=state)

    def _asked(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """Jira's answer. Raises NotTaken when it surely did nothing, Unavailable when it may have, Refused when it will not."""
        try:
            answer = self.http.request(method, self.url + path, json=body, auth=self._auth, timeout=self._timeout)
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as problem:
            raise NotTaken("Jira cannot be reached.") from problem
        except httpx2.TimeoutException as problem:
            raise Unavailable(f"Jira did not answer within {self._timeout:g} seconds.") from problem
        except httpx2.TransportError as problem:
            raise Unavailable("The connection to Jira broke before it answered.") from problem
        except (httpx2.InvalidURL, httpx2.RequestError) as problem:
            raise Refused(f"The address of Jira does not work: {self.url}.") from problem
        if answer.status_code >= 400:
            raise self._failure(answer)
        return _read(answer)

    def _failure(self, answer: httpx2.Response) -> Exception:
        status = answer.status_code
        if status == 429:
            return NotTaken("Jira asks us to wait.", _seconds(answer.headers.get("retry-after")))
        if status >= 500 or status in (408, 425):
            return Unavailable(
                f"Jira has a problem of its own ({status}).", _seconds(answer.headers.get("retry-after"))
            )
        said = _complaints(answer)
        if status == 401:
            return Refused("Jira does not accept the e-mail address and token; make a new API token and set it.")
        if status == 403:
            return Refused(f"Our user may not do this in the Jira project {self.project}. {said}".strip())
        if status == 404:
            return Refused(f"Jira does not know this: {said or self.url}. Check the address and the project.")
        if status == 413:
            return Refused("The bug is too long for Jira; shorten it.")
        return Refused(f"Jira refused the bug: {said or f'status {status}'}")


class NotTaken(Unavailable):
    """Cannot be done now, and surely nothing was done."""


def connect(settings: Settings) -> Jira:
    """Jira as the settings say. Raises Refused naming the setting that is missing."""
    wanted = {
        "EARSHOT_JIRA_URL": settings.jira_url,
        "EARSHOT_JIRA_EMAIL": settings.jira_email,
        "EARSHOT_JIRA_TOKEN": settings.jira_token,
        "EARSHOT_JIRA_PROJECT": settings.jira_project,
    }
    missing = [name for name, value in wanted.items() if not value]
    if missing:
        raise Refused(f"The tracker is jira, so {' and '.join(missing)} must be set.")
    return Jira(
        settings.jira_url or "",
        settings.jira_email or "",
        settings.jira_token.get_secret_value() if settings.jira_token else "",
        settings.jira_project or "",
        issue_type=settings.jira_issue_type,
        settle_seconds=settings.jira_settle_seconds,
    )


def check(settings: Settings) -> list[tuple[bool, str]]:
    """For the doctor: (whether all is well, a sentence that says what is, or what to do)."""
    try:
        return [(True, connect(settings).check())]
    except (Refused, Unavailable) as failure:
        return [(False, str(failure))]


def _read(answer: httpx2.Response) -> dict[str, Any]:
    try:
        read = answer.json()
    except ValueError:
        read = None
    if not isinstance(read, dict):
        raise Unavailable("Something that is not Jira answered in its place (a sign-in page, or a proxy).")
    return read


def _complaints(answer: httpx2.Response) -> str:
    """What Jira says is wrong, in its own words, one line."""
    try:
        body = answer.json()
    except ValueError:
        return ""
    if not isinstance(body, dict):
        return ""
    general = [str(one) for one in body.get("errorMessages") or []]
    fields = body.get("errors")
    named = [f"{name}: {what}" for name, what in fields.items()] if isinstance(fields, dict) else []
    return " ".join("; ".join([*general, *named]).split())[:500]


def _seconds(header: str | None) -> float | None:
    try:
        return max(0.0, float(header)) if header else None
    except ValueError:
        return None
