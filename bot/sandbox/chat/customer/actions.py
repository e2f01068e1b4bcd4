"""What Slack sends when somebody presses a button, fills in a modal, uses a shortcut or a slash command."""

import json
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from bot.sandbox.chat.customer.events import Payload, Place, new_ts
from bot.sandbox.chat.views import new_trigger
from bot.sandbox.chat.workspace import APP_ID, TEAM_ID


def block_actions(
    user: str,
    action_id: str,
    value: str | None = None,
    *,
    kind: str = "button",
    block_id: str = "block",
    place: Place | None = None,
    message: Mapping[str, Any] | None = None,
    view: Mapping[str, Any] | None = None,
    response_url: str | None = None,
    state: Mapping[str, Any] | None = None,
    **action: Any,
) -> Payload:
    """A press on a button, or a choice, in `message` or in `view`. Further keywords go into the action itself."""
    pressed: Payload = {"type": kind, "action_id": action_id, "block_id": block_id, "action_ts": new_ts()}
    if value is not None:
        pressed["value"] = value
    payload = _interaction("block_actions", user) | {"actions": [pressed | action]}
    payload["state"] = {"values": dict(state or {})}
    if view is not None:
        payload["container"] = {"type": "view", "view_id": view["id"]}
        payload["view"] = dict(view)
    else:
        spot = place or Place(user)
        shown = dict(message or {"type": "message", "ts": new_ts(), "text": ""})
        payload["channel"] = {"id": spot.channel, "name": "channel"}
        payload["message"] = shown
        container = {"type": "message", "message_ts": shown["ts"], "channel_id": spot.channel, "is_ephemeral": False}
        payload["container"] = container | ({"thread_ts": shown["thread_ts"]} if "thread_ts" in shown else {})
    return payload | ({"response_url": response_url} if response_url else {})


def view_submission(
    user: str,
    callback_id: str,
    values: Mapping[str, Mapping[str, Mapping[str, Any]]],
    *,
    private_metadata: str = "",
    view: Mapping[str, Any] | None = None,
) -> Payload:
    """A modal sent off. `values` is {block_id: {action_id: {"type": …, "value": …}}}; `view` as views.open gave it."""
    default: Payload = {
        "id": f"V{secrets.token_hex(5).upper()}", "team_id": TEAM_ID, "type": "modal", "blocks": [],
        "callback_id": callback_id, "private_metadata": private_metadata, "hash": f"{new_ts()}", "external_id": "",
        "app_id": APP_ID, "title": {"type": "plain_text", "text": ""}, "root_view_id": None, "previous_view_id": None,
    }  # fmt: skip
    shown = {**default, **dict(view or {}), "state": {"values": dict(values)}}
    return _interaction("view_submission", user) | {"view": shown, "response_urls": []}


def view_closed(user: str, view: Mapping[str, Any]) -> Payload:
    """A modal closed without sending."""
    payload = _interaction("view_closed", user) | {"view": dict(view), "is_cleared": False}
    del payload["trigger_id"]
    return payload


def message_shortcut(
    user: str, callback_id: str, place: Place, message: Mapping[str, Any], response_url: str | None = None
) -> Payload:
    """A shortcut used on `message`, which somebody else may have written."""
    shown = {name: value for name, value in message.items() if name not in ("channel", "event_ts", "channel_type")}
    payload = _interaction("message_action", user) | {"callback_id": callback_id, "message": shown}
    payload |= {"message_ts": message["ts"], "channel": {"id": place.channel, "name": "channel"}, "action_ts": new_ts()}
    return payload | {"response_url": response_url or "https://hooks.invalid/response"}


def global_shortcut(user: str, callback_id: str) -> Payload:
    """A shortcut used from anywhere."""
    return _interaction("shortcut", user) | {"callback_id": callback_id, "action_ts": new_ts()}


def slash_command(
    user: str, command: str, text: str = "", place: Place | None = None, response_url: str | None = None
) -> dict[str, str]:
    """A slash command: form fields, not JSON."""
    spot = place or Place(user)
    return {
        "token": "sandbox-verification-token", "team_id": TEAM_ID, "team_domain": "sandbox", "channel_id": spot.channel,
        "channel_name": "channel", "user_id": user, "user_name": user.lower(), "command": command, "text": text,
        "api_app_id": APP_ID, "is_enterprise_install": "false", "trigger_id": new_trigger(),
        "response_url": response_url or "https://hooks.invalid/response",
    }  # fmt: skip


def form_of(payload: Mapping[str, Any]) -> bytes:
    """An interaction as it travels: a form with one field, `payload`. A slash command's fields travel as they are."""
    if "command" in payload:
        return urlencode(payload).encode()
    return urlencode({"payload": json.dumps(payload, ensure_ascii=False)}).encode()


def _interaction(kind: str, user: str) -> Payload:
    return {
        "type": kind,
        "user": {"id": user, "username": user.lower(), "name": user.lower(), "team_id": TEAM_ID},
        "api_app_id": APP_ID,
        "token": "sandbox-verification-token",
        "team": {"id": TEAM_ID, "domain": "sandbox"},
        "enterprise": None,
        "is_enterprise_install": False,
        "trigger_id": new_trigger(),
    }
