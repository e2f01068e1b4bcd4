"""Redmine's REST API, as far as issues go."""

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.boards.shelf import PEOPLE, Comment, Issue, Shelf, iso
from bot.sandbox.faults import json_error

STATES = {
    "1": ("New", False),
    "2": ("In Progress", False),
    "3": ("Resolved", False),
    "5": ("Closed", True),
    "6": ("Rejected", True),
}
PROJECTS = {"prod": 1, "other": 2}


def explain(status: int) -> Response:
    """How Redmine words a call that fails by its status alone."""
    return Response(f"<h1>{status}</h1>", status, media_type="text/html")


def _issue(one: Issue, journals: bool = False) -> dict[str, Any]:
    name, closed = STATES[one.state]
    shown = {
        "id": one.id, "project": {"id": PROJECTS[one.place], "name": one.place.title()}, "tracker": {"id": 1, "name": "Bug"},
        "status": {"id": int(one.state), "name": name, "is_closed": closed}, "subject": one.title, "description": one.text,
        "done_ratio": 0, "created_on": iso(one.at, True), "updated_on": iso(one.changed_at, True), "due_date": one.extra.get("due"),
    }  # fmt: skip
    if not journals:
        return shown
    files = [
        {"id": int(number), "filename": name, "description": about, "content_url": f"http://redmine.example/{name}", "author": {"id": by, "name": "Kim"},
         "created_on": iso(one.changed_at, True)} for number, name, by, about in one.extra.get("files", [])
    ]  # fmt: skip
    return {**shown, "journals": [_journal(said) for said in one.comments], "attachments": files}


def _journal(said: Comment) -> dict[str, Any]:
    login = next(name for number, name in PEOPLE.values() if number == said.author)
    return {
        "id": said.id, "user": {"id": said.author, "name": login.title()}, "notes": said.text, "private_notes": False,
        "created_on": iso(said.at, True), "updated_on": iso(said.changed_at), "details": [],
    }  # fmt: skip


async def answer(request: Request) -> Response:
    """Every call."""
    shelf: Shelf = request.app.state.shelf
    known = PEOPLE.get(request.headers.get("x-redmine-api-key", ""))
    if known is None:
        return Response(status_code=401)
    path, raw = request.url.path.removesuffix(".json"), await request.body()
    if path == "/users/current":
        return JSONResponse({"user": {"id": known[0], "login": known[1]}})
    if path == "/issue_statuses":
        listed = [{"id": int(number), "name": name, "is_closed": end} for number, (name, end) in STATES.items()]
        return JSONResponse({"issue_statuses": listed})
    if path.startswith("/projects/"):
        name = path.split("/")[2]
        if name not in PROJECTS:
            return Response(status_code=404)
        project = {
            "id": PROJECTS[name],
            "identifier": name,
            "name": name.title(),
            "trackers": [{"id": 1, "name": "Bug"}],
        }
        wanted = [{"id": 9, "name": shelf.requires}] if shelf.requires else []
        return JSONResponse({"project": {**project, "issue_custom_fields": wanted}})
    if path == "/uploads":
        number = next(shelf.ids)
        shelf.uploads[str(number)] = raw
        return JSONResponse({"upload": {"id": number, "token": f"{number}.t"}}, 201)
    if path.startswith("/attachments/download/"):
        kept = shelf.uploads.get(path.split("/")[3])
        return Response(status_code=404) if kept is None else Response(kept, media_type="application/octet-stream")
    body = json.loads(raw or b"{}")
    if path == "/sandbox-requires":
        shelf.requires = body["name"]
        return JSONResponse({})
    if path == "/issues":
        return _made(shelf, known[0], body) if request.method == "POST" else _listed(shelf, request)
    if path.startswith("/journals/"):
        return _of_journal(shelf, path.split("/")[2], body)
    return _of_issue(shelf, path.split("/")[2], request.method, body, known[0])


def _made(shelf: Shelf, me: int, body: dict[str, Any]) -> Response:
    given = body.get("issue") or {}
    errors = [] if str(given.get("subject") or "").strip() else ["Subject cannot be blank"]
    filled = {str(one["id"]) for one in given.get("custom_fields") or [] if one.get("value")}
    if shelf.requires and "9" not in filled:
        errors.append(f"{shelf.requires} cannot be blank")
    if errors:
        return json_error(422, {"errors": errors})
    place = next(name for name, number in PROJECTS.items() if number == given["project_id"])
    made = shelf.make(place, given["subject"], given.get("description") or "", me, state="1")
    return JSONResponse({"issue": _issue(made)}, 201)


def _listed(shelf: Shelf, request: Request) -> Response:
    asked = request.query_params
    found = [one for one in shelf.issues if not one.gone]
    if "description" in asked:
        found = [one for one in found if asked["description"].removeprefix("~") in one.text]
    if "updated_on" in asked:
        found = [one for one in found if iso(one.changed_at, True) >= asked["updated_on"].removeprefix(">=")]
    found.sort(key=lambda one: one.changed_at if "updated_on" in asked.get("sort", "") else one.at, reverse="desc" in asked.get("sort", ""))  # fmt: skip
    start, size = int(asked.get("offset", 0)), int(asked.get("limit", 25))
    page = [_issue(one) for one in found[start : start + size]]
    return JSONResponse({"issues": page, "total_count": len(found), "offset": start, "limit": size})


def _of_issue(shelf: Shelf, name: str, method: str, body: dict[str, Any], me: int) -> Response:
    found = next((one for one in shelf.issues if str(one.id) == name and not one.gone), None)
    if found is None:
        return Response(status_code=404)
    if method == "DELETE":
        found.gone = True
        return Response(status_code=204)
    if method == "GET":
        return JSONResponse({"issue": _issue(found, journals=True)})
    given = body.get("issue") or {}
    if given.get("notes"):
        shelf.say(found, me, given["notes"])
    found.title, found.text = given.get("subject", found.title), given.get("description", found.text)
    found.state = str(given.get("status_id", found.state))
    sent = [
        (one["token"].partition(".")[0], one["filename"], me, one.get("description", ""))
        for one in given.get("uploads") or []
    ]
    found.extra["files"] = [*found.extra.get("files", []), *sent]
    if "project_id" in given:
        found.place = next(place for place, number in PROJECTS.items() if number == given["project_id"])
    found.changed_at = shelf.now()
    return Response(status_code=204)


def _of_journal(shelf: Shelf, name: str, body: dict[str, Any]) -> Response:
    found = shelf.comment(name)
    if found is None:
        return Response(status_code=404)
    issue, said = found
    said.text, said.changed_at = body["journal"]["notes"], shelf.now()
    if not said.text:
        issue.comments.remove(said)
    return Response(status_code=204)


ROUTES = [Route("/{path:path}", answer, methods=["GET", "POST", "PUT", "DELETE"])]
