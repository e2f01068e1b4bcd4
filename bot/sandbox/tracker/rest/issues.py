"""/issue: made, read, changed, moved, deleted."""

from bot.sandbox.tracker import issues
from bot.sandbox.tracker.rest.call import Answer, Call, as_object
from bot.sandbox.tracker.rest.comments import keep_comment


def create(call: Call) -> Answer:
    """POST /issue."""
    row = issues.create(call.board, as_object(call.body), call.by)
    call.told("jira:issue_created", row["key"], issue_event_type_name="issue_created")
    return 201, {"id": str(row["id"]), "key": row["key"], "self": f"{call.site}/rest/api/3/issue/{row['id']}"}


def read(call: Call) -> Answer:
    """GET /issue/{key}."""
    row = call.board.issue(call.path["issue"])
    return 200, issues.shown(
        call.board, row, call.site, call.query.get("fields", "*all"), call.query.get("properties", "")
    )


def edit(call: Call) -> Answer:
    """PUT /issue/{key}."""
    row, body = call.board.issue(call.path["issue"]), as_object(call.body)
    for operation in (body.get("update") or {}).get("comment") or []:
        keep_comment(call, row["key"], as_object(operation.get("add")))
    call.changed(row["key"], issues.edit(call.board, row, body, call.by), "issue_updated")
    if call.query.get("returnIssue") == "true":
        return 200, issues.shown(call.board, call.board.issue(row["key"]), call.site)
    return 204, None


def delete(call: Call) -> Answer:
    """DELETE /issue/{key}."""
    row = call.board.issue(call.path["issue"])
    call.told("jira:issue_deleted", row["key"])
    for table in ("comments", "properties"):
        call.board.db.execute(f"DELETE FROM {table} WHERE issue = ?", (row["id"],))  # noqa: S608 names are ours
    call.board.db.execute("INSERT INTO deleted (id, key) VALUES (?, ?)", (row["id"], row["key"]))
    call.board.db.execute("DELETE FROM issues WHERE id = ?", (row["id"],))
    return 204, None


def transitions(call: Call) -> Answer:
    """GET /issue/{key}/transitions."""
    call.board.issue(call.path["issue"])
    return 200, {"expand": "transitions", "transitions": issues.transitions(call.site)}


def move(call: Call) -> Answer:
    """POST /issue/{key}/transitions."""
    row, body = call.board.issue(call.path["issue"]), as_object(call.body)
    for operation in (body.get("update") or {}).get("comment") or []:
        keep_comment(call, row["key"], as_object(operation.get("add")))
    call.changed(row["key"], issues.move(call.board, row, body, call.by), "issue_generic")
    return 204, None
