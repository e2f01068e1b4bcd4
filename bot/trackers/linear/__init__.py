"""Linear, GraphQL: a bug is an issue under an id that we choose, so that an answer that got lost is never filed again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import httpx2

from bot.settings import Settings
from bot.trackers.linear import hooks, queries, reading
from bot.trackers.once import Once
from bot.trackers.plain_text import harmless, with_block
from bot.trackers.signed import part
from bot.trackers.wire import NotTaken, Wire
from handlers.errors import NotFound, Refused, Unavailable
from handlers.tracking import Fetched, FiledBug, News, Said, Wanted

UPLOADS = "https://uploads.linear.app/"
TITLE_MOST = 255
TEXT_MOST = 60_000
PAGE = 100
COMMENT_PAGES = 10


class Linear:
    """One team, by its key (ENG)."""

    name = "linear"

    def __init__(
        self,
        team: str,
        key: str,
        *,
        url: str = "https://api.linear.app/graphql",
        secret: str | None = None,
        timeout_seconds: float = 15.0,
        http: httpx2.Client | None = None,
    ) -> None:
        self.team = team
        self._wire = Wire(
            "Linear",
            url,
            credentials="the API key",
            place=f"the Linear team {team}",
            headers={"authorization": key},
            timeout_seconds=timeout_seconds,
            http=http,
        )
        self._once = Once("Linear")
        self._secret = secret
        self._us: str | None = None
        self._team_id: str | None = None

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
        """File it once: under the id that the marker makes."""
        team = self._team()

        def make() -> FiledBug:
            issue = {
                "id": self._own(marker),
                "teamId": team,
                "title": " ".join(title.split())[:TITLE_MOST],
                "description": harmless(body)[:TEXT_MOST],
                "priority": severity,
            }
            told = self._asked(queries.FILE, {"input": issue}).get("issueCreate") or {}
            return self._issue(told.get("issue"))

        return self._once.file(marker, self.find, make, repeated=repeated)

    def find(self, marker: str) -> FiledBug | None:
        """The issue that has the marker's id."""
        nodes = (self._asked(queries.FIND, {"id": self._own(marker)}).get("issues") or {}).get("nodes")
        if not isinstance(nodes, list):
            raise self._wire.odd()
        return self._issue(nodes[0]) if nodes else None

    def read(self, key: str) -> News:
        """The issue with its comments; a new key if it was moved to another team. Raises NotFound if it is in the bin."""
        said: list[Said | None] = []
        after: str | None = None
        for _ in range(COMMENT_PAGES):
            told = self._asked(queries.READ, {"id": key, "after": after}).get("issue") or {}
            bug = self._issue(told)
            if told.get("trashed"):
                raise NotFound(f"{key} was deleted in Linear.")
            page = told.get("comments") or {}
            said += [reading.comment(one, self._ourselves()) for one in page.get("nodes") or []]
            files = part(told, "attachments", "nodes") if after is None else None
            said += [reading.file(one, self._ourselves()) for one in files or []]
            after = (page.get("pageInfo") or {}).get("endCursor")
            if not (page.get("pageInfo") or {}).get("hasNextPage"):
                after = None
                break
        return News(
            delivery="",
            key=bug.key,
            id=bug.id,
            was=key if key != bug.key else "",
            at=bug.changed_at,
            bug=bug,
            said=[one for one in said if one],
            whole=after is None,
        )

    def comment(self, key: str, marker: str, text: str, *, repeated: bool = False) -> str:
        """Write on the issue once: under the id that the marker makes."""
        own = self._own(marker)
        if repeated:
            try:
                return str((self._asked(queries.KNOWN, {"id": own}).get("comment") or {})["id"])
            except (NotFound, KeyError):
                pass
        bug = self._issue(self._asked(queries.READ, {"id": key, "after": None}).get("issue"))
        comment = {"id": own, "issueId": bug.id, "body": harmless(text)[:TEXT_MOST]}
        told = self._asked(queries.COMMENT, {"input": comment}).get("commentCreate") or {}
        return str((told.get("comment") or {}).get("id") or own)

    def link(self, key: str, block: str) -> None:
        """Our block in the issue's text, where it stood before or at its end."""
        told = self._asked(queries.READ, {"id": key, "after": None}).get("issue") or {}
        text = str(told.get("description") or "")
        wanted = with_block(text, harmless(block))
        if wanted != text:
            self._asked(queries.EDIT, {"id": self._issue(told).id, "input": {"description": wanted[:TEXT_MOST]}})

    def attach(
        self, key: str, marker: str, name: str, media_type: str, content: bytes, *, repeated: bool = False
    ) -> str:
        """Put a file on the issue once: uploaded, then linked under the id that the marker makes."""
        issue = self._asked(queries.READ, {"id": key, "after": None}).get("issue")
        bug, own = self._issue(issue), self._own(marker)
        if repeated and any(part(one, "id") == own for one in part(issue, "attachments", "nodes") or []):
            return own
        asked = {"type": media_type, "name": name, "size": len(content)}
        room = (self._asked(queries.UPLOAD, asked).get("fileUpload") or {}).get("uploadFile")
        if not isinstance(room, dict):
            raise self._wire.odd()
        headers = {"content-type": media_type} | {str(one["key"]): one["value"] for one in room.get("headers") or []}
        self._wire.asked("PUT", str(room["uploadUrl"]), content=content, headers=headers)
        enclosed = {"id": own, "issueId": bug.id, "title": name, "url": str(room["assetUrl"])}
        told = self._asked(queries.ENCLOSE, {"input": enclosed}).get("attachmentCreate") or {}
        return str((told.get("attachment") or {}).get("id") or own)

    def fetch(self, file_id: str, address: str, most: int) -> Fetched | None:
        """The bytes of a file that was uploaded to Linear; what it has besides are links to elsewhere."""
        if not address.startswith((UPLOADS, f"{self._wire.url}/")):
            return None
        return self._wire.fetched(address, most)

    def changed(self, since: datetime, most: int = 500) -> list[FiledBug]:
        """Issues of the team that changed since, newest first."""
        found: list[FiledBug] = []
        asked: dict[str, Any] = {"team": self._team(), "since": since.isoformat(), "first": PAGE, "after": None}
        while len(found) < most:
            page = self._asked(queries.CHANGED, asked).get("issues") or {}
            nodes = page.get("nodes")
            if not isinstance(nodes, list):
                raise self._wire.odd()
            found += [self._issue(one) for one in nodes]
            asked["after"] = (page.get("pageInfo") or {}).get("endCursor")
            if not (page.get("pageInfo") or {}).get("hasNextPage"):
                break
        return found[:most]

    def listen(self, headers: Mapping[str, str], body: bytes) -> News:
        """A webhook as news."""
        return hooks.heard(headers, body, self._secret, self._us)

    def wanted(self) -> list[Wanted]:
        """An issue there is a title and a text."""
        return []

    def check(self) -> str:
        """A sentence if bugs can be filed here. Raises Refused with what to do, Unavailable."""
        who = self._asked(queries.VIEWER, {}).get("viewer") or {}
        self._team_id = None
        self._team()
        return f"Bugs go to the team {self.team} in Linear as {who.get('name') or 'an unnamed user'}."

    def _own(self, marker: str) -> str:
        return str(uuid5(NAMESPACE_URL, f"https://linear.app/{self.team}/{marker}"))

    def _team(self) -> str:
        if self._team_id is None:
            nodes = (self._asked(queries.TEAMS, {"key": self.team}).get("teams") or {}).get("nodes") or []
            found = [one for one in nodes if one.get("key") == self.team or one.get("id") == self.team]
            if not found:
                raise Refused(f"Linear has no team {self.team}; the key is what issues begin with, such as ENG.")
            self._team_id = str(found[0]["id"])
        return self._team_id

    def _ourselves(self) -> str:
        if self._us is None:
            self._us = str((self._asked(queries.VIEWER, {}).get("viewer") or {}).get("id") or "")
        return self._us

    def _issue(self, told: Any) -> FiledBug:
        if not isinstance(told, dict) or not told.get("id") or not told.get("identifier"):
            raise self._wire.odd()
        return reading.issue(told)

    def _asked(self, query: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """The data. Linear words what it refuses in the answer, with any status."""
        name = query.split("(", 1)[0].split("{", 1)[0].split()[1]
        try:
            told = self._wire.one("POST", "", {"query": query, "operationName": name, "variables": dict(variables)})
        except Refused as refusal:
            raise _meant(str(refusal)) or refusal from None
        errors = told.get("errors")
        if isinstance(errors, list) and errors:
            raise _failure([one for one in errors if isinstance(one, dict)])
        data = told.get("data")
        if not isinstance(data, dict):
            raise self._wire.odd()
        return data


def _failure(errors: list[dict[str, Any]]) -> Exception:
    said = " ".join("; ".join(str(one.get("message") or "") for one in errors).split())[:500]
    kinds = {str((one.get("extensions") or {}).get(name)) for one in errors for name in ("code", "type")}
    if kinds & {"AUTHENTICATION_ERROR", "authentication error"}:
        return Refused("Linear does not accept the API key; make a new one and set it.")
    if kinds & {"INTERNAL_SERVER_ERROR", "internal error", "LOCK_TIMEOUT"}:
        return Unavailable(f"Linear has a problem of its own. {said}")
    return _meant(said) or (
        NotTaken("Linear asks us to wait.") if "RATELIMITED" in kinds else Refused(f"Linear refused it: {said}")
    )


def _meant(said: str) -> Exception | None:
    """What a sentence of Linear's means beyond a no."""
    if "not found" in said.lower() and "Entity" in said:
        return NotFound("Linear does not know this: it was deleted, or our rights changed.")
    return NotTaken("Linear asks us to wait.") if "rate limit" in said.lower() else None


def connect(settings: Settings) -> Linear:
    """Linear as the settings say; none of them is missing."""
    return Linear(
        settings.linear_team or "",
        settings.linear_key.get_secret_value() if settings.linear_key else "",
        url=settings.linear_api_url,
        secret=settings.tracker_webhook_secret.get_secret_value() if settings.tracker_webhook_secret else None,
        timeout_seconds=settings.tracker_timeout_seconds,
    )
