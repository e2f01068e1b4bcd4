"""What hangs on an issue: comments, and properties that apps keep there."""

import json
import re
import sqlite3
from typing import Any

from bot.sandbox.tracker import issues
from bot.sandbox.tracker.board import JiraError, comment, now
from bot.sandbox.tracker.hooks import comment_told
from bot.sandbox.tracker.rest.call import Answer, Call, as_object, count_of
from bot.sandbox.tracker.rich_text import is_document


def comments(call: Call) -> Answer:
    """GET /issue/{key}/comment."""
    row = call.board.issue(call.path["issue"])
    found = call.board.rows("SELECT * FROM comments WHERE issue = ? ORDER BY id", row["id"])
    if call.query.get("orderBy", "").startswith("-"):
        found.reverse()
    start, most = count_of(call, "startAt", 0), count_of(call, "maxResults", 50)
    listed = [comment(call.board, one, row, call.site) for one in found[start : start + most]]
    return 200, {"startAt": start, "maxResults": most, "total": len(found), "comments": listed}


def add_comment(call: Call) -> Answer:
    """POST /issue/{key}/comment."""
    return 201, keep_comment(call, call.board.issue(call.path["issue"])["key"], as_object(call.body))


def read_comment(call: Call) -> Answer:
    """GET /issue/{key}/comment/{id}."""
    row, found = _comment(call)
    return 200, comment(call.board, found, row, call.site)


def edit_comment(call: Call) -> Answer:
    """PUT /issue/{key}/comment/{id}."""
    row, found = _comment(call)
    body = _document(as_object(call.body))
    call.board.db.execute(
        "UPDATE comments SET body = ?, editor = ?, updated = ? WHERE id = ?",
        (json.dumps(body), call.by, now(), found["id"]),
    )
    row, found = _comment(call)
    call.told("comment_updated", row["key"], comment=comment_told(call.board, found, row, call.site))
    return 200, comment(call.board, found, row, call.site)


def delete_comment(call: Call) -> Answer:
    """DELETE /issue/{key}/comment/{id}."""
    row, found = _comment(call)
    call.told("comment_deleted", row["key"], comment=comment_told(call.board, found, row, call.site))
    call.board.db.execute("DELETE FROM comments WHERE id = ?", (found["id"],))
    return 204, None


def property_keys(call: Call) -> Answer:
    """GET /issue/{key}/properties."""
    row = call.board.issue(call.path["issue"])
    place = f"{call.site}/rest/api/3/issue/{row['id']}/properties"
    kept = issues.properties_of(call.board, row)
    return 200, {"keys": [{"self": f"{place}/{one['name']}", "key": one["name"]} for one in kept]}


def read_property(call: Call) -> Answer:
    """GET /issue/{key}/properties/{name}."""
    kept = {one["name"]: one["value"] for one in issues.properties_of(call.board, call.board.issue(call.path["issue"]))}
    name = call.path["name"]
    if name not in kept:
        raise JiraError(404, f"The property with key '{name}' does not exist.")
    return 200, {"key": name, "value": json.loads(kept[name])}


def set_property(call: Call) -> Answer:
    """PUT /issue/{key}/properties/{name}."""
    new = issues.keep_property(call.board, call.board.issue(call.path["issue"]), call.path["name"], call.body)
    return (201 if new else 200), None


def delete_property(call: Call) -> Answer:
    """DELETE /issue/{key}/properties/{name}."""
    read_property(call)
    row = call.board.issue(call.path["issue"])
    call.board.db.execute("DELETE FROM properties WHERE issue = ? AND name = ?", (row["id"], call.path["name"]))
    return 204, None


def keep_comment(call: Call, key: str, given: dict[str, Any]) -> dict[str, Any]:
    """Keep a comment of whoever asks and tell webhooks; gives it as shown."""
    row, body, at = call.board.issue(key), _document(given), now()
    kept = call.board.db.execute(
        "INSERT INTO comments (issue, author, editor, body, created, updated) VALUES (?, ?, ?, ?, ?, ?)",
        (row["id"], call.by, call.by, json.dumps(body, ensure_ascii=False), at, at),
    )
    found = call.board.row("SELECT * FROM comments WHERE id = ?", kept.lastrowid)
    assert found is not None
    call.told("comment_created", key, comment=comment_told(call.board, found, row, call.site))
    return comment(call.board, found, row, call.site)


def _comment(call: Call) -> tuple[sqlite3.Row, sqlite3.Row]:
    row, number = call.board.issue(call.path["issue"]), call.path["comment"]
    found = call.board.row("SELECT * FROM comments WHERE issue = ? AND CAST(id AS TEXT) = ?", row["id"], number)
    if found is None:
        raise JiraError(404, f"Can not find a comment for the id: {number}.")
    return row, found


def _document(given: dict[str, Any]) -> Any:
    if not is_document(given.get("body")):
        raise JiraError(400, comment="Comment body is not valid!")
    return given["body"]


def attach(call: Call) -> Answer:
    """POST /issue/{key}/attachments."""
    row = call.board.issue(call.path["issue"])
    kept = json.loads(row["fields"])
    edge = re.escape(str(call.body).partition("\r\n")[0])
    sent = re.findall(rf'filename="([^"]*)".*?\r\n\r\n(.*?)\r\n{edge}', str(call.body), re.DOTALL)
    made = [
        {
            "filename": name.encode("latin-1").decode(),
            "size": len(file),
            "author": call.by,
            "created": now(),
            "content": file,
        }
        for name, file in sent
    ]
    kept["attachments"] = [*kept.get("attachments", []), *made]
    call.board.db.execute(
        "UPDATE issues SET fields = ? WHERE id = ?", (json.dumps(kept, ensure_ascii=False), row["id"])
    )
    number = str(row["id"] * 100 + len(kept["attachments"]))
    return 200, [{"id": number, "self": f"{call.site}/rest/api/3/attachment/{number}", "filename": "file", "size": 1}]


def attached(call: Call) -> tuple[int, bytes]:
    """GET /attachment/content/{id}: the file, at once where `redirect=false`, which is how we ask."""
    issue, at = divmod(int(call.path["file"]), 100)
    row = call.board.row("SELECT * FROM issues WHERE id = ?", issue)
    kept = json.loads(row["fields"]).get("attachments", []) if row else []
    if not 0 < at <= len(kept):
        raise JiraError(404, f"The attachment with id '{call.path['file']}' does not exist")
    return 200, str(kept[at - 1]["content"]).encode("latin-1")
