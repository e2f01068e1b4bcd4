"""REST v3: finds who asks and what is called, carries it out in one transaction, words refusals as Jira does."""

import base64
import binascii
import json
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.tracker.board import API_TOKEN, Board, JiraError
from bot.sandbox.tracker.hooks import Hooks
from bot.sandbox.tracker.rest import comments, issues, meta, search
from bot.sandbox.tracker.rest.call import Answer, Call

Method = Callable[[Call], Answer]

_METHODS: list[tuple[str, str, Method]] = [
    ("POST", "/issue", issues.create),
    ("GET", "/issue/createmeta", meta.create_meta),
    ("GET", "/issue/createmeta/{project}/issuetypes", meta.create_types),
    ("GET", "/issue/createmeta/{project}/issuetypes/{type}", meta.create_fields),
    ("GET", "/issue/{issue}", issues.read),
    ("PUT", "/issue/{issue}", issues.edit),
    ("DELETE", "/issue/{issue}", issues.delete),
    ("GET", "/issue/{issue}/transitions", issues.transitions),
    ("POST", "/issue/{issue}/transitions", issues.move),
    ("POST", "/issue/{issue}/attachments", comments.attach),
    ("GET", "/attachment/content/{file:int}", comments.attached),
    ("GET", "/issue/{issue}/comment", comments.comments),
    ("POST", "/issue/{issue}/comment", comments.add_comment),
    ("GET", "/issue/{issue}/comment/{comment}", comments.read_comment),
    ("PUT", "/issue/{issue}/comment/{comment}", comments.edit_comment),
    ("DELETE", "/issue/{issue}/comment/{comment}", comments.delete_comment),
    ("GET", "/issue/{issue}/properties", comments.property_keys),
    ("GET", "/issue/{issue}/properties/{name}", comments.read_property),
    ("PUT", "/issue/{issue}/properties/{name}", comments.set_property),
    ("DELETE", "/issue/{issue}/properties/{name}", comments.delete_property),
    ("GET", "/search/jql", search.search),
    ("POST", "/search/jql", search.search),
    ("GET", "/search", search.gone),
    ("POST", "/search", search.gone),
    ("GET", "/myself", meta.myself),
    ("GET", "/mypermissions", meta.permissions),
    ("GET", "/serverInfo", meta.server),
    ("GET", "/project/search", meta.projects),
    ("GET", "/project/{project}", meta.project),
    ("GET", "/project/{project}/statuses", meta.statuses),
    ("POST", "/version", meta.create_version),
    ("GET", "/version/{version}", meta.read_version),
    ("PUT", "/version/{version}", meta.edit_version),
]


def explain(status: int) -> Response:
    """How Jira words a call that fails by its status alone."""
    if status == 429:
        return JSONResponse({"errorMessages": ["Rate limit exceeded."], "errors": {}}, 429, {"retry-after": "5"})
    return Response("<html><body><h1>Service Unavailable</h1></body></html>", status, media_type="text/html")


def _endpoint(method: Method) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        board: Board = request.app.state.board
        hooks: Hooks = request.app.state.hooks
        body = await request.body()
        site = str(request.base_url).rstrip("/")
        with board.writing() as db:
            db.execute("SAVEPOINT call")
            try:
                by = board.person(_email(request, board))
                query = dict(request.query_params)
                call = Call(board, hooks, by, site, dict(request.path_params), query, _read(body, request))
                status, told = method(call)
                response = _response(status, told)
            except JiraError as refusal:
                db.execute("ROLLBACK TO call")
                response = JSONResponse({"errorMessages": refusal.messages, "errors": refusal.errors}, refusal.status)
            outcome = "ok" if response.status_code < 300 else str(response.status_code)
            board.note(request.method, request.url.path, _shown(body, request), outcome)
        return response

    return answer


def _response(status: int, told: object) -> Response:
    if isinstance(told, bytes):
        return Response(told, status, media_type="application/octet-stream")
    return Response(status_code=status) if told is None else JSONResponse(told, status)


def _email(request: Request, board: Board) -> str:
    kind, _, secret = request.headers.get("authorization", "").partition(" ")
    try:
        email, _, token = base64.b64decode(secret, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        email = token = ""
    if kind.lower() != "basic" or "@" not in email or token != board.setting("token", API_TOKEN):
        raise JiraError(401, "Client must be authenticated to access this resource.")
    return email


def _read(body: bytes, request: Request) -> object:
    if request.headers.get("content-type", "").startswith("multipart/"):
        return body.decode("latin-1")
    try:
        return json.loads(body) if body else None
    except ValueError:
        raise JiraError(400, "Unexpected character in the request body: it is not JSON.") from None


def _shown(body: bytes, request: Request) -> object:
    try:
        return json.loads(body) if body else dict(request.query_params)
    except ValueError:
        return body.decode(errors="replace")


ROUTES = [Route(f"/rest/api/3{path}", _endpoint(method), methods=[verb]) for verb, path, method in _METHODS]
