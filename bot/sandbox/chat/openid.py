"""Sign in with Slack: OpenID Connect as Slack speaks it, for whoever the test says sits at the browser."""

import base64
import json
import secrets
import time
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.sandbox.chat.workspace import TEAM_ID, Workspace

CLIENT_ID, CLIENT_SECRET = "1111111111.2222222222", "sandbox-client-secret"
ISSUER = "https://slack.com"


async def authorize(request: Request) -> Response:
    """Whoever sits there (the setting `browser`, a user's id) agrees at once; nobody there refuses."""
    workspace: Workspace = request.app.state.workspace
    asked = dict(request.query_params)
    back = asked.get("redirect_uri", "")
    if asked.get("client_id") != CLIENT_ID or asked.get("response_type") != "code" or not back:
        return PlainTextResponse("invalid_client_id", 400)
    who = workspace.setting("browser", None)
    if who is None or workspace.user(who) is None:
        return RedirectResponse(f"{back}?{urlencode({'error': 'access_denied', 'state': asked.get('state', '')})}", 302)
    code = secrets.token_hex(16)
    codes: dict[str, dict[str, str]] = request.app.state.codes
    codes[code] = {"user": who, "nonce": asked.get("nonce", ""), "redirect_uri": back}
    return RedirectResponse(f"{back}?{urlencode({'code': code, 'state': asked.get('state', '')})}", 302)


async def token(request: Request) -> Response:
    """openid.connect.token: a code for an identity, once."""
    workspace: Workspace = request.app.state.workspace
    given = dict(await request.form())
    if (given.get("client_id"), given.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
        return JSONResponse({"ok": False, "error": "bad_client_secret"})
    agreed = request.app.state.codes.pop(str(given.get("code")), None)
    if agreed is None or agreed["redirect_uri"] != given.get("redirect_uri"):
        return JSONResponse({"ok": False, "error": "invalid_code"})
    user = workspace.user(agreed["user"]) or {}
    claims = _claims(user, agreed["nonce"]) | dict(workspace.setting("claims", {}))
    identity = ".".join(_part(one) for one in ({"alg": "RS256", "kid": "sandbox"}, claims)) + ".c2FuZGJveA"
    return JSONResponse({"ok": True, "access_token": "xoxp-sandbox", "token_type": "Bearer", "id_token": identity})


def _claims(user: dict[str, Any], nonce: str) -> dict[str, Any]:
    now, team = int(time.time()), user.get("team_id", TEAM_ID)
    return {
        "iss": ISSUER, "sub": user.get("id"), "aud": CLIENT_ID, "exp": now + 300, "iat": now, "nonce": nonce,
        "https://slack.com/user_id": user.get("id"), "https://slack.com/team_id": team,
        "email": user.get("profile", {}).get("email"), "email_verified": True, "name": user.get("real_name"),
    }  # fmt: skip


def _part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


ROUTES = [
    Route("/openid/connect/authorize", authorize, methods=["GET"]),
    Route("/api/openid.connect.token", token, methods=["POST"]),
]
