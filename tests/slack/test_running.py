"""The place with flows that really run: a busy channel keeps its order and its pace, and holds up nobody else."""

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from bot import settings, wiring
from bot.engine import Durable
from bot.sandbox.chat.customer import Delivery, Place, Sender, event_callback, message
from bot.sandbox.serve import running
from bot.slack.app import create
from tests.sandbox.wire import call
from tests.slack.conftest import CHANNEL, THEIR_TEAM, PlainListener, furnish

QUIET = "C0QUIET001"


@pytest.fixture
def live(chat: str, sqlite_url: str, slack_settings: dict[str, Any]) -> Iterator[tuple[str, wiring.Earshot]]:
    """Where events go in, and the Earshot behind it; the chat takes one post a second per channel."""
    limits = {"rate_limit": {"per_channel_seconds": 1.0, "burst": 1}, "channels": [{"id": QUIET}]}
    call("POST", f"{chat}/sandbox/workspace", limits)
    earshot = wiring.wire(settings.read(database_url=sqlite_url, _env_file=None, **slack_settings))
    earshot.listener = PlainListener()
    place = create(earshot, earshot.settings)
    earshot.outside.channels["slack"] = place.channel
    furnish(earshot)
    assert isinstance(earshot.engine, Durable)
    earshot.engine.launch()
    with running(place.asgi) as address:
        yield f"{address}/slack/events", earshot
    earshot.close()


def said(chat: str, channel: str) -> list[dict[str, Any]]:
    found = call("GET", f"{chat}/sandbox/messages?channel={channel}&by=app").body["messages"]
    return [one for one in found if one.get("thread_ts")]


def test_a_busy_channel_keeps_order_and_pace_and_holds_up_nobody(chat: str, live: tuple[str, wiring.Earshot]) -> None:
    url, _ = live
    busy = [message(Place(f"U0BUSY00{number:02d}", CHANNEL, THEIR_TEAM), f"It hangs {number}") for number in range(12)]
    quiet = message(Place("U0QUIET001", QUIET, "T0QUIET001"), "It hangs")

    async def everything() -> list[Delivery]:
        async with Sender(url, retries=()) as sender:
            return [await sender.event(event_callback(one)) for one in [*busy, quiet]]

    assert {one.status for one in asyncio.run(everything())} == {200}
    pause = threading.Event()
    for _ in range(1200):
        if len(said(chat, CHANNEL)) == len(busy):
            break
        pause.wait(0.05)
    answers = said(chat, CHANNEL)
    assert sorted(one["thread_ts"] for one in answers) == [one["ts"] for one in busy]
    (elsewhere,) = said(chat, QUIET)
    assert elsewhere["ts"] < answers[-1]["ts"]
    calls = call("GET", f"{chat}/sandbox/calls").body["calls"]
    assert [one["outcome"] for one in calls if one["method"] == "chat.postMessage" and one["outcome"] != "ok"] == []
