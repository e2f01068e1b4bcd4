"""chat.* and what is read back of it: conversations.history and conversations.replies."""

import base64
import binascii
import json
import math
import re
import sqlite3
import time
from typing import Any

from bot.sandbox.block_kit import MESSAGE_BLOCKS, MESSAGE_CHARACTERS, characters, complaints_of
from bot.sandbox.chat.call import Answer, Call, SlackError
from bot.sandbox.chat.workspace import APP_ID, BOT_ID, BOT_USER, TEAM_ID, Workspace

POST_CHARACTERS, UPDATE_BYTES = 40_000, 4_000
METADATA_BYTES = 8_000  # Slack refuses large metadata (metadata_too_large) without publishing a number
_TS = re.compile(r"\d{1,12}\.\d{6}")


def post_message(call: Call) -> Answer:
    """chat.postMessage."""
    channel = place(call, "channel", posting=True)
    message = _written(call, call.workspace.stamp())
    _hold_to_rate(call.workspace, channel["id"])
    record(call.workspace, channel["id"], message)
    return {"channel": channel["id"], "ts": message["ts"], "message": message}


def post_ephemeral(call: Call) -> Answer:
    """chat.postEphemeral: seen by one person, found by no later call."""
    channel, user = place(call, "channel", posting=True), call.required("user", "user_not_in_channel")
    if call.workspace.user(user) is None:
        raise SlackError("user_not_in_channel")
    message = _written(call, call.workspace.stamp())
    record(call.workspace, channel["id"], message, audience=user)
    return {"message_ts": message["ts"]}


def update(call: Call) -> Answer:
    """chat.update. The text may have 4,000 bytes, not characters; new text alone removes the old blocks."""
    channel, ts = place(call, "channel"), call.required("ts")
    old = _found(call.workspace, channel["id"], ts)
    if old is None:
        raise SlackError("message_not_found")
    if old.get("bot_id") != BOT_ID:
        raise SlackError("cant_update_message")
    if len(call.text("text").encode()) > UPDATE_BYTES:
        raise SlackError("msg_too_long")
    new = {**old, **_written(call, ts), "edited": {"user": BOT_USER, "ts": call.workspace.stamp()}}
    if "text" in call.arguments and "blocks" not in call.arguments:
        new.pop("blocks", None)
    _rewrite(call.workspace, channel["id"], new)
    return {"channel": channel["id"], "ts": ts, "text": new["text"], "message": new}


def unfurl(call: Call) -> Answer:
    """chat.unfurl: what is shown under the links of somebody's message; the call itself is on record."""
    place(call, "channel"), call.required("ts")
    shown = call.arguments.get("unfurls")
    shown = json.loads(shown) if isinstance(shown, str) else shown
    if not isinstance(shown, dict) or not shown:
        raise SlackError("cannot_parse_attachment")
    return {}


def delete(call: Call) -> Answer:
    """chat.delete."""
    channel, ts = place(call, "channel"), call.required("ts")
    if _found(call.workspace, channel["id"], ts) is None:
        raise SlackError("message_not_found")
    call.workspace.db.execute("DELETE FROM messages WHERE channel = ? AND ts = ?", (channel["id"], ts))
    return {"channel": channel["id"], "ts": ts}


def get_permalink(call: Call) -> Answer:
    """chat.getPermalink; the address works on the stand-in."""
    channel, ts = place(call, "channel"), call.required("message_ts")
    message = _found(call.workspace, channel["id"], ts)
    if message is None:
        raise SlackError("message_not_found")
    thread = message.get("thread_ts")
    query = f"?thread_ts={thread}&cid={channel['id']}" if thread and thread != ts else ""
    return {
        "channel": channel["id"],
        "permalink": f"{call.address}archives/{channel['id']}/p{ts.replace('.', '')}{query}",
    }


def replies(call: Call) -> Answer:
    """conversations.replies: the thread, oldest first; asked with a reply's ts, only that reply, as Slack does."""
    channel, ts = place(call, "channel", reading=True), call.required("ts")
    found = call.workspace.rows(
        "SELECT body FROM messages WHERE channel = ? AND audience IS NULL AND (ts = ? OR thread_ts = ?) ORDER BY ts",
        channel["id"], ts, ts,
    )  # fmt: skip
    if not found:
        raise SlackError("thread_not_found")
    thread = [json.loads(row["body"]) for row in found]
    if thread[0]["ts"] == ts and len(thread) > 1:
        thread[0] |= _summary(thread)
    return _page(call, thread, newest_first=False)


def history(call: Call) -> Answer:
    """conversations.history: what stands in the channel itself, newest first."""
    channel = place(call, "channel", reading=True)
    found = call.workspace.rows(
        "SELECT body FROM messages WHERE channel = ? AND audience IS NULL AND (thread_ts IS NULL OR thread_ts = ts)"
        " ORDER BY ts DESC",
        channel["id"],
    )
    return _page(call, [json.loads(row["body"]) for row in found], newest_first=True)


def place(call: Call, name: str, posting: bool = False, reading: bool = False) -> dict[str, Any]:
    """The channel meant by argument `name`, if the app may do there what it wants to."""
    channel = call.workspace.channel(call.required(name, "channel_not_found"))
    if channel is None or (channel["is_private"] and not channel["is_member"]):
        raise SlackError("channel_not_found")
    if posting and channel["is_archived"]:
        raise SlackError("is_archived")
    stranger = not channel["is_member"]
    if stranger and (reading or (posting and "chat:write.public" not in call.token.scopes)):
        raise SlackError("not_in_channel")
    return channel


def record(workspace: Workspace, channel: str, message: dict[str, Any], audience: str | None = None) -> bool:
    """Keep a message. False if one with this channel and ts is there already."""
    done = workspace.db.execute(
        "INSERT OR IGNORE INTO messages (channel, ts, thread_ts, audience, at, body) VALUES (?, ?, ?, ?, ?, ?)",
        (
            channel,
            message["ts"],
            message.get("thread_ts"),
            audience,
            time.time(),
            json.dumps(message, ensure_ascii=False),
        ),
    )
    return done.rowcount == 1


def listed(row: sqlite3.Row) -> dict[str, Any]:
    """A kept message as the control endpoints show it."""
    shown = {"seq": row["seq"], "channel": row["channel"], "recorded_at": row["at"], "to": row["audience"]}
    return {**shown, **json.loads(row["body"])}


def _written(call: Call, ts: str) -> dict[str, Any]:
    """The message that the arguments describe, after everything Slack checks."""
    text = call.text("text") or call.text("markdown_text")
    blocks, attachments = (
        call.structure("blocks", "invalid_blocks_format"),
        call.structure("attachments", "invalid_attachments"),
    )
    if not (text or blocks or attachments):
        raise SlackError("no_text")
    if len(text) > POST_CHARACTERS:
        raise SlackError("msg_too_long")
    if blocks:
        if complaints := complaints_of(blocks, "/blocks", MESSAGE_BLOCKS):
            raise SlackError("invalid_blocks", complaints)
        if characters(blocks) > MESSAGE_CHARACTERS:
            raise SlackError("msg_blocks_too_long")
    message: dict[str, Any] = {"type": "message", "user": BOT_USER, "bot_id": BOT_ID, "app_id": APP_ID, "team": TEAM_ID}
    message |= {"text": text, "ts": ts} | ({"blocks": blocks} if blocks else {})
    message |= {"attachments": attachments} if attachments else {}
    if thread := call.text("thread_ts"):
        if not _TS.fullmatch(thread):
            raise SlackError("invalid_thread_ts")
        message |= {"thread_ts": thread}
    if any(name in call.arguments for name in ("username", "icon_url", "icon_emoji")):
        call.token.needs("chat:write.customize")
        icons = {name[5:]: call.text(name) for name in ("icon_url", "icon_emoji") if call.text(name)}
        message |= {"subtype": "bot_message", "username": call.text("username"), "icons": icons}
    if metadata := _metadata(call):
        message["metadata"] = metadata
    return message


def _metadata(call: Call) -> dict[str, Any] | None:
    metadata = call.structure("metadata", "invalid_metadata_format")
    if not metadata:
        return None
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_payload"), dict):
        raise SlackError("invalid_metadata_schema")
    if not metadata.get("event_type") or not isinstance(metadata["event_type"], str):
        raise SlackError("invalid_metadata_schema")
    if len(json.dumps(metadata, ensure_ascii=False).encode()) > METADATA_BYTES:
        raise SlackError("metadata_too_large")
    return metadata


def _hold_to_rate(workspace: Workspace, channel: str) -> None:
    limit = workspace.setting("rate_limit", None)
    if not limit:
        return
    now, span = time.monotonic(), float(limit.get("per_channel_seconds", 1.0)) * int(limit.get("burst", 1))
    recent = workspace.posted[channel] = [at for at in workspace.posted[channel] if at > now - span]
    if len(recent) >= int(limit.get("burst", 1)):
        raise SlackError("ratelimited", retry_after=max(1, math.ceil(recent[0] + span - now)))
    recent.append(now)


def _found(workspace: Workspace, channel: str, ts: str) -> dict[str, Any] | None:
    row = workspace.row("SELECT body FROM messages WHERE channel = ? AND ts = ? AND audience IS NULL", channel, ts)
    return json.loads(row["body"]) if row else None


def _rewrite(workspace: Workspace, channel: str, message: dict[str, Any]) -> None:
    workspace.db.execute(
        "UPDATE messages SET body = ? WHERE channel = ? AND ts = ?",
        (json.dumps(message, ensure_ascii=False), channel, message["ts"]),
    )


def _summary(thread: list[dict[str, Any]]) -> dict[str, Any]:
    users = list(dict.fromkeys(reply["user"] for reply in thread[1:]))
    return {
        "thread_ts": thread[0]["ts"], "reply_count": len(thread) - 1, "reply_users": users,
        "reply_users_count": len(users), "latest_reply": thread[-1]["ts"], "is_locked": False,
    }  # fmt: skip


def _page(call: Call, messages: list[dict[str, Any]], newest_first: bool) -> Answer:
    oldest, latest, inclusive = call.text("oldest", "0"), call.text("latest") or "9" * 12, call.flag("inclusive")
    within = [
        message for message in messages
        if oldest < message["ts"] < latest or (inclusive and message["ts"] in (oldest, latest))
    ]  # fmt: skip
    start, limit = _cursor(call), call.number("limit", 100, 999)
    page, more = within[start : start + limit], len(within) > start + limit
    if not call.flag("include_all_metadata"):
        page = [{name: value for name, value in message.items() if name != "metadata"} for message in page]
    marker = base64.b64encode(f"next:{start + limit}".encode()).decode() if more else ""
    return {"messages": page, "has_more": more, "response_metadata": {"next_cursor": marker}} | (
        {"pin_count": 0} if newest_first else {}
    )


def _cursor(call: Call) -> int:
    text = call.text("cursor")
    try:
        return int(base64.b64decode(text, validate=True).decode().removeprefix("next:")) if text else 0
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise SlackError("invalid_cursor") from None
