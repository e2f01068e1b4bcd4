"""GitHub's REST API, as far as issues go."""

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.sandbox.boards.shelf import PEOPLE, PLACE, Comment, Issue, Shelf, iso
from bot.sandbox.faults import json_error


def explain(status: int) -> Response:
    """How GitHub words a call that fails by its status alone."""
    return json_error(status, {"message": f"It fails with {status}.", "status": str(status)})


def _who(request: Request) -> int | None:
    known = PEOPLE.get(request.headers.get("authorization", "").removeprefix("Bearer "))
    return known[0] if known else None


def _person(number: int) -> dict[str, Any]:
    return {"login": next(name for one, name in PEOPLE.values() if one == number), "id": number}


def _issue(one: Issue, site: str) -> dict[str, Any]:
    return {
        "id": one.id, "number": one.number, "state": one.state, "state_reason": one.reason, "title": one.title,
        "body": one.text, "labels": [{"name": name} for name in one.labels], "user": _person(one.author),
        "assignee": None, "milestone": None, "html_url": f"{site}/{one.place}/issues/{one.number}",
        "repository_url": f"{site}/repos/{one.place}", "created_at": iso(one.at, True), "updated_at": iso(one.changed_at, True),
    }  # fmt: skip


def _comment(one: Comment) -> dict[str, Any]:
    return {
        "id": one.id, "body": one.text, "user": _person(one.author), "created_at": iso(one.at, True),
        "updated_at": iso(one.changed_at, True),
    }  # fmt: skip


async def answer(request: Request) -> Response:
    """Every call."""
    shelf: Shelf = request.app.state.shelf
    me, site = _who(request), str(request.base_url).rstrip("/")
    if me is None:
        return json_error(401, {"message": "Bad credentials"})
    path, method = request.url.path, request.method
    body = json.loads(await request.body() or b"{}")
    if path == "/user":
        return JSONResponse(_person(me))
    place, rest = "/".join(path.split("/")[2:4]), path.split("/")[4:]
    if place not in (PLACE, "acme/other"):
        return json_error(404, {"message": "Not Found"})
    if not rest:
        return JSONResponse({"full_name": place, "has_issues": True, "permissions": {"triage": True}})
    if rest[1:2] == ["comments"]:
        return _of_comment(shelf, method, rest[2], body)
    if len(rest) == 1:
        return _made(shelf, place, me, body, site) if method == "POST" else _listed(shelf, place, request, site)
    return _of_issue(shelf, place, rest, method, body, me, site)


def _made(shelf: Shelf, place: str, me: int, body: dict[str, Any], site: str) -> Response:
    if not body.get("title"):
        errors = [{"resource": "Issue", "code": "missing_field", "field": "title"}]
        return json_error(422, {"message": "Validation Failed", "errors": errors})
    return JSONResponse(
        _issue(shelf.make(place, body["title"], body.get("body") or "", me, labels=body.get("labels") or []), site), 201
    )


def _listed(shelf: Shelf, place: str, request: Request, site: str) -> Response:
    asked = request.query_params
    found = [one for one in shelf.issues if one.place == place and not one.gone]
    if asked.get("labels"):
        found = [one for one in found if asked["labels"] in one.labels]
    if asked.get("creator"):
        found = [one for one in found if _person(one.author)["login"] == asked["creator"]]
    if asked.get("since"):
        found = [one for one in found if iso(one.changed_at, True) >= asked["since"]]
    found.sort(
        key=lambda one: one.changed_at if asked.get("sort") == "updated" else one.at,
        reverse=asked.get("direction", "desc") == "desc",
    )
    size, page = int(asked.get("per_page", 30)), int(asked.get("page", 1))
    return JSONResponse([_issue(one, site) for one in found[size * (page - 1) : size * page]])


def _of_issue(
    shelf: Shelf, place: str, rest: list[str], method: str, body: dict[str, Any], me: int, site: str
) -> Response:
    name = f"{place}#{rest[1]}"
    found = next((one for one in shelf.issues if f"{one.place}#{one.number}" == name or name in one.moved_from), None)
    if found is None:
        return json_error(404, {"message": "Not Found"})
    if found.gone:
        return json_error(410, {"message": "This issue was deleted"})
    if name in found.moved_from and method == "GET":
        return RedirectResponse(f"/repos/{found.place}/issues/{'/'.join([str(found.number), *rest[2:]])}", 301)
    if rest[2:] == ["comments"]:
        if method == "POST":
            return JSONResponse(_comment(shelf.say(found, me, body["body"])), 201)
        return JSONResponse([_comment(one) for one in found.comments])
    if method == "PATCH":
        found.title, found.text = body.get("title", found.title), body.get("body", found.text)
        found.state, found.reason = body.get("state", found.state), body.get("state_reason", found.reason)
        found.changed_at = shelf.now()
        if body.get("transfer"):
            found.moved_from.append(name)
            found.place, found.number = "acme/other", 77
    if method == "DELETE":
        found.gone = True
    return JSONResponse(_issue(found, site))


def _of_comment(shelf: Shelf, method: str, name: str, body: dict[str, Any]) -> Response:
    found = shelf.comment(name)
    if found is None:
        return json_error(404, {"message": "Not Found"})
    issue, said = found
    issue.changed_at = shelf.now()
    if method == "DELETE":
        issue.comments.remove(said)
        return Response(status_code=204)
    said.text, said.changed_at = body["body"], issue.changed_at
    return JSONResponse(_comment(said))


ROUTES = [Route("/{path:path}", answer, methods=["GET", "POST", "PATCH", "DELETE"])]
