"""Linear's GraphQL API, as far as issues go: what is asked is known by the operation's name, and answered whole."""

import json
from typing import Any
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.boards.shelf import PEOPLE, Comment, Issue, Shelf, iso
from bot.sandbox.faults import json_error

STATES = {
    "Todo": "unstarted",
    "In Progress": "started",
    "Done": "completed",
    "Canceled": "canceled",
    "Duplicate": "duplicate",
}
TEAMS = {"ENG": "team-1", "OPS": "team-2"}


def explain(status: int) -> Response:
    """How Linear words a call that fails by its status alone."""
    kinds = {401: "AUTHENTICATION_ERROR", 429: "RATELIMITED", 403: "FORBIDDEN"}
    error = {"message": f"It fails with {status}.", "extensions": {"code": kinds.get(status, "INTERNAL_SERVER_ERROR")}}
    return json_error(status, {"errors": [error]})


def _refused(message: str, code: str, status: int = 200) -> Response:
    return json_error(status, {"errors": [{"message": message, "extensions": {"code": code}}], "data": None})


def _issue(one: Issue) -> dict[str, Any]:
    return {
        "id": one.id, "identifier": f"{one.place}-{one.number}", "url": f"https://linear.example/{one.place}-{one.number}",
        "title": one.title, "description": one.text, "dueDate": one.extra.get("due"), "updatedAt": iso(one.changed_at),
        "trashed": one.gone or None, "archivedAt": None, "state": {"name": one.state, "type": STATES[one.state]},
        "assignee": None, "projectMilestone": None, "labels": {"nodes": []},
    }  # fmt: skip


def _comment(one: Comment) -> dict[str, Any]:
    login = next(name for number, name in PEOPLE.values() if number == one.author)
    user = {"id": f"user-{one.author}", "displayName": login}
    return {"id": one.id, "body": one.text, "createdAt": iso(one.at), "updatedAt": iso(one.changed_at), "user": user}


async def answer(request: Request) -> Response:
    """Every call."""
    shelf: Shelf = request.app.state.shelf
    if request.method == "PUT":
        shelf.uploads[request.url.path] = await request.body()
        return Response(status_code=200)
    known = PEOPLE.get(request.headers.get("authorization", ""))
    if known is None:
        return _refused("Authentication required, not authenticated", "AUTHENTICATION_ERROR", 401)
    if request.method == "GET":
        kept = shelf.uploads.get(request.url.path)
        return Response(status_code=404) if kept is None else Response(kept, media_type="application/octet-stream")
    asked = json.loads(await request.body())
    return _done(shelf, known[0], asked["operationName"], asked["variables"], str(request.base_url))


def _done(shelf: Shelf, me: int, name: str, given: dict[str, Any], site: str) -> Response:
    page = {"hasNextPage": False, "endCursor": None}
    if name == "Viewer":
        login = next(login for number, login in PEOPLE.values() if number == me)
        return _data(viewer={"id": f"user-{me}", "name": login})
    if name == "Teams":
        teams = [{"id": number, "key": key, "name": key} for key, number in TEAMS.items() if key == given["key"]]
        return _data(teams={"nodes": teams})
    if name == "Find":
        return _data(issues={"nodes": [_issue(one) for one in shelf.issues if one.id == given["id"]]})
    if name == "Changed":
        found = sorted(shelf.issues, key=lambda one: one.changed_at, reverse=True)
        return _data(
            issues={"nodes": [_issue(one) for one in found if TEAMS[one.place] == given["team"]], "pageInfo": page}
        )
    if name == "File":
        return _filed(shelf, me, given["input"])
    if name == "Upload":
        place = f"{site}upload/{uuid4()}"
        room = {"uploadUrl": place, "assetUrl": place, "headers": []}
        return _data(fileUpload={"success": True, "uploadFile": room})
    if name in ("Known", "EditComment", "RemoveComment"):
        return _of_comment(shelf, name, given)
    return _of_issue(shelf, me, name, given, page)


def _filed(shelf: Shelf, me: int, wanted: dict[str, Any]) -> Response:
    if any(one.id == wanted["id"] for one in shelf.issues):
        return _refused("Entity with this id exists already.", "INVALID_INPUT", 400)
    if not wanted.get("title"):
        return _refused("title must not be empty", "INVALID_INPUT", 400)
    team = next(key for key, number in TEAMS.items() if number == wanted["teamId"])
    made = shelf.make(team, wanted["title"], wanted["description"], me, id=wanted["id"], state="Todo")
    return _data(issueCreate={"success": True, "issue": _issue(made)})


def _of_comment(shelf: Shelf, name: str, given: dict[str, Any]) -> Response:
    found = shelf.comment(given["id"])
    if found is None:
        return _refused("Entity not found: Comment", "INPUT_ERROR", 400)
    issue, said = found
    if name == "EditComment":
        said.text, said.changed_at = given["body"], shelf.now()
    elif name == "RemoveComment":
        issue.comments.remove(said)
    return _data(comment={"id": said.id})


def _of_issue(shelf: Shelf, me: int, name: str, given: dict[str, Any], page: dict[str, Any]) -> Response:
    wanted = given.get("id") or given["input"]["issueId"]
    known = [one for one in shelf.issues if wanted in (one.id, f"{one.place}-{one.number}", *one.moved_from)]
    if not known:
        return _refused("Entity not found: Issue", "INPUT_ERROR", 400)
    one = known[0]
    if name == "Read":
        return _data(
            issue={
                **_issue(one),
                "comments": {"nodes": [_comment(c) for c in one.comments], "pageInfo": page},
                "attachments": {"nodes": one.extra.get("attachments", [])},
            }
        )
    put = given["input"]
    if name == "Comment":
        said = shelf.say(one, me, put["body"], put.get("id") or str(uuid4()))
        return _data(commentCreate={"success": True, "comment": {"id": said.id}})
    if name == "Enclose":
        return _data(attachmentCreate={"success": True, "attachment": {"id": _enclosed(shelf, one, me, put)}})
    one.title, one.text, one.state = (
        put.get("title", one.title),
        put.get("description", one.text),
        put.get("state", one.state),
    )
    one.gone = put.get("trashed", one.gone)
    if "team" in put:
        one.moved_from.append(f"{one.place}-{one.number}")
        one.place, one.number = put["team"], 1
    one.changed_at = shelf.now()
    return _data(issueUpdate={"success": True})


def _enclosed(shelf: Shelf, issue: Issue, me: int, put: dict[str, Any]) -> str:
    login = next(login for number, login in PEOPLE.values() if number == me)
    issue.changed_at = shelf.now()
    made = {
        "id": put.get("id") or str(uuid4()), "title": put["title"], "url": put["url"], "sourceType": put.get("sourceType"),
        "createdAt": iso(issue.changed_at), "creator": {"id": f"user-{me}", "displayName": login},
    }  # fmt: skip
    issue.files.append(put["title"])
    issue.extra.setdefault("attachments", []).append(made)
    return str(made["id"])


def _data(**data: Any) -> Response:
    return JSONResponse({"data": data})


ROUTES = [Route("/{path:path}", answer, methods=["POST", "PUT"])]
