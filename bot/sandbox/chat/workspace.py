"""What the workspace remembers: people, channels, tokens, and the clock that stamps messages."""

import json
import time
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bot.sandbox.ledger import Ledger

TEAM_ID, APP_ID, BOT_ID, BOT_USER = "T0SANDBOX1", "A0SANDBOX1", "B0SANDBOX1", "U0SANDBOXB"
GENERAL = "C0GENERAL1"
BOT_TOKEN, APP_TOKEN, SIGNING_SECRET = "xoxb-sandbox-bot", "xapp-sandbox-app", "sandbox-signing-secret"
BOT_SCOPES = (
    "app_mentions:read", "channels:history", "channels:read", "chat:write", "chat:write.customize", "chat:write.public",
    "commands", "files:write", "groups:history", "groups:read", "im:history", "im:write", "metadata.message:read", "reactions:read",
    "reactions:write", "team:read", "users:read", "users:read.email",
)  # fmt: skip

_TABLES = """
CREATE TABLE IF NOT EXISTS users (id TEXT PRIMARY KEY, email TEXT, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS channels (id TEXT PRIMARY KEY, name TEXT, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS messages (
    seq INTEGER PRIMARY KEY, channel TEXT NOT NULL, ts TEXT NOT NULL, thread_ts TEXT, audience TEXT,
    at REAL NOT NULL, body TEXT NOT NULL, UNIQUE (channel, ts)
);
CREATE INDEX IF NOT EXISTS thread ON messages (channel, thread_ts, ts);
CREATE TABLE IF NOT EXISTS views (
    seq INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, user TEXT, root TEXT, previous TEXT, external_id TEXT,
    change TEXT NOT NULL, at REAL NOT NULL, body TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS envelopes (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL, at REAL NOT NULL, acked REAL, attempts INTEGER NOT NULL,
    body TEXT NOT NULL, response TEXT
);
"""


class Workspace(Ledger):
    """A Slack workspace with one app installed in it."""

    def __init__(self, state: Path | None) -> None:
        super().__init__(state, _TABLES)
        self._stamp = 0
        self.posted: dict[str, list[float]] = defaultdict(list)
        self.uploads: dict[str, dict[str, Any]] = {}
        self.used_triggers: set[str] = set()
        if not self.rows("SELECT 1 FROM users LIMIT 1"):
            with self.writing():
                bot = {"id": BOT_USER, "name": "earshot", "real_name": "Earshot", "is_bot": True}
                self.invite([bot], [{"id": GENERAL, "name": "general", "is_general": True}])

    def stamp(self) -> str:
        """A new message timestamp: seconds and microseconds, never the same twice."""
        self._stamp = max(self._stamp + 1, time.time_ns() // 1000)
        return f"{self._stamp // 1_000_000}.{self._stamp % 1_000_000:06d}"

    def tokens(self) -> dict[str, dict[str, Any]]:
        """Every valid token: its kind and scopes."""
        default = {
            BOT_TOKEN: {"kind": "bot", "scopes": list(BOT_SCOPES)},
            APP_TOKEN: {"kind": "app", "scopes": ["connections:write"]},
        }
        kept: dict[str, dict[str, Any]] = self.setting("tokens", default)
        return kept

    def invite(self, users: Iterable[dict[str, Any]], channels: Iterable[dict[str, Any]]) -> None:
        """Add or replace people and channels. Only ids are required."""
        for user in users:
            full = _user(user)
            address = full["profile"].get("email")
            self.db.execute(
                "INSERT OR REPLACE INTO users VALUES (?, ?, ?)",
                (full["id"], address and address.lower(), json.dumps(full)),
            )
        for channel in channels:
            full = _channel(channel)
            self.db.execute(
                "INSERT OR REPLACE INTO channels VALUES (?, ?, ?)", (full["id"], full["name"], json.dumps(full))
            )

    def user(self, user_id: str) -> dict[str, Any] | None:
        """A person by id."""
        row = self.row("SELECT body FROM users WHERE id = ?", user_id)
        return json.loads(row["body"]) if row else None

    def channel(self, channel_id: str) -> dict[str, Any] | None:
        """A channel by id or #name; a user's id is the direct conversation with them."""
        if channel_id.startswith("#"):
            row = self.row("SELECT body FROM channels WHERE name = ?", channel_id[1:])
        else:
            row = self.row("SELECT body FROM channels WHERE id = ?", channel_id)
        if row:
            found: dict[str, Any] = json.loads(row["body"])
            return found
        person = self.user(channel_id if channel_id[:1] in "UW" else f"U{channel_id[1:]}")
        return _direct(person) if person and channel_id[:1] in "UWD" else None


def _user(given: dict[str, Any]) -> dict[str, Any]:
    name = given.get("name") or given["id"].lower()
    real = given.get("real_name") or name
    profile = {
        "real_name": real,
        "display_name": given.get("display_name", name),
        "team": given.get("team_id", TEAM_ID),
    }
    if given.get("email"):
        profile["email"] = given["email"]
    return {
        "id": given["id"],
        "team_id": given.get("team_id", TEAM_ID),
        "name": name,
        "real_name": real,
        "deleted": given.get("deleted", False),
        "tz": given.get("tz", "Europe/Madrid"),
        "locale": given.get("locale", "en-US"),
        "is_bot": given.get("is_bot", False),
        "is_admin": given.get("is_admin", False),
        "is_restricted": given.get("is_restricted", False),
        "is_stranger": given.get("is_stranger", False),
        "profile": profile,
        "updated": 1,
    }


def _channel(given: dict[str, Any]) -> dict[str, Any]:
    private = given.get("is_private", False)
    return {
        "id": given["id"],
        "name": given.get("name") or given["id"].lower(),
        "is_channel": not private,
        "is_group": private,
        "is_im": False,
        "is_private": private,
        "is_archived": given.get("is_archived", False),
        "is_general": given.get("is_general", False),
        "is_member": given.get("is_member", True),
        "is_ext_shared": given.get("is_ext_shared", False),
        "is_shared": given.get("is_ext_shared", False),
        "connected_team_ids": given.get("connected_team_ids", []),
        "context_team_id": TEAM_ID,
        "created": 1,
        "creator": BOT_USER,
        "members": [*given.get("members", []), *([BOT_USER] if given.get("is_member", True) else [])],
    }


def _direct(person: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": f"D{person['id'][1:]}",
        "name": "",
        "is_im": True,
        "is_channel": False,
        "is_group": False,
        "is_private": True,
        "is_archived": False,
        "is_member": True,
        "user": person["id"],
        "members": [person["id"], BOT_USER],
    }
