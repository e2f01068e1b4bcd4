"""What can be asked about the site itself: who I am, projects, what a new issue needs, versions."""

import json
from typing import Any

from bot.sandbox.tracker.board import PRIORITIES, TYPES, JiraError, issue_type, now, person, status, version
from bot.sandbox.tracker.board import STATUSES as STATES
from bot.sandbox.tracker.rest.call import Answer, Call, as_object, count_of

_FIELDS = {
    "summary": ("Summary", True, "string", ["set"]),
    "issuetype": ("Issue Type", True, "issuetype", []),
    "project": ("Project", True, "project", ["set"]),
    "description": ("Description", False, "string", ["set"]),
    "environment": ("Environment", False, "string", ["set"]),
    "labels": ("Labels", False, "array", ["add", "set", "remove"]),
    "priority": ("Priority", False, "priority", ["set"]),
    "assignee": ("Assignee", False, "user", ["set"]),
    "fixVersions": ("Fix versions", False, "array", ["set", "add", "remove"]),
    "duedate": ("Due date", False, "date", ["set"]),
}


def myself(call: Call) -> Answer:
    """GET /myself."""
    return 200, person(call.board, call.by, call.site)


def server(call: Call) -> Answer:
    """GET /serverInfo."""
    return 200, {
        "baseUrl": call.site, "version": "1001.0.0-SNAPSHOT", "versionNumbers": [1001, 0, 0], "buildNumber": 100_000,
        "deploymentType": "Cloud", "serverTitle": "Jira", "serverTime": now(),
    }  # fmt: skip


def permissions(call: Call) -> Answer:
    """GET /mypermissions: all of them."""
    asked = [name for name in str(call.query.get("permissions", "")).split(",") if name]
    if not asked:
        raise JiraError(400, "The 'permissions' query parameter is required.")
    return 200, {
        "permissions": {name: {"id": "1", "key": name, "name": name, "havePermission": True} for name in asked}
    }


def projects(call: Call) -> Answer:
    """GET /project/search."""
    listed = [_project(call, one) for one in call.board.projects()]
    return 200, {"maxResults": 50, "startAt": 0, "total": len(listed), "isLast": True, "values": listed}


def project(call: Call) -> Answer:
    """GET /project/{key}."""
    kinds = [issue_type(number, call.site) for number in TYPES]
    return 200, {**_project(call, call.board.project(call.path["project"])), "issueTypes": kinds}


def statuses(call: Call) -> Answer:
    """GET /project/{key}/statuses."""
    call.board.project(call.path["project"])
    states = [status(number, call.site) for number in STATES]
    kinds = [issue_type(number, call.site) for number in TYPES]
    named = [{part: kind[part] for part in ("self", "id", "name", "subtask")} for kind in kinds]
    return 200, [{**kind, "statuses": states} for kind in named]


def create_meta(call: Call) -> Answer:
    """GET /issue/createmeta."""
    asked = str(call.query.get("projectKeys") or "")
    shown = {name: _field(call, name) for name in _FIELDS}
    fields = {"fields": {name: {part: one[part] for part in one if part != "fieldId"} for name, one in shown.items()}}
    more = fields if "fields" in str(call.query.get("expand")) else {}
    kinds = [{**issue_type(number, call.site), **more} for number in TYPES]
    chosen = [one for one in call.board.projects() if not asked or one["key"] in asked.split(",")]
    return 200, {"expand": "projects", "projects": [{**_project(call, one), "issuetypes": kinds} for one in chosen]}


def create_types(call: Call) -> Answer:
    """GET /issue/createmeta/{project}/issuetypes."""
    call.board.project(call.path["project"])
    kinds = [issue_type(number, call.site) for number in TYPES]
    start, most = count_of(call, "startAt", 0), count_of(call, "maxResults", 50)
    return 200, {"startAt": start, "maxResults": most, "total": len(kinds), "issueTypes": kinds[start : start + most]}


def create_fields(call: Call) -> Answer:
    """GET /issue/createmeta/{project}/issuetypes/{type}."""
    call.board.project(call.path["project"])
    if call.path["type"] not in TYPES:
        raise JiraError(404, f"Issue type with id '{call.path['type']}' does not exist.")
    fields = [_field(call, name) for name in _FIELDS]
    if required := call.board.setting("required_field", None):
        fields.append(_custom(required))
    return 200, {"startAt": 0, "maxResults": 50, "total": len(fields), "fields": fields}


def create_version(call: Call) -> Answer:
    """POST /version."""
    given = as_object(call.body)
    home = call.board.project(str(given.get("projectId") or given.get("project") or ""))
    if not given.get("name"):
        raise JiraError(400, name="You must specify a valid version name")
    body = {
        "name": given["name"], "description": given.get("description", ""), "archived": False,
        "released": bool(given.get("released", False)), "projectId": int(home["id"]),
    }  # fmt: skip
    kept = call.board.db.execute(
        "INSERT INTO versions (project, name, body) VALUES (?, ?, ?)", (home["id"], given["name"], json.dumps(body))
    )
    return 201, version(call.board, int(kept.lastrowid or 0), call.site)


def edit_version(call: Call) -> Answer:
    """PUT /version/{id}, to release it, for instance."""
    number = int(call.path["version"]) if call.path["version"].isdigit() else -1
    known = version(call.board, number, call.site)
    allowed = ("name", "description", "archived", "released", "releaseDate")
    body = {name: value for name, value in known.items() if name not in ("self", "id")}
    body |= {name: value for name, value in as_object(call.body).items() if name in allowed}
    call.board.db.execute(
        "UPDATE versions SET name = ?, body = ? WHERE id = ?", (body["name"], json.dumps(body), number)
    )
    return 200, version(call.board, number, call.site)


def read_version(call: Call) -> Answer:
    """GET /version/{id}."""
    return 200, version(call.board, int(call.path["version"]) if call.path["version"].isdigit() else -1, call.site)


def _custom(name: str) -> dict[str, Any]:
    """A field of the customer's own that a new issue needs."""
    chosen = [{"id": "10100", "value": "Blue"}, {"id": "10101", "value": "Red"}]
    schema = {"type": "option", "custom": "com.atlassian.jira.plugin.system.customfieldtypes:select", "customId": 10010}
    return {
        "fieldId": "customfield_10010", "key": "customfield_10010", "name": name, "required": True,
        "hasDefaultValue": False, "operations": ["set"], "schema": schema, "allowedValues": chosen,
    }  # fmt: skip


def _project(call: Call, one: dict[str, str]) -> dict[str, Any]:
    return {"self": f"{call.site}/rest/api/3/project/{one['id']}", **one}


def _field(call: Call, name: str) -> dict[str, Any]:
    title, required, kind, operations = _FIELDS[name]
    items = {"items": "string" if name == "labels" else "version"} if kind == "array" else {}
    values: dict[str, Any] = {}
    if name == "priority":
        values = {"allowedValues": [{"id": number, "name": word} for number, word in PRIORITIES.items()]}
    elif name == "issuetype":
        values = {"allowedValues": [issue_type(number, call.site) for number in TYPES]}
    return {
        "fieldId": name, "key": name, "name": title, "required": required, "hasDefaultValue": name == "priority",
        "operations": operations, "schema": {"type": kind, "system": name, **items}, **values,
    }  # fmt: skip
