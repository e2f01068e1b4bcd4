"""views.*: modals and the home tab, with Slack's limits, its three-second triggers and its stack of three."""

import hashlib
import json
import re
import secrets
import time
from typing import Any

from bot.sandbox.block_kit import VIEW_BLOCKS, complaints_of, text_complaints
from bot.sandbox.chat.call import Answer, Call, SlackError
from bot.sandbox.chat.workspace import APP_ID, BOT_ID, TEAM_ID, Workspace

TRIGGER_SECONDS, STACK, VIEW_BYTES = 3.0, 3, 250_000
_TRIGGER = re.compile(r"(\d{10,13})\.\d+\.[0-9a-f]+")


def open_view(call: Call) -> Answer:
    """views.open."""
    _use_trigger(call)
    return _kept(call, _checked(call, "modal"), root=None, previous=None)


def push_view(call: Call) -> Answer:
    """views.push: on top of the modal that the trigger's user opened last."""
    view = _checked(call, "modal")
    _use_trigger(call)
    top = call.workspace.row(
        "SELECT * FROM views WHERE json_extract(body, '$.type') = 'modal' ORDER BY seq DESC LIMIT 1"
    )
    if top is None:
        raise SlackError("not_found")
    depth = call.workspace.rows("SELECT 1 FROM views WHERE root = ?", top["root"])
    if len(depth) >= STACK:
        raise SlackError("push_limit_reached")
    return _kept(call, view, root=top["root"], previous=top["id"])


def update_view(call: Call) -> Answer:
    """views.update, by view_id or external_id; a stale hash is refused."""
    old = call.workspace.row(
        "SELECT * FROM views WHERE id = ? OR (external_id IS NOT NULL AND external_id = ?)",
        call.text("view_id"), call.text("external_id"),
    )  # fmt: skip
    if old is None:
        raise SlackError("not_found")
    return _replaced(call, _checked(call, "modal"), json.loads(old["body"]))


def publish_view(call: Call) -> Answer:
    """views.publish: somebody's home tab."""
    user = call.required("user_id")
    if call.workspace.user(user) is None:
        raise SlackError("invalid_arguments", ["user_id must be a valid user [json-pointer:/user_id]"])
    view = _checked(call, "home")
    old = call.workspace.row("SELECT body FROM views WHERE user = ? AND json_extract(body, '$.type') = 'home'", user)
    if old:
        return _replaced(call, view, json.loads(old["body"]))
    return _kept(call, view, root=None, previous=None, user=user)


def new_trigger() -> str:
    """A trigger_id that opens one modal within three seconds from now, as Slack hands out with every action."""
    return f"{int(time.time() * 1000)}.{secrets.randbelow(10**12)}.{secrets.token_hex(8)}"


def _use_trigger(call: Call) -> None:
    text = call.required("trigger_id")
    found = _TRIGGER.fullmatch(text)
    if not found:
        raise SlackError("invalid_trigger_id")
    if text in call.workspace.used_triggers:
        raise SlackError("exchanged_trigger_id")
    if time.time() - int(found[1]) / 1000 > TRIGGER_SECONDS:
        raise SlackError("expired_trigger_id")
    call.workspace.used_triggers.add(text)


def _checked(call: Call, kind: str) -> dict[str, Any]:
    view = call.structure("view", "invalid_arguments")
    if not isinstance(view, dict):
        raise SlackError("invalid_arguments", ["missing required field: view"])
    if view.get("type") != kind:
        raise SlackError("invalid_arguments", [f"must be {kind} [json-pointer:/view/type]"])
    complaints = complaints_of(view.get("blocks"), "/view/blocks", VIEW_BLOCKS)
    blocks = view.get("blocks")
    asks = isinstance(blocks, list) and any(isinstance(one, dict) and one.get("type") == "input" for one in blocks)
    if kind == "modal":
        complaints += text_complaints(view.get("title"), "/view/title", 24, plain=True)
        if asks and "submit" not in view:
            complaints.append("`submit` is required when an input block is within blocks [json-pointer:/view/submit]")
    for name in ("submit", "close"):
        if name in view:
            complaints += text_complaints(view[name], f"/view/{name}", 24, plain=True)
    for name, limit in (("private_metadata", 3000), ("callback_id", 255), ("external_id", 255)):
        if len(str(view.get(name) or "")) > limit:
            complaints.append(f"must be less than {limit + 1} characters [json-pointer:/view/{name}]")
    if complaints:
        raise SlackError("invalid_arguments", complaints)
    if len(json.dumps(view)) > VIEW_BYTES:
        raise SlackError("view_too_large")
    return view


def _kept(call: Call, view: dict[str, Any], root: str | None, previous: str | None, user: str | None = None) -> Answer:
    name = f"V{secrets.token_hex(5).upper()}"
    full = _full(view, name) | {"root_view_id": root or name, "previous_view_id": previous}
    if view.get("external_id") and call.workspace.row("SELECT 1 FROM views WHERE external_id = ?", view["external_id"]):
        raise SlackError("duplicate_external_id")
    call.workspace.db.execute(
        "INSERT INTO views (id, user, root, previous, external_id, change, at, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            name,
            user,
            root or name,
            previous,
            view.get("external_id") or None,
            full["hash"],
            time.time(),
            json.dumps(full),
        ),
    )
    return {"view": full}


def _replaced(call: Call, view: dict[str, Any], old: dict[str, Any]) -> Answer:
    if call.text("hash") and call.text("hash") != old["hash"]:
        raise SlackError("hash_conflict")
    kept = {name: old[name] for name in ("root_view_id", "previous_view_id")}
    full = _full(view, old["id"]) | kept
    call.workspace.db.execute(
        "UPDATE views SET body = ?, change = ?, at = ?, external_id = ? WHERE id = ?",
        (json.dumps(full), full["hash"], time.time(), view.get("external_id") or None, old["id"]),
    )
    return {"view": full}


def _full(view: dict[str, Any], name: str) -> dict[str, Any]:
    change = f"{int(time.time())}.{hashlib.sha256(json.dumps(view).encode() + secrets.token_bytes(4)).hexdigest()[:8]}"
    default = {
        "title": None, "close": None, "submit": None, "private_metadata": "", "callback_id": "", "external_id": "",
        "clear_on_close": False, "notify_on_close": False,
    }  # fmt: skip
    identity = {"id": name, "team_id": TEAM_ID, "app_id": APP_ID, "bot_id": BOT_ID, "app_installed_team_id": TEAM_ID}
    return {**default, **view, **identity, "state": {"values": {}}, "hash": change}


def shown(workspace: Workspace) -> list[dict[str, Any]]:
    """Every view as it stands, oldest first, with whose home it is."""
    return [
        {"seq": row["seq"], "user": row["user"], "changed_at": row["at"], **json.loads(row["body"])}
        for row in workspace.rows("SELECT * FROM views ORDER BY seq")
    ]
