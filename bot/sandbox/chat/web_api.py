"""The Web API: finds the method, the token and the arguments, and words every answer as Slack does."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.sandbox.chat import files, messages, people, sockets, views
from bot.sandbox.chat.call import Answer, Call, SlackError, Token
from bot.sandbox.chat.workspace import Workspace

BODY_BYTES = 1_000_000


@dataclass(frozen=True)
class Method:
    """One method: what carries it out, the scope it needs, and the kind of token."""

    carry_out: Callable[[Call], Answer]
    scope: str | None = None
    kind: str = "bot"


METHODS = {
    "api.test": Method(people.api_test),
    "apps.connections.open": Method(sockets.open_connection, "connections:write", "app"),
    "auth.test": Method(people.auth_test),
    "chat.delete": Method(messages.delete, "chat:write"),
    "chat.getPermalink": Method(messages.get_permalink),
    "chat.postEphemeral": Method(messages.post_ephemeral, "chat:write"),
    "chat.postMessage": Method(messages.post_message, "chat:write"),
    "chat.unfurl": Method(messages.unfurl, "links:write"),
    "chat.update": Method(messages.update, "chat:write"),
    "conversations.history": Method(messages.history, "channels:history"),
    "conversations.info": Method(people.show_channel, "channels:read"),
    "conversations.list": Method(people.channel_list, "channels:read"),
    "conversations.members": Method(people.channel_members, "channels:read"),
    "conversations.open": Method(people.open_direct, "im:write"),
    "conversations.replies": Method(messages.replies, "channels:history"),
    "files.completeUploadExternal": Method(files.complete_upload, "files:write"),
    "files.getUploadURLExternal": Method(files.upload_place, "files:write"),
    "reactions.add": Method(people.add_reaction, "reactions:write"),
    "reactions.get": Method(people.get_reactions, "reactions:read"),
    "team.info": Method(people.show_team, "team:read"),
    "users.info": Method(people.show_user, "users:read"),
    "users.list": Method(people.user_list, "users:read"),
    "users.lookupByEmail": Method(people.lookup_by_email, "users:read.email"),
    "views.open": Method(views.open_view),
    "views.publish": Method(views.publish_view),
    "views.push": Method(views.push_view),
    "views.update": Method(views.update_view),
}


async def answer(request: Request) -> Response:
    """Carry out one call of /api/<method>. What it changes and the note of the call are one commit."""
    workspace: Workspace = request.app.state.workspace
    name = request.path_params["method"]
    headers: dict[str, str] = {}
    arguments: dict[str, Any] = {}
    told: Response
    body = await request.body()
    with workspace.writing():
        try:
            arguments = _arguments(request, body)
            method = METHODS.get(name)
            if method is None:
                raise SlackError("unknown_method", req_method=name)
            token = _token(request, arguments, workspace)
            headers = {"x-oauth-scopes": ",".join(sorted(token.scopes)), "x-accepted-oauth-scopes": method.scope or ""}
            if token.kind != method.kind:
                raise SlackError("not_allowed_token_type")
            if method.scope:
                token.needs(method.scope)
            call = Call(workspace, token, arguments, str(request.base_url), request.app.state.sockets)
            told = JSONResponse({"ok": True, **method.carry_out(call)}, headers=headers)
            outcome = "ok"
        except SlackError as refusal:
            told, outcome = _refused(refusal, headers), refusal.code
        workspace.note(name, request.url.path, arguments, outcome)
    return told


def explain(status: int) -> Response:
    """How Slack words a call that fails by its status alone."""
    if status == 429:
        return JSONResponse({"ok": False, "error": "ratelimited"}, 429, {"retry-after": "1"})
    return PlainTextResponse("upstream connect error or disconnect/reset before headers", status)


def _refused(refusal: SlackError, headers: dict[str, str]) -> Response:
    body = {"ok": False, "error": refusal.code, **refusal.more}
    if refusal.retry_after is not None:
        return JSONResponse(body, 429, {**headers, "retry-after": str(refusal.retry_after)})
    return JSONResponse(body, headers=headers)


def _arguments(request: Request, body: bytes) -> dict[str, Any]:
    given: dict[str, Any] = dict(request.query_params)
    if request.method == "GET":
        return given
    if len(body) > BODY_BYTES:
        raise SlackError("request_too_large")
    if request.headers.get("content-type", "").startswith("application/json"):
        try:
            content = json.loads(body or b"{}")
        except ValueError:
            raise SlackError("invalid_json") from None
        if not isinstance(content, dict):
            raise SlackError("json_not_object")
        return given | content
    try:
        return given | dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=1000))
    except ValueError:
        raise SlackError("invalid_form_data") from None


def _token(request: Request, arguments: dict[str, Any], workspace: Workspace) -> Token:
    header = request.headers.get("authorization", "")
    text = header.removeprefix("Bearer ").strip() if header else str(arguments.pop("token", ""))
    if not text:
        raise SlackError("not_authed")
    known = workspace.tokens().get(text)
    if known is None:
        raise SlackError("invalid_auth")
    return Token(text, known["kind"], frozenset(known["scopes"]))
