"""Events API payloads as Slack sends them: the inner event, and the envelope around it."""

import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.sandbox.chat.workspace import APP_ID, BOT_USER, GENERAL, TEAM_ID

Payload = dict[str, Any]

_last = 0


def new_ts() -> str:
    """A message timestamp, never the same twice in this program."""
    global _last  # one counter for the whole program is the point
    _last = max(_last + 1, time.time_ns() // 1000)
    return f"{_last // 1_000_000}.{_last % 1_000_000:06d}"


def new_event_id() -> str:
    """An event id as Slack makes them."""
    return f"Ev{secrets.token_hex(5).upper()}"


@dataclass(frozen=True)
class Place:
    """Where and who: the channel a person writes in, and the workspace they belong to."""

    user: str
    channel: str = GENERAL
    team: str = TEAM_ID
    channel_type: str = "channel"


def message(
    place: Place,
    text: str,
    *,
    ts: str | None = None,
    thread_ts: str | None = None,
    files: Sequence[Mapping[str, Any]] = (),
    subtype: str | None = None,
    **more: Any,
) -> Payload:
    """A message somebody wrote. `files` makes it a file_share; `subtype` a channel chore or a bot's message."""
    ts = ts or new_ts()
    words = {"type": "text", "text": text}
    rich = {
        "type": "rich_text",
        "block_id": secrets.token_urlsafe(4),
        "elements": [{"type": "rich_text_section", "elements": [words]}],
    }
    event: Payload = {
        "user": place.user,
        "type": "message",
        "ts": ts,
        "client_msg_id": secrets.token_hex(16),
        "text": text,
        "team": place.team,
        "blocks": [rich],
        "channel": place.channel,
        "event_ts": ts,
        "channel_type": place.channel_type,
    }
    if thread_ts:
        event |= {"thread_ts": thread_ts, "parent_user_id": place.user}
    if place.team != TEAM_ID:
        event |= {"user_team": place.team, "source_team": place.team}
    if files:
        event |= {"subtype": "file_share", "files": [_file(file) for file in files], "upload": False}
        del event["client_msg_id"], event["team"]  # Slack leaves these out here
    if subtype:
        event["subtype"] = subtype
    return event | more


def message_changed(place: Place, before: Mapping[str, Any], text: str) -> Payload:
    """An edit of `before`, an earlier `message(...)`."""
    inner = {name: value for name, value in before.items() if name not in ("channel", "event_ts", "channel_type")}
    now = new_ts()
    after = {**inner, "text": text, "edited": {"user": place.user, "ts": now}}
    return _hidden(place, "message_changed", now) | {"message": after, "previous_message": inner}


def message_deleted(place: Place, before: Mapping[str, Any]) -> Payload:
    """The deletion of `before`."""
    inner = {name: value for name, value in before.items() if name not in ("channel", "event_ts", "channel_type")}
    return _hidden(place, "message_deleted", new_ts()) | {"previous_message": inner, "deleted_ts": before["ts"]}


def bot_message(place: Place, text: str, bot_id: str = "B0SOMEBODY", **more: Any) -> Payload:
    """A message that another app posted."""
    return message(place, text, subtype="bot_message", bot_id=bot_id, username="some app", **more)


def app_mention(place: Place, text: str, **more: Any) -> Payload:
    """A message that names the app. Slack sends it beside the plain `message`, with an event id of its own."""
    event = message(place, f"<@{BOT_USER}> {text}", **more)
    event.pop("channel_type")
    return event | {"type": "app_mention"}


def member_joined_channel(place: Place, inviter: str | None = None) -> Payload:
    """Somebody came into the channel."""
    event: Payload = {"type": "member_joined_channel", "user": place.user, "channel": place.channel}
    event |= {"channel_type": "C", "team": place.team, "event_ts": new_ts()}
    return event | ({"inviter": inviter} if inviter else {})


def reacted(place: Place, reaction: str, ts: str, *, gone: bool = False) -> Payload:
    """Somebody put a reaction on a message, or took it away."""
    item = {"type": "message", "channel": place.channel, "ts": ts}
    kind = "reaction_removed" if gone else "reaction_added"
    return {"type": kind, "user": place.user, "reaction": reaction, "item": item, "event_ts": new_ts()}


def link_shared(place: Place, *urls: str, ts: str | None = None) -> Payload:
    """Somebody posted links of a domain that the app knows."""
    links = [{"url": one, "domain": one.split("/")[2]} for one in urls]
    event: Payload = {"type": "link_shared", "user": place.user, "channel": place.channel, "links": links}
    return event | {"message_ts": ts or new_ts(), "source": "conversations_history", "event_ts": new_ts()}


def app_home_opened(user: str, tab: str = "home") -> Payload:
    """Somebody opened the app's home."""
    return {"type": "app_home_opened", "user": user, "channel": f"D{user[1:]}", "tab": tab, "event_ts": new_ts()}


def event_callback(
    event: Mapping[str, Any],
    *,
    event_id: str | None = None,
    event_time: int | None = None,
    team_id: str = TEAM_ID,
    shared_with: str | None = None,
) -> Payload:
    """The envelope around an event. `shared_with` is the other workspace of a Slack Connect channel."""
    authorization = {
        "enterprise_id": None,
        "team_id": team_id,
        "user_id": BOT_USER,
        "is_bot": True,
        "is_enterprise_install": False,
    }
    return {
        "token": "sandbox-verification-token",
        "team_id": team_id,
        "context_team_id": team_id,
        "context_enterprise_id": None,
        "api_app_id": APP_ID,
        "event": dict(event),
        "type": "event_callback",
        "event_id": event_id or new_event_id(),
        "event_time": event_time if event_time is not None else int(float(event.get("event_ts", time.time()))),
        "authorizations": [authorization],
        "is_ext_shared_channel": shared_with is not None,
        "event_context": f"4-{secrets.token_hex(16)}",
    }


def url_verification(challenge: str) -> Payload:
    """What Slack sends when an address is entered for the first time; `challenge` is to be answered."""
    return {"token": "sandbox-verification-token", "challenge": challenge, "type": "url_verification"}


def _hidden(place: Place, subtype: str, ts: str) -> Payload:
    return {
        "type": "message",
        "subtype": subtype,
        "channel": place.channel,
        "hidden": True,
        "ts": ts,
        "event_ts": ts,
        "channel_type": place.channel_type,
    }


def _file(file: Mapping[str, Any]) -> Payload:
    name = file.get("name", "file.txt")
    default = {"id": f"F{secrets.token_hex(5).upper()}", "name": name, "title": name, "mode": "hosted", "size": 1}
    return {**default, "mimetype": "text/plain", "filetype": "text", "is_external": False, **file}
