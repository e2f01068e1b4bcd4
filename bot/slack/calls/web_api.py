"""Slack's Web API from flow threads: one call at a time, failures in our own two kinds, and who people are."""

import json
import ssl
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web import WebClient
from slack_sdk.web.slack_response import SlackResponse

from handlers.errors import Refused, Unavailable
from handlers.outside import Profile
from prompts.slack import refused_by_slack

PASSING = {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "ratelimited"}
LOCKED_OUT = {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"}
LOCKED_OUT_SECONDS = 300.0


class Code(Refused):
    """Slack's refusal; `code` is its own name for it, `needed` the scope that is missing."""

    def __init__(self, code: str, needed: str = "") -> None:
        super().__init__(refused_by_slack(code))
        self.code, self.needed = code, needed


class Paused(Unavailable):
    """Slack said 429: nothing was done, and nothing more is to be asked for so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__("Slack asked for a pause.", retry_after=seconds)
        self.seconds = seconds


@dataclass(frozen=True)
class Home:
    """Where the app lives: its workspace, its own user, and the scopes of its token."""

    team: str
    user: str
    scopes: frozenset[str]


class WebApi:
    """Calls with the bot's token. Used by many threads at once."""

    def __init__(self, token: str, base_url: str, timeout: int = 10) -> None:
        tls = ssl.create_default_context() if base_url.startswith("https:") else None
        self._web = WebClient(token=token, base_url=base_url, timeout=timeout, ssl=tls, retry_handlers=[])
        self._home: Home | None = None
        self.names: dict[str, str] = {}

    def call(self, method: str, **arguments: Any) -> SlackResponse:
        """One call. Raises Code (a Refused), Paused or Unavailable."""
        form = {name: json.dumps(one) if isinstance(one, dict | list) else one for name, one in arguments.items()}
        try:
            return self._web.api_call(method, params=form)
        except SlackApiError as error:
            raise _failure(error) from error
        except (OSError, HTTPException) as error:
            raise Unavailable("Slack cannot be reached.") from error

    def home(self) -> Home:
        """Whose token this is; asked once."""
        if self._home is None:
            told = self.call("auth.test")
            scopes = next((value for name, value in told.headers.items() if name.lower() == "x-oauth-scopes"), "")
            granted = frozenset(one.strip() for one in str(scopes).split(",") if one.strip())
            self._home = Home(str(told["team_id"]), str(told["user_id"]), granted)
        return self._home

    def profile(self, slack_id: str) -> Profile | None:
        """Who `T…/U…` is, as the workspace tells it; None if it does not tell."""
        user_id = slack_id.rpartition("/")[2]
        try:
            user = self.call("users.info", user=user_id, include_locale=True)["user"]
        except Code:
            return None
        told = user.get("profile") or {}
        name = str(told.get("real_name") or user.get("real_name") or user.get("name") or "")
        self.names[user_id] = name
        return Profile(
            name=name,
            email=told.get("email") or None,
            team=user.get("team_id"),
            bot=bool(user.get("is_bot")),
            guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
            language=(user.get("locale") or "")[:2] or None,
        )


def _failure(error: SlackApiError) -> Refused | Unavailable:
    answer = error.response
    code, status = str(answer.get("error") or ""), int(answer.status_code)
    if status == 429 or code == "ratelimited":
        pause = next((str(value) for name, value in answer.headers.items() if name.lower() == "retry-after"), "1")
        return Paused(float(pause) if pause.isdigit() else 1.0)
    if code in LOCKED_OUT:
        why = f"Slack does not let Earshot in ({code}); `earshot doctor` says what to do."
        return Unavailable(why, retry_after=LOCKED_OUT_SECONDS)
    if status >= 500 or code in PASSING or " " in code or not code:
        return Unavailable("Slack does not answer properly.")
    return Code(code, str(answer.get("needed") or ""))
