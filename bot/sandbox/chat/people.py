"""Who and where: auth.test, team.info, users.*, conversations.* about channels, reactions."""

import json
from typing import Any

from bot.sandbox.chat.call import Answer, Call, SlackError
from bot.sandbox.chat.messages import place
from bot.sandbox.chat.workspace import APP_ID, BOT_ID, BOT_USER, TEAM_ID


def auth_test(call: Call) -> Answer:
    """auth.test: whose token this is."""
    team = _team(call)
    return {
        "url": call.address, "team": team["name"], "user": "earshot", "team_id": TEAM_ID, "user_id": BOT_USER,
        "bot_id": BOT_ID, "app_id": APP_ID, "is_enterprise_install": False,
    }  # fmt: skip


def show_team(call: Call) -> Answer:
    """team.info."""
    return {"team": _team(call)}


def show_user(call: Call) -> Answer:
    """users.info; the e-mail address only with users:read.email, as in Slack."""
    user = call.workspace.user(call.required("user", "user_not_found"))
    if user is None:
        raise SlackError("user_not_found")
    return {"user": _shown(call, user)}


def lookup_by_email(call: Call) -> Answer:
    """users.lookupByEmail."""
    row = call.workspace.row(
        "SELECT body FROM users WHERE email = ?", call.required("email", "users_not_found").lower()
    )
    if row is None:
        raise SlackError("users_not_found")
    return {"user": json.loads(row["body"])}


def user_list(call: Call) -> Answer:
    """users.list."""
    people, marker = _listed(call, "SELECT body FROM users ORDER BY id")
    return {"members": [_shown(call, user) for user in people], "cache_ts": 1, "response_metadata": marker}


def show_channel(call: Call) -> Answer:
    """conversations.info."""
    channel = place(call, "channel")
    count = {"num_members": len(channel["members"])} if call.flag("include_num_members") else {}
    return {"channel": {**_public(channel), **count}}


def channel_list(call: Call) -> Answer:
    """conversations.list."""
    kinds = (call.text("types") or "public_channel").split(",")
    channels, marker = _listed(call, "SELECT body FROM channels ORDER BY id")
    return {
        "channels": [_public(channel) for channel in channels if _wanted(call, channel, kinds)],
        "response_metadata": marker,
    }


def channel_members(call: Call) -> Answer:
    """conversations.members."""
    members = place(call, "channel", reading=True)["members"]
    start, limit = _start(call), call.number("limit", 100, 1000)
    more = f"next-{start + limit}" if len(members) > start + limit else ""
    return {"members": members[start : start + limit], "response_metadata": {"next_cursor": more}}


def open_direct(call: Call) -> Answer:
    """conversations.open with one person."""
    channel = call.workspace.channel(call.required("users", "users_list_not_supplied").split(",")[0])
    if channel is None:
        raise SlackError("user_not_found")
    return {"channel": {"id": channel["id"]}}


def add_reaction(call: Call) -> Answer:
    """reactions.add."""
    where, message, reactions = _reactions(call)
    name = call.required("name", "no_reaction")
    entry = next((one for one in reactions if one["name"] == name), None)
    if entry and BOT_USER in entry["users"]:
        raise SlackError("already_reacted")
    if entry is None:
        entry = {"name": name, "users": [], "count": 0}
        reactions.append(entry)
    entry["users"].append(BOT_USER)
    entry["count"] += 1
    call.workspace.db.execute(
        "UPDATE messages SET body = ? WHERE channel = ? AND ts = ?",
        (json.dumps({**message, "reactions": reactions}, ensure_ascii=False), where, message["ts"]),
    )
    return {}


def get_reactions(call: Call) -> Answer:
    """reactions.get."""
    where, message, _ = _reactions(call)
    return {"type": "message", "channel": where, "message": message}


def api_test(call: Call) -> Answer:
    """api.test."""
    return {"args": call.arguments}


def _reactions(call: Call) -> tuple[str, dict[str, Any], list[dict[str, Any]]]:
    where, ts = place(call, "channel")["id"], call.required("timestamp", "bad_timestamp")
    row = call.workspace.row("SELECT body FROM messages WHERE channel = ? AND ts = ?", where, ts)
    if row is None:
        raise SlackError("message_not_found")
    message = json.loads(row["body"])
    return where, message, message.get("reactions", [])


def _team(call: Call) -> dict[str, Any]:
    default = {"id": TEAM_ID, "name": "Sandbox", "domain": "sandbox", "email_domain": "", "icon": {}}
    return {**default, **call.workspace.setting("team", {})}


def _shown(call: Call, user: dict[str, Any]) -> dict[str, Any]:
    if "users:read.email" in call.token.scopes:
        return user
    return {**user, "profile": {name: value for name, value in user["profile"].items() if name != "email"}}


def _public(channel: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in channel.items() if name != "members"}


def _wanted(call: Call, channel: dict[str, Any], kinds: list[str]) -> bool:
    if call.flag("exclude_archived") and channel["is_archived"]:
        return False
    return ("private_channel" if channel["is_private"] else "public_channel") in kinds


def _listed(call: Call, question: str) -> tuple[list[dict[str, Any]], dict[str, str]]:
    everything = [json.loads(row["body"]) for row in call.workspace.rows(question)]
    start, limit = _start(call), call.number("limit", 1000, 1000)
    more = f"next-{start + limit}" if len(everything) > start + limit else ""
    return everything[start : start + limit], {"next_cursor": more}


def _start(call: Call) -> int:
    text = call.text("cursor").removeprefix("next-")
    if text and not text.isdigit():
        raise SlackError("invalid_cursor")
    return int(text or 0)
