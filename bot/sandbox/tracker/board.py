"""What the Jira site remembers, and how it shows issues, people, states and versions."""

import hashlib
import json
import sqlite3
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.sandbox.ledger import Ledger
from bot.sandbox.tracker.rich_text import plain

API_TOKEN, EMAIL = "sandbox-api-token", "earshot@example.com"
PROJECTS = [{"id": "10000", "key": "PROD", "name": "Product"}]
TYPES = {"10001": "Story", "10002": "Task", "10004": "Bug"}
PRIORITIES = {"1": "Highest", "2": "High", "3": "Medium", "4": "Low", "5": "Lowest"}
RESOLUTIONS = {"10000": "Done", "10001": "Won't Do", "10002": "Duplicate", "10003": "Cannot Reproduce"}
STATUSES = {
    "10000": ("To Do", 2, "new", "blue-gray", "To Do"),
    "3": ("In Progress", 4, "indeterminate", "yellow", "In Progress"),
    "10001": ("In Review", 4, "indeterminate", "yellow", "In Progress"),
    "10002": ("Done", 3, "done", "green", "Done"),
}
TRANSITIONS = {
    "11": ("To Do", "10000"),
    "21": ("In Progress", "3"),
    "31": ("In Review", "10001"),
    "41": ("Done", "10002"),
}

_TABLES = """
CREATE TABLE IF NOT EXISTS issues (
    id INTEGER PRIMARY KEY, key TEXT UNIQUE NOT NULL, at REAL NOT NULL, fields TEXT NOT NULL, history TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS deleted (id INTEGER PRIMARY KEY, key TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS comments (
    id INTEGER PRIMARY KEY AUTOINCREMENT, issue INTEGER NOT NULL, author TEXT NOT NULL, editor TEXT NOT NULL, body TEXT NOT NULL,
    created TEXT NOT NULL, updated TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS properties (issue INTEGER, name TEXT, value TEXT NOT NULL, PRIMARY KEY (issue, name));
CREATE TABLE IF NOT EXISTS versions (id INTEGER PRIMARY KEY, project TEXT, name TEXT, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS people (account TEXT PRIMARY KEY, email TEXT NOT NULL, name TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS hooks (id INTEGER PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY, hook INTEGER NOT NULL, identifier TEXT NOT NULL, event TEXT NOT NULL, body TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, status INTEGER, done INTEGER NOT NULL DEFAULT 0, at REAL NOT NULL
);
"""


class JiraError(Exception):
    """A refusal: general `messages`, or what is wrong with which field."""

    def __init__(self, status: int, *messages: str, **errors: str) -> None:
        super().__init__(status, *messages)
        self.status, self.messages, self.errors = status, list(messages), errors


class Board(Ledger):
    """One Jira Cloud site."""

    def __init__(self, state: Path | None) -> None:
        super().__init__(state, _TABLES)

    def issue(self, name: str) -> sqlite3.Row:
        """An issue by key or id."""
        row = self.row(
            "SELECT * FROM issues WHERE key = ? OR id = ?", name.upper(), int(name) if name.isdigit() else -1
        )
        if row is None:
            moved = [
                one
                for one in self.rows("SELECT * FROM issues")
                if name.upper() in json.loads(one["fields"]).get("was", [])
            ]
            row = moved[0] if moved else None
        if row is None:
            raise JiraError(404, "Issue does not exist or you do not have permission to see it.")
        return row

    def projects(self) -> list[dict[str, str]]:
        """Every project: id, key, name."""
        found: list[dict[str, str]] = self.setting("projects", PROJECTS)
        return found

    def project(self, name: str) -> dict[str, str]:
        """A project by key or id."""
        for one in self.projects():
            if name in (one["id"], one["key"]):
                return one
        raise JiraError(404, f"No project could be found with key '{name}'.")

    def person(self, email: str) -> str:
        """The account id of who signs in with `email`; met for the first time, they are remembered."""
        account = f"5c{hashlib.sha256(email.lower().encode()).hexdigest()[:22]}"
        name = email.split("@")[0].replace(".", " ").title()
        self.db.execute("INSERT OR IGNORE INTO people VALUES (?, ?, ?)", (account, email, name))
        return account


def now() -> str:
    """The time as Jira writes it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+0000"


def person(board: Board, account: str | None, site: str) -> dict[str, Any] | None:
    """Somebody, as shown in answers."""
    row = board.row("SELECT * FROM people WHERE account = ?", account)
    if row is None:
        return None
    sizes = ("48x48", "24x24", "16x16", "32x32")
    return {
        "self": f"{site}/rest/api/3/user?accountId={account}", "accountId": account, "accountType": "atlassian",
        "emailAddress": row["email"], "displayName": row["name"], "active": True, "timeZone": "Europe/Madrid",
        "avatarUrls": dict.fromkeys(sizes, f"{site}/avatar/{account}"),
    }  # fmt: skip


def status(number: str, site: str) -> dict[str, Any]:
    """A state of the workflow."""
    name, category, key, colour, heading = STATUSES[number]
    place = f"{site}/rest/api/3/statuscategory/{category}"
    return {
        "self": f"{site}/rest/api/3/status/{number}", "id": number, "name": name, "description": "", "iconUrl": f"{site}/",
        "statusCategory": {"self": place, "id": category, "key": key, "colorName": colour, "name": heading},
    }  # fmt: skip


def issue_type(number: str, site: str) -> dict[str, Any]:
    """A kind of issue."""
    place = f"{site}/rest/api/3/issuetype/{number}"
    return {
        "self": place,
        "id": number,
        "name": TYPES[number],
        "description": "",
        "iconUrl": f"{site}/",
        "subtask": False,
    }


def shown_fields(board: Board, row: sqlite3.Row, site: str) -> dict[str, Any]:
    """All fields of an issue, as REST v3 shows them."""
    kept = json.loads(row["fields"])
    project = board.project(kept["project"])
    comments = board.rows("SELECT * FROM comments WHERE issue = ? ORDER BY id", row["id"])
    place = f"{site}/rest/api/3"
    return {
        "summary": kept["summary"],
        "description": kept["description"],
        "environment": kept.get("environment"),
        "labels": kept["labels"],
        "project": {"self": f"{place}/project/{project['id']}", **project, "projectTypeKey": "software"},
        "issuetype": issue_type(kept["issuetype"], site),
        "status": status(kept["status"], site),
        "priority": _named(f"{place}/priority", kept["priority"], PRIORITIES),
        "resolution": _named(f"{place}/resolution", kept["resolution"], RESOLUTIONS) if kept["resolution"] else None,
        "resolutiondate": kept["resolutiondate"],
        "created": kept["created"],
        "updated": kept["updated"],
        "duedate": kept.get("duedate"),
        "reporter": person(board, kept["reporter"], site),
        "creator": person(board, kept["creator"], site),
        "assignee": person(board, kept.get("assignee"), site),
        "fixVersions": [version(board, number, site) for number in kept["fixVersions"]],
        "attachment": [
            {
                "self": f"{place}/attachment/{row['id'] * 100 + at}", "id": str(row["id"] * 100 + at), "size": one["size"],
                "filename": one["filename"], "created": one["created"], "author": person(board, one["author"], site),
                "mimeType": "application/octet-stream", "content": f"{place}/attachment/content/{row['id'] * 100 + at}",
            }
            for at, one in enumerate(kept.get("attachments", []), 1)
        ],
        "versions": [],
        "components": [],
        "comment": {
            "comments": [comment(board, one, row, site) for one in comments],
            "self": f"{place}/issue/{row['id']}/comment", "maxResults": len(comments), "total": len(comments), "startAt": 0,
        },
    }  # fmt: skip


def comment(board: Board, row: sqlite3.Row, issue: sqlite3.Row, site: str) -> dict[str, Any]:
    """A comment, as REST v3 shows it."""
    return {
        "self": f"{site}/rest/api/3/issue/{issue['id']}/comment/{row['id']}", "id": str(row["id"]),
        "author": person(board, row["author"], site), "updateAuthor": person(board, row["editor"], site),
        "body": json.loads(row["body"]), "created": row["created"], "updated": row["updated"], "jsdPublic": True,
    }  # fmt: skip


def version(board: Board, number: int, site: str) -> dict[str, Any]:
    """A version (release) of a project."""
    row = board.row("SELECT * FROM versions WHERE id = ?", number)
    if row is None:
        raise JiraError(404, f"Could not find version for id '{number}'")
    return {"self": f"{site}/rest/api/3/version/{number}", "id": str(number), **json.loads(row["body"])}


def words_of(board: Board, row: sqlite3.Row) -> str:
    """Everything that a text search looks at."""
    kept = json.loads(row["fields"])
    said = board.rows("SELECT body FROM comments WHERE issue = ?", row["id"])
    return "\n".join([kept["summary"], plain(kept["description"]), *(plain(json.loads(one["body"])) for one in said)])


def age(row: sqlite3.Row) -> float:
    """Seconds since the issue was made."""
    return float(time.time() - row["at"])


def _named(place: str, number: str, names: dict[str, str]) -> dict[str, Any]:
    return {"self": f"{place}/{number}", "id": number, "name": names[number]}
