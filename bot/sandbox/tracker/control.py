"""/sandbox/…: how tests and the demo set the site up, and read what was recorded and told."""

import json
import sqlite3
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.tracker import issues
from bot.sandbox.tracker.board import Board
from bot.sandbox.tracker.rich_text import plain

_SETTINGS = ("projects", "token", "index_delay_seconds", "retry_seconds", "required_field")


async def settings(request: Request) -> Response:
    """GET and POST /sandbox/settings: projects, token, index_delay_seconds (of searches), retry_seconds (of webhooks), required_field."""
    board = _board(request)
    given = await _given(request)
    if unknown := sorted(set(given) - set(_SETTINGS)):
        return JSONResponse({"error": f"Unknown settings: {', '.join(unknown)}."}, 422)
    for name, value in given.items():
        board.keep(name, value)
    return JSONResponse({name: board.setting(name, None) for name in _SETTINGS})


async def listed(request: Request) -> Response:
    """GET /sandbox/issues: every issue with its fields, its description as text, its properties and its history."""
    board = _board(request)
    site = str(request.base_url).rstrip("/")
    found = [_whole(board, row, site) for row in board.rows("SELECT * FROM issues ORDER BY id")]
    label = request.query_params.get("label")
    return JSONResponse({"issues": [one for one in found if label is None or label in one["fields"]["labels"]]})


async def forget(request: Request) -> Response:
    """DELETE /sandbox/issues: forget issues, comments, properties, deliveries and calls; webhooks and settings stay."""
    _board(request).forget("issues", "comments", "properties", "versions", "deliveries")
    return JSONResponse({"ok": True})


async def move(request: Request) -> Response:
    """POST /sandbox/moves {issue, to}: the issue goes to another project; its old key still leads to it."""
    given, board = await _given(request), _board(request)
    row = board.issue(str(given.get("issue")))
    kept, key = json.loads(row["fields"]), f"{given.get('to')}-{row['id']}"
    kept["was"] = [*kept.get("was", []), row["key"]]
    board.db.execute("UPDATE issues SET key = ?, fields = ? WHERE id = ?", (key, json.dumps(kept), row["id"]))
    return JSONResponse({"key": key})


async def hooked(request: Request) -> Response:
    """GET, POST and DELETE /sandbox/webhooks: {url, secret?, events?} is told what happens from then on."""
    board = _board(request)
    if request.method == "POST":
        given = await _given(request)
        if not str(given.get("url", "")).startswith(("http://", "https://")):
            return JSONResponse({"error": "A webhook needs a url."}, 422)
        board.db.execute("INSERT INTO hooks (body) VALUES (?)", (json.dumps(given),))
    elif request.method == "DELETE":
        board.db.execute("DELETE FROM hooks")
    shown = [{"id": row["id"], **json.loads(row["body"])} for row in board.rows("SELECT * FROM hooks ORDER BY id")]
    return JSONResponse({"webhooks": shown})


async def told(request: Request) -> Response:
    """GET /sandbox/deliveries: what webhooks were told, how often it was tried, and the last status (0: no answer)."""
    rows = _board(request).rows("SELECT * FROM deliveries ORDER BY id")
    return JSONResponse({"deliveries": [{**dict(row), "body": json.loads(row["body"])} for row in rows]})


async def tell_again(request: Request) -> Response:
    """POST /sandbox/deliveries/<id>: tell it once more, under the same identifier."""
    request.app.state.hooks.again(int(request.path_params["delivery"]))
    return JSONResponse({"ok": True}, 202)


async def called(request: Request) -> Response:
    """GET /sandbox/calls: every call with what was sent; ?path narrows, ?after continues."""
    asked = request.query_params
    return JSONResponse({"calls": _board(request).calls(asked.get("path"), int(asked.get("after", 0)))})


ROUTES = [
    Route("/sandbox/settings", settings, methods=["GET", "POST"]),
    Route("/sandbox/issues", listed, methods=["GET"]),
    Route("/sandbox/issues", forget, methods=["DELETE"]),
    Route("/sandbox/moves", move, methods=["POST"]),
    Route("/sandbox/webhooks", hooked, methods=["GET", "POST", "DELETE"]),
    Route("/sandbox/deliveries", told, methods=["GET"]),
    Route("/sandbox/deliveries/{delivery:int}", tell_again, methods=["POST"]),
    Route("/sandbox/calls", called, methods=["GET"]),
]


def _whole(board: Board, row: sqlite3.Row, site: str) -> dict[str, Any]:
    shown = issues.shown(board, row, site, properties="*all")
    text = plain(shown["fields"]["description"])
    return {**shown, "description_text": text, "history": json.loads(row["history"])}


def _board(request: Request) -> Board:
    found: Board = request.app.state.board
    return found


async def _given(request: Request) -> dict[str, Any]:
    body = await request.body()
    given: dict[str, Any] = json.loads(body) if body else {}
    return given
