"""Webhooks: told to whoever asked, signed, in the older text form that Jira still sends, and repeated on failure."""

import asyncio
import hashlib
import hmac
import json
import secrets
import sqlite3
import time
from typing import Any

import aiohttp

from bot.sandbox.tracker.board import Board, comment, person, shown_fields
from bot.sandbox.tracker.rich_text import plain

RETRY_SECONDS = (0.2, 1.0, 5.0, 15.0, 60.0)
PATIENCE = aiohttp.ClientTimeout(total=10)
_TRY_AGAIN = (408, 409, 425, 429)


class Hooks:
    """Keeps what is to be told, in the same commit as what happened, and tells it in the background."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self._session: aiohttp.ClientSession | None = None
        self._under_way: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Take up what an earlier run had not finished telling."""
        self._session = aiohttp.ClientSession(timeout=PATIENCE)
        for row in self.board.rows("SELECT id FROM deliveries WHERE done = 0 ORDER BY id"):
            self._begin(row["id"])

    async def stop(self) -> None:
        """Stop telling; what is not told yet stays kept."""
        for task in list(self._under_way):
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        if self._session:
            await self._session.close()

    def happened(self, event: str, issue: sqlite3.Row, by: str, site: str, **more: Any) -> None:
        """Tell every webhook that wants `event`. Call inside the transaction, with the issue as it is now."""
        body = _told(self.board, event, issue, by, site) | more
        for hook in self.board.rows("SELECT * FROM hooks"):
            wanted = json.loads(hook["body"])
            if wanted.get("events") and event not in wanted["events"]:
                continue
            kept = self.board.db.execute(
                "INSERT INTO deliveries (hook, identifier, event, body, at) VALUES (?, ?, ?, ?, ?)",
                (hook["id"], secrets.token_hex(16), event, json.dumps(body, ensure_ascii=False), time.time()),
            )
            asyncio.get_running_loop().call_soon(self._begin, int(kept.lastrowid or 0))

    def again(self, delivery: int) -> None:
        """Tell something once more, with the identifier it had, as Jira may."""
        self.board.db.execute("UPDATE deliveries SET done = 0, attempts = 0 WHERE id = ?", (delivery,))
        self._begin(delivery)

    def _begin(self, delivery: int) -> None:
        task = asyncio.get_running_loop().create_task(self._deliver(delivery))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _deliver(self, delivery: int) -> None:
        pauses = tuple(self.board.setting("retry_seconds", RETRY_SECONDS))
        for attempt, pause in enumerate((0.0, *pauses)):
            await asyncio.sleep(pause)
            row = self.board.row(
                "SELECT deliveries.*, hooks.body AS hook_body FROM deliveries JOIN hooks ON hooks.id = hook"
                " WHERE deliveries.id = ?",
                delivery,
            )
            if row is None:
                return
            status = await self._told_once(row, attempt)
            done = status != 0 and status < 500 and status not in _TRY_AGAIN
            self.board.db.execute(
                "UPDATE deliveries SET attempts = attempts + 1, status = ?, done = ? WHERE id = ?",
                (status, int(done or attempt == len(pauses)), delivery),
            )
            if done:
                return

    async def _told_once(self, row: sqlite3.Row, attempt: int) -> int:
        hook, body = json.loads(row["hook_body"]), row["body"].encode()
        headers = {
            "content-type": "application/json",
            "user-agent": "Atlassian Webhook HTTP Client",
            "x-atlassian-webhook-identifier": row["identifier"],
            "x-atlassian-webhook-flow": "Primary",
        }
        if attempt:
            headers["x-atlassian-webhook-retry"] = str(attempt)
        if hook.get("secret"):
            headers["x-hub-signature"] = signature(body, hook["secret"])
        assert self._session is not None
        try:
            async with self._session.post(hook["url"], data=body, headers=headers) as answer:
                return answer.status
        except (aiohttp.ClientError, TimeoutError):
            return 0


def signature(body: bytes, secret: str) -> str:
    """The X-Hub-Signature of a webhook's body."""
    return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"


def comment_told(board: Board, row: sqlite3.Row, issue: sqlite3.Row, site: str) -> dict[str, Any]:
    """A comment as webhooks carry it: its body is text."""
    shown = comment(board, row, issue, site)
    return _older(shown | {"body": plain(shown["body"])})


def _told(board: Board, event: str, issue: sqlite3.Row, by: str, site: str) -> dict[str, Any]:
    fields = shown_fields(board, issue, site)
    fields |= {name: plain(fields[name]) or None for name in ("description", "environment")}
    told: dict[str, Any] = {"timestamp": int(time.time() * 1000), "webhookEvent": event}
    if event.startswith("comment_"):
        fields = {name: fields[name] for name in ("summary", "issuetype", "project", "assignee", "priority", "status")}
    else:
        told["user"] = person(board, by, site)
        del fields["comment"]
    place = f"{site}/rest/api/3/issue/{issue['id']}"
    return _older(told | {"issue": {"id": str(issue["id"]), "self": place, "key": issue["key"], "fields": fields}})


def _older(told: dict[str, Any]) -> dict[str, Any]:
    rewritten: dict[str, Any] = json.loads(json.dumps(told).replace("/rest/api/3/", "/rest/api/2/"))
    return rewritten
