"""/sandbox/…: how tests and the demo furnish the workspace, act in it, and read what was recorded."""

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.chat import messages, views
from bot.sandbox.chat.workspace import TEAM_ID, Workspace

_SETTINGS = ("team", "tokens", "rate_limit", "browser", "claims")


async def furnish(request: Request) -> Response:
    """POST /sandbox/workspace: users, channels, team, rate_limit, tokens, scopes (of the bot's token), browser (who signs in), claims."""
    workspace, given = _workspace(request), await _given(request)
    with workspace.writing():
        workspace.invite(given.get("users", []), given.get("channels", []))
        for name in _SETTINGS:
            if name in given:
                workspace.keep(name, given[name])
        if "scopes" in given:
            tokens = workspace.tokens()
            for token in tokens.values():
                token["scopes"] = given["scopes"] if token["kind"] == "bot" else token["scopes"]
            workspace.keep("tokens", tokens)
    workspace.posted.clear()
    return await furnished(request)


async def furnished(request: Request) -> Response:
    """GET /sandbox/workspace: everybody and everything in it."""
    workspace = _workspace(request)
    return JSONResponse(
        {
            "users": [json.loads(row["body"]) for row in workspace.rows("SELECT body FROM users ORDER BY id")],
            "channels": [json.loads(row["body"]) for row in workspace.rows("SELECT body FROM channels ORDER BY id")],
            "tokens": workspace.tokens(),
            "rate_limit": workspace.setting("rate_limit", None),
        }
    )


async def listed(request: Request) -> Response:
    """GET /sandbox/messages: everything recorded, in order; ?channel, thread_ts, event_type, by=app|people, after."""
    asked = request.query_params
    rows = _workspace(request).rows("SELECT * FROM messages WHERE seq > ? ORDER BY seq", int(asked.get("after", 0)))
    shown = [
        message for message in map(messages.listed, rows)
        if asked.get("channel", message["channel"]) == message["channel"]
        and asked.get("thread_ts", message.get("thread_ts")) == message.get("thread_ts")
        and asked.get("event_type") in (None, message.get("metadata", {}).get("event_type"))
        and asked.get("by") in (None, "app" if "bot_id" in message else "people")
    ]  # fmt: skip
    return JSONResponse({"messages": shown})


async def say(request: Request) -> Response:
    """POST /sandbox/messages: a person writes {channel, user, text, thread_ts?, ts?, …}. Answers with the message."""
    workspace, given = _workspace(request), await _given(request)
    channel = given.pop("channel")
    if workspace.channel(channel) is None:
        return JSONResponse({"error": f"There is no channel {channel}."}, 404)
    message = {"type": "message", "team": TEAM_ID, "ts": workspace.stamp(), "text": "", **given}
    with workspace.writing():
        new = messages.record(workspace, channel, message)
    return JSONResponse({"channel": channel, "new": new, "message": message}, 201 if new else 200)


async def called(request: Request) -> Response:
    """GET /sandbox/calls: every call with its arguments and outcome; ?path narrows, ?after continues."""
    asked = request.query_params
    return JSONResponse({"calls": _workspace(request).calls(asked.get("path"), int(asked.get("after", 0)))})


async def viewed(request: Request) -> Response:
    """GET /sandbox/views: modals and home tabs as they stand."""
    return JSONResponse({"views": views.shown(_workspace(request))})


async def forget(request: Request) -> Response:
    """DELETE /sandbox/messages: forget messages, views, envelopes and calls; people and channels stay."""
    _workspace(request).forget("messages", "views", "envelopes")
    return JSONResponse({"ok": True})


async def push(request: Request) -> Response:
    """POST /sandbox/envelopes: {type, payload, attempts?, seconds?} through Socket Mode; answers when acknowledged."""
    return JSONResponse(await request.app.state.sockets.push(**_renamed(await _given(request), "type", "kind")))


async def pushed(request: Request) -> Response:
    """GET /sandbox/envelopes: every envelope, its attempts, when it was acknowledged and with what."""
    rows = _workspace(request).rows("SELECT * FROM envelopes ORDER BY seq")
    shown = [{**dict(row), "body": json.loads(row["body"]), "response": json.loads(row["response"])} for row in rows]
    return JSONResponse({"envelopes": shown})


async def connected(request: Request) -> Response:
    """GET /sandbox/connections: how many Socket Mode clients are connected."""
    return JSONResponse({"connections": len(request.app.state.sockets.clients)})


async def disconnect(request: Request) -> Response:
    """DELETE /sandbox/connections: tell clients to reconnect; ?reason=warning|refresh_requested."""
    told = await request.app.state.sockets.disconnect(request.query_params.get("reason", "refresh_requested"))
    return JSONResponse({"told": told})


async def respond(request: Request) -> Response:
    """POST /respond/<name>: a response_url. Kept as a message of the channel "respond:<name>"."""
    workspace, given = _workspace(request), await _given(request)
    with workspace.writing():
        messages.record(
            workspace, f"respond:{request.path_params['name']}", {"ts": workspace.stamp(), "bot_id": "", **given}
        )
        workspace.note("response_url", request.url.path, given, "ok")
    return Response("ok")


async def thread(request: Request) -> Response:
    """GET /archives/<channel>/p<ts>: where a permalink leads."""
    stamp = request.path_params["stamp"]
    root = request.query_params.get("thread_ts", f"{stamp[:-6]}.{stamp[-6:]}")
    rows = _workspace(request).rows(
        "SELECT * FROM messages WHERE channel = ? AND (ts = ? OR thread_ts = ?) ORDER BY ts",
        request.path_params["channel"], root, root,
    )  # fmt: skip
    return JSONResponse({"messages": [messages.listed(row) for row in rows]}, 200 if rows else 404)


ROUTES = [
    Route("/sandbox/workspace", furnished, methods=["GET"]),
    Route("/sandbox/workspace", furnish, methods=["POST"]),
    Route("/sandbox/messages", listed, methods=["GET"]),
    Route("/sandbox/messages", say, methods=["POST"]),
    Route("/sandbox/messages", forget, methods=["DELETE"]),
    Route("/sandbox/calls", called, methods=["GET"]),
    Route("/sandbox/views", viewed, methods=["GET"]),
    Route("/sandbox/envelopes", pushed, methods=["GET"]),
    Route("/sandbox/envelopes", push, methods=["POST"]),
    Route("/sandbox/connections", connected, methods=["GET"]),
    Route("/sandbox/connections", disconnect, methods=["DELETE"]),
    Route("/respond/{name}", respond, methods=["POST"]),
    Route("/archives/{channel}/p{stamp}", thread, methods=["GET"]),
]


def _workspace(request: Request) -> Workspace:
    found: Workspace = request.app.state.workspace
    return found


async def _given(request: Request) -> dict[str, Any]:
    body = await request.body()
    given: dict[str, Any] = json.loads(body) if body else {}
    return given


def _renamed(given: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    return {**{name: value for name, value in given.items() if name != old}, new: given[old]}
