"""Issues: made, read, changed, moved along the workflow, deleted; checked as Jira checks them."""

import json
import sqlite3
import time
from collections.abc import Mapping
from typing import Any

from bot.sandbox.tracker.board import (
    PRIORITIES,
    RESOLUTIONS,
    STATUSES,
    TRANSITIONS,
    TYPES,
    Board,
    JiraError,
    now,
    shown_fields,
    status,
    version,
)
from bot.sandbox.tracker.fields import UNKNOWN, checked_fields, number_of, operated, reference
from bot.sandbox.tracker.rich_text import plain

Changes = list[dict[str, Any]]


def create(board: Board, given: Mapping[str, Any], by: str) -> sqlite3.Row:
    """Make an issue of a request's body. Raises JiraError with everything that is wrong with its fields."""
    fields = given.get("fields")
    if not isinstance(fields, dict):
        raise JiraError(400, "Unrecognized request: 'fields' is required.")
    errors = {}
    try:
        project = board.project(reference(fields.get("project")))
    except JiraError:
        errors["project"] = "valid project is required"
    if number_of(TYPES, fields.get("issuetype")) is None:
        errors["issuetype"] = "Specify a valid issue type"
    if not str(fields.get("summary") or "").strip():
        errors["summary"] = "You must specify a summary of the issue."
    if (required := board.setting("required_field", None)) and not fields.get("customfield_10010"):
        errors["customfield_10010"] = f"{required} is required."
    checked, more = checked_fields(
        board, {name: value for name, value in fields.items() if name not in ("project", "issuetype")}
    )
    if errors := {**more, **errors}:
        raise JiraError(400, **errors)
    made = now()
    kept = {
        "description": None, "labels": [], "priority": "3", "fixVersions": [], "reporter": by, **checked,
        "project": project["id"], "issuetype": number_of(TYPES, fields["issuetype"]), "status": "10000",
        "resolution": None, "resolutiondate": None, "creator": by, "created": made, "updated": made,
    }  # fmt: skip
    last = board.row("SELECT MAX(CAST(substr(key, ?) AS INTEGER)) AS n FROM "
                     "(SELECT key FROM issues UNION ALL SELECT key FROM deleted) WHERE key LIKE ?",
                     len(project["key"]) + 2, f"{project['key']}-%")  # fmt: skip
    key = f"{project['key']}-{((last['n'] if last else None) or 0) + 1}"
    first = board.row(
        "SELECT COALESCE(MAX(id), 9999) + 1 AS id FROM (SELECT id FROM issues UNION ALL SELECT id FROM deleted)"
    )
    board.db.execute(
        "INSERT INTO issues (id, key, at, fields, history) VALUES (?, ?, ?, ?, '[]')",
        (first["id"] if first else 10000, key, time.time(), json.dumps(kept, ensure_ascii=False)),
    )
    row = board.issue(key)
    for entry in given.get("properties") or []:
        keep_property(board, row, str(entry["key"]), entry["value"])
    return row


def edit(board: Board, row: sqlite3.Row, given: Mapping[str, Any], by: str) -> Changes:
    """Change fields as PUT /issue says: `fields` sets them, `update` adds, removes and sets. Gives the changelog."""
    kept = json.loads(row["fields"])
    wanted = dict(given.get("fields") or {})
    for name, operations in (given.get("update") or {}).items():
        if name == "comment":
            continue
        if name in wanted:
            raise JiraError(400, **{name: f"Field '{name}' cannot appear in both 'fields' and 'update'"})
        wanted[name] = operated(name, kept.get(name), operations)
    checked, errors = checked_fields(board, wanted)
    if errors:
        raise JiraError(400, **errors)
    return _changed(board, row, kept, checked, by)


def move(board: Board, row: sqlite3.Row, given: Mapping[str, Any], by: str) -> Changes:
    """Carry out a transition. Done sets a resolution, leaving Done clears it. Gives the changelog."""
    number = reference(given.get("transition"))
    if number not in TRANSITIONS:
        raise JiraError(400, f"Transition id '{number}' is not valid for this issue.")
    target = TRANSITIONS[number][1]
    fields = dict(given.get("fields") or {})
    resolution = fields.pop("resolution", None)
    checked, errors = checked_fields(board, fields)
    if resolution is not None and (number_of(RESOLUTIONS, resolution) is None or target != "10002"):
        errors["resolution"] = UNKNOWN.format(name="resolution")
    if errors:
        raise JiraError(400, **errors)
    kept = json.loads(row["fields"])
    done = STATUSES[target][2] == "done"
    checked |= {
        "status": target,
        "resolution": (number_of(RESOLUTIONS, resolution) or "10000") if done else None,
        "resolutiondate": (kept["resolutiondate"] or now()) if done else None,
    }
    return _changed(board, row, kept, checked, by)


def transitions(site: str) -> list[dict[str, Any]]:
    """Every transition; from each state each other can be reached."""
    return [
        {
            "id": number, "name": name, "to": status(target, site), "hasScreen": False, "isGlobal": True,
            "isInitial": False, "isAvailable": True, "isConditional": False, "looped": False,
        }
        for number, (name, target) in TRANSITIONS.items()
    ]  # fmt: skip


def shown(board: Board, row: sqlite3.Row, site: str, fields: str = "*all", properties: str = "") -> dict[str, Any]:
    """An issue with the fields asked for: "*all", names separated by commas, "-name" to leave one out."""
    everything = shown_fields(board, row, site)
    names = [name.strip() for name in fields.split(",") if name.strip()] or ["*all"]
    chosen = {name for name in names if name in everything}
    if any(name in ("*all", "*navigable") for name in names) or all(name.startswith("-") for name in names):
        chosen = set(everything)
    chosen -= {name[1:] for name in names if name.startswith("-")}
    bean = {
        "expand": "names,schema",
        "id": str(row["id"]),
        "self": f"{site}/rest/api/3/issue/{row['id']}",
        "key": row["key"],
    }
    kept = {one["name"]: json.loads(one["value"]) for one in properties_of(board, row)}
    asked = set(kept) if properties == "*all" else set(properties.split(",")) & set(kept)
    shown_properties = {"properties": {name: kept[name] for name in sorted(asked)}} if properties else {}
    return {**bean, "fields": {name: everything[name] for name in everything if name in chosen}, **shown_properties}


def properties_of(board: Board, row: sqlite3.Row) -> list[sqlite3.Row]:
    """The properties that apps keep on an issue."""
    return board.rows("SELECT * FROM properties WHERE issue = ? ORDER BY name", row["id"])


def keep_property(board: Board, row: sqlite3.Row, name: str, value: Any) -> bool:
    """Set a property of an issue. True if it is new."""
    if len(name) > 255 or len(json.dumps(value)) > 32_768:
        raise JiraError(400, "The property key or value is too long.")
    new = board.row("SELECT 1 FROM properties WHERE issue = ? AND name = ?", row["id"], name) is None
    board.db.execute("INSERT OR REPLACE INTO properties VALUES (?, ?, ?)", (row["id"], name, json.dumps(value)))
    return new


def _changed(board: Board, row: sqlite3.Row, kept: dict[str, Any], checked: dict[str, Any], by: str) -> Changes:
    items = [
        {
            "field": name, "fieldtype": "jira", "fieldId": name, "from": _short(kept.get(name)),
            "fromString": _spoken(board, name, kept.get(name)), "to": _short(value),
            "toString": _spoken(board, name, value),
        }
        for name, value in checked.items()
        if value != kept.get(name) and name != "resolutiondate"
    ]  # fmt: skip
    if items:
        history = [*json.loads(row["history"]), {"by": by, "at": now(), "items": items}]
        board.db.execute(
            "UPDATE issues SET fields = ?, history = ? WHERE id = ?",
            (json.dumps({**kept, **checked, "updated": now()}, ensure_ascii=False), json.dumps(history), row["id"]),
        )
    return items


def _spoken(board: Board, name: str, value: Any) -> str | None:
    if value is None:
        return None
    names: dict[str, Mapping[str, str]] = {
        "status": {number: parts[0] for number, parts in STATUSES.items()}, "priority": PRIORITIES,
        "resolution": RESOLUTIONS, "issuetype": TYPES,
    }  # fmt: skip
    if name in names:
        return str(names[name].get(value, value))
    if name in ("assignee", "reporter"):
        row = board.row("SELECT name FROM people WHERE account = ?", value)
        return str(row["name"] if row else value)
    if name == "fixVersions":
        return " ".join(version(board, number, "")["name"] for number in value)
    if isinstance(value, list):
        return " ".join(map(str, value))
    return plain(value) if isinstance(value, dict) else str(value)


def _short(value: Any) -> str | None:
    return value if isinstance(value, str) else None
