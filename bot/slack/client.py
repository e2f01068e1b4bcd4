"""Out to Slack: says each thing once, in order and at Slack's pace, and changes in its place what was said before."""

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from slack_sdk.web.slack_response import SlackResponse

from bot.slack.blocks import of_intent
from bot.slack.calls.pace import Pace
from bot.slack.calls.pictures import put_up
from bot.slack.calls.web_api import LOCKED_OUT_SECONDS, Code, Paused, WebApi
from handlers.errors import Unavailable
from handlers.outside import Intent, Profile
from prompts.markup import slack_text

EVENT_TYPE = "earshot_delivery"
"""The only word of ours in what a customer's channel carries beside the text; the id beside it says nothing."""
LONGEST, LONGEST_UPDATE = 39_000, 3_900
"""Characters of a new message, bytes of a changed one; Slack's own limits are 40,000 and 4,000."""
PAGES, PAGE = 10, 200
REMEMBERED = 10_000
GONE = ("message_not_found", "cant_update_message", "edit_window_closed")


@dataclass(frozen=True)
class _Said:
    receipt: str
    attempts: int
    wording: str


class SlackChannel:
    """`handlers.outside.Channel` on Slack's Web API. Used by many threads at once."""

    def __init__(self, api: WebApi, pace: Pace | None = None) -> None:
        self.api = api
        self.pace = pace or Pace()
        self._direct: dict[str, str] = {}
        self._said: OrderedDict[str, _Said] = OrderedDict()
        self._tried: OrderedDict[str, bool] = OrderedDict()
        self._busy: dict[str, tuple[threading.Lock, int]] = {}
        self._door = threading.Lock()
        self._as_person = True

    def profile(self, slack_id: str) -> Profile | None:
        """Who `T…/U…` is, as the workspace tells it; None if it does not tell."""
        return self.api.profile(slack_id)

    def say(self, intent: Intent) -> str:
        """Say it once; its `ts` there. Raises Unavailable to be tried again, Refused when it will never work."""
        with self._one_at_a_time(intent.key):
            wording, known = _wording(intent), self._said.get(intent.key)
            if known and (known.attempts > intent.attempts or known.wording == wording):
                return known.receipt
            channel = self._channel(intent.place)
            receipt = intent.receipt or (known.receipt if known else None)
            if receipt is None and self._may_be_there(intent):
                receipt = self._find(intent, channel)
                if receipt and intent.audience == "customer":
                    return self._remember(intent, receipt, wording)
            receipt = self._change(intent, channel, receipt) if receipt else self._post(intent, channel)
            return self._remember(intent, receipt, wording)

    def _post(self, intent: Intent, channel: str) -> str:
        self._note(self._tried, intent.key, False)
        try:
            with self.pace.turn(channel, intent.key):
                self._note(self._tried, intent.key, True)
                return self._say_with_pictures(intent, _written(intent, channel))
        except Paused as pause:
            self._note(self._tried, intent.key, False)
            self.pace.hold(channel, intent.key, pause.seconds)
            raise
        except Code as refusal:
            if refusal.code == "missing_scope":
                raise Unavailable(f"Slack wants the scope {refusal.needed}.", LOCKED_OUT_SECONDS) from refusal
            raise

    def _say_with_pictures(self, intent: Intent, written: dict[str, Any]) -> str:
        """What has a chart is tried with it; Slack may not have looked at the picture yet, then the words go alone."""
        plain = written.get("blocks", [])
        if any("chart" in block for block in plain):
            written = {**written, "blocks": put_up(self.api, plain)}
            try:
                return str(self._in_their_name(intent, written)["ts"])
            except Code as refusal:
                if refusal.code not in ("invalid_blocks", "invalid_blocks_format"):
                    raise
                written = {**written, "blocks": [block for block in plain if "chart" not in block]}
        return str(self._in_their_name(intent, written)["ts"])

    def _in_their_name(self, intent: Intent, written: dict[str, Any]) -> SlackResponse:
        """A person's answer carries their name: as the sender where that is permitted, else in front of the text."""
        if not intent.author or intent.audience != "customer":
            return self.api.call("chat.postMessage", **written)
        if self._as_person:
            try:
                return self.api.call("chat.postMessage", **written, username=intent.author[:80])
            except Code as refusal:
                if refusal.needed != "chat:write.customize":
                    raise
                self._as_person = False
        named = f"*{slack_text(intent.author)}:* {written['text']}"
        return self.api.call("chat.postMessage", **{**written, "text": named})

    def _change(self, intent: Intent, channel: str, receipt: str) -> str:
        text = _text(intent).encode()[:LONGEST_UPDATE].decode(errors="ignore")
        try:
            self.api.call("chat.update", channel=channel, ts=receipt, text=text, blocks=of_intent(intent))
        except Code as refusal:
            if refusal.code not in GONE:
                raise
            return self._post(intent, channel)
        return receipt

    def _may_be_there(self, intent: Intent) -> bool:
        """True if an earlier try may have said it: not if all that this program did was to wait for its turn."""
        return self._tried.get(intent.key, intent.repeated)

    def _find(self, intent: Intent, channel: str) -> str | None:
        """Where our marker stands already."""
        wanted = marker(intent.key)
        for message in self._standing(intent, channel):
            metadata = message.get("metadata") or {}
            if metadata.get("event_type") == EVENT_TYPE and metadata.get("event_payload", {}).get("id") == wanted:
                return str(message["ts"])
        return None

    def _standing(self, intent: Intent, channel: str) -> Iterator[dict[str, Any]]:
        asked: dict[str, Any] = {"channel": channel, "include_all_metadata": True, "limit": PAGE}
        method = "conversations.history"
        if intent.thread:
            method, asked["ts"] = "conversations.replies", intent.thread.rpartition("/")[2]
        for _ in range(PAGES):
            try:
                page = self.api.call(method, **asked)
            except Code as refusal:
                if refusal.code == "thread_not_found":
                    return
                raise
            yield from page["messages"]
            asked["cursor"] = (page.get("response_metadata") or {}).get("next_cursor")
            if not asked["cursor"]:
                return

    def _channel(self, place: str) -> str:
        """The channel's id; for a person, of the direct conversation with them."""
        name = place.removeprefix("slack:").rpartition("/")[2]
        if name[:1] not in ("U", "W"):
            return name
        if name not in self._direct:
            self._direct[name] = str(self.api.call("conversations.open", users=name)["channel"]["id"])
        return self._direct[name]

    def _remember(self, intent: Intent, receipt: str, wording: str) -> str:
        self._note(self._said, intent.key, _Said(receipt, intent.attempts, wording))
        self._tried.pop(intent.key, None)
        return receipt

    def _note(self, memory: "OrderedDict[str, Any]", key: str, what: object) -> None:
        with self._door:
            memory[key] = what
            memory.move_to_end(key)
            while len(memory) > REMEMBERED:
                memory.popitem(last=False)

    @contextmanager
    def _one_at_a_time(self, key: str) -> Iterator[None]:
        """The same thing meant twice at once is said by one and found by the other."""
        with self._door:
            lock, others = self._busy.get(key, (threading.Lock(), 0))
            self._busy[key] = lock, others + 1
        try:
            with lock:
                yield
        finally:
            with self._door:
                lock, others = self._busy.pop(key)
                if others > 1:
                    self._busy[key] = lock, others - 1


def marker(key: str) -> str:
    """What marks a delivery in a channel: always the same for a key, and says nothing about it."""
    return hashlib.sha256(f"earshot {key}".encode()).hexdigest()[:24]


def _written(intent: Intent, channel: str) -> dict[str, Any]:
    """What chat.postMessage is asked."""
    written: dict[str, Any] = {
        "channel": channel,
        "text": _text(intent),
        "unfurl_links": False,
        "unfurl_media": False,
        "metadata": {"event_type": EVENT_TYPE, "event_payload": {"id": marker(intent.key)}},
    }
    if intent.thread:
        written["thread_ts"] = intent.thread.rpartition("/")[2]
    if blocks := of_intent(intent):
        written["blocks"] = blocks
    return written


def _text(intent: Intent) -> str:
    """What customers read is plain text, escaped here; what staff read is mrkdwn already."""
    if intent.audience != "customer":
        return intent.text[:LONGEST]
    text = slack_text(intent.text)
    if len(text) > LONGEST:
        raise Code("msg_too_long")
    return text


def _wording(intent: Intent) -> str:
    return json.dumps([intent.text, intent.blocks], sort_keys=True)
