"""Sign in with Slack, by OpenID Connect's code flow.

Slack's word comes straight from its token address over TLS, which OpenID Connect Core (3.1.3.7) takes instead of checking the
signature; issuer, audience, time and nonce are checked. So nothing is needed beyond an HTTP client.
"""

import base64
import hmac
import json
import secrets
from typing import Annotated, Any
from urllib.parse import urlencode

import httpx2
from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.responses import RedirectResponse, Response

from bot.web.needs import Earshot, earshot
from bot.web.show import html
from bot.web.sign_in import with_session
from handlers.company import sign_in
from handlers.errors import Refused

BACK = "/sign-in/slack/back"
COOKIE = "earshot_slack_state"
PATIENCE = 10.0
ISSUERS = ("https://slack.com", "https://slack.com/")
router = APIRouter()
Here = Annotated[Earshot, Depends(earshot)]
Short = Annotated[str, Query(max_length=500)]


class Claims(BaseModel):
    """What Slack says of who signed in."""

    model_config = ConfigDict(populate_by_name=True)

    iss: str
    aud: str | list[str]
    exp: int
    nonce: str = ""
    user: str = Field(alias="https://slack.com/user_id")
    team: str = Field(alias="https://slack.com/team_id")
    email: str | None = None
    email_verified: bool = False


@router.get("/sign-in/slack")
def leave(here: Here, request: Request) -> Response:
    """To Slack, with a secret that only this browser has."""
    settings = here.settings
    if not settings.has_slack_sign_in:
        raise Refused("Signing in with Slack is not set up here.")
    state, nonce = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
    asked = {
        "response_type": "code", "scope": "openid profile email", "client_id": settings.slack_client_id, "state": state,
        "nonce": nonce, "redirect_uri": settings.base_url + BACK,
    }  # fmt: skip
    answer = RedirectResponse(f"{settings.slack_authorize_url}?{urlencode(asked)}", 303)
    secure = settings.base_url.startswith("https://") or request.url.scheme == "https"
    answer.set_cookie(
        COOKIE, f"{state}.{nonce}", max_age=600, httponly=True, samesite="lax", secure=secure, path="/sign-in"
    )
    return answer


@router.get(BACK)
def come_back(here: Here, request: Request, code: Short = "", state: Short = "", error: Short = "") -> Response:
    """From Slack: the code for an identity, the identity for a session of one of us."""
    known, _, nonce = request.cookies.get(COOKIE, "").partition(".")
    if not here.settings.has_slack_sign_in or not known or not hmac.compare_digest(known.encode(), state.encode()):
        return _failed("This attempt to sign in is too old, or began in another browser. Please begin anew.")
    if error or not code:
        return _failed("Slack did not let you sign in, or you did not want to.")
    try:
        said = _claims(here, code, nonce)
        with here.work() as uow:
            secret = sign_in.enter_with_slack(uow, said.team, said.user, said.email if said.email_verified else None)
    except Refused as refusal:
        return _failed(str(refusal))
    answer = with_session(here, request, secret)
    answer.delete_cookie(COOKIE, path="/sign-in")
    return answer


def _claims(here: Earshot, code: str, nonce: str) -> Claims:
    """Whom Slack means. Raises Refused where it does not say so properly."""
    settings = here.settings
    secret = settings.slack_client_secret.get_secret_value() if settings.slack_client_secret else ""
    form = {
        "grant_type": "authorization_code", "code": code, "client_id": settings.slack_client_id, "client_secret": secret,
        "redirect_uri": settings.base_url + BACK,
    }  # fmt: skip
    try:
        with httpx2.Client(timeout=PATIENCE, follow_redirects=False) as client:
            told: dict[str, Any] = client.post(f"{settings.slack_api_url}openid.connect.token", data=form).json()
        middle = str(told["id_token"]).split(".")[1]
        said = Claims.model_validate(json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4))))
    except httpx2.TransportError:
        raise Refused("Slack cannot be reached just now. Please try again in a moment.") from None
    except (ValueError, KeyError, IndexError, TypeError, ValidationError):
        raise Refused("Slack did not say who you are. Please begin anew.") from None
    audience = said.aud if isinstance(said.aud, list) else [said.aud]
    fresh = said.exp > here.clock().timestamp() - 60
    meant = said.iss in ISSUERS and audience == [settings.slack_client_id] and fresh
    if not meant or not hmac.compare_digest(said.nonce.encode(), nonce.encode()):
        raise Refused("What Slack said was not meant for this. Please begin anew.")
    return said


def _failed(sentence: str) -> Response:
    answer = html("sign_in.html", 403, state="refused", sentence=sentence, slack=True)
    answer.delete_cookie(COOKIE, path="/sign-in")
    return answer
