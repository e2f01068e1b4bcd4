"""Socket Mode: the same handlers, and an envelope is acknowledged only when it is kept."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from bot.sandbox.chat.customer import block_actions, event_callback, message, slash_command
from bot.slack.app import SlackPlace, create
from storage.desk import messages
from tests.sandbox.wire import call
from tests.slack.conftest import ANA, MARA, Town


@contextmanager
def connected(place: SlackPlace, chat: str) -> Iterator[None]:
    """The place connected by Socket Mode, in a loop of its own, while the block lasts."""
    stop = threading.Event()

    async def live() -> None:
        async with place.socket_mode():
            while not stop.is_set():
                await asyncio.sleep(0.01)

    thread = threading.Thread(target=asyncio.run, args=(live(),))
    thread.start()
    try:
        until(lambda: call("GET", f"{chat}/sandbox/connections").body["connections"] == 1)
        yield
    finally:
        stop.set()
        thread.join()


def until(true: Callable[[], bool]) -> None:
    for _ in range(2000):
        if true():
            return
        time.sleep(0.01)
    raise AssertionError("It never happened.")


def push(chat: str, kind: str, payload: Any, **how: Any) -> dict[str, Any]:
    body: dict[str, Any] = call(
        "POST", f"{chat}/sandbox/envelopes", {"type": kind, "payload": payload, **how}, timeout=30
    ).body
    return body


def kept(town: Town) -> int:
    with town.earshot.work() as uow:
        return messages.count(uow.db)


def test_an_event_is_kept_and_acknowledged(town: Town) -> None:
    with connected(town.place, town.chat):
        payload = event_callback(message(ANA, "It hangs"))
        assert push(town.chat, "events_api", payload)["acked"]
        assert kept(town) == 1
        assert push(town.chat, "events_api", {**payload, "event_id": "Ev2"})["acked"]
        assert kept(town) == 1


def test_a_press_and_a_command_are_answered(town: Town) -> None:
    town.write("It hangs")
    with connected(town.place, town.chat):
        assert push(town.chat, "interactive", block_actions(MARA.user, "claim:1", place=MARA))["acked"]
        shown = push(town.chat, "slash_commands", slash_command(MARA.user, "/earshot", "mine", MARA))
    assert "ES-1001" in shown["response"]["text"]


def test_an_event_that_could_not_be_kept_is_not_acknowledged_and_comes_again(town: Town) -> None:
    class Closed:
        """A database that is away for one moment."""

        times = 1

        def work(self) -> Any:
            if self.times:
                self.times = 0
                raise TimeoutError("no turn to write within a minute")
            return town.earshot.work()

        gate = town.earshot.gate
        outside = town.earshot.outside

    place = create(Closed(), town.earshot.settings)
    with connected(place, town.chat):
        result = push(town.chat, "events_api", event_callback(message(ANA, "It hangs")), seconds=0.5)
    assert (result["acked"], result["attempts"]) == (True, 2)
    assert kept(town) == 1


@pytest.mark.parametrize(
    "payload", [{}, {"type": "event_callback", "event": None}, {"type": "event_callback"}, {"type": 7}]
)
def test_what_is_malformed_is_put_away(town: Town, payload: dict[str, Any]) -> None:
    with connected(town.place, town.chat):
        assert push(town.chat, "events_api", payload)["attempts"] == 1
        assert push(town.chat, "events_api", event_callback(message(ANA, "It hangs")))["acked"]


def test_it_connects_as_soon_as_slack_lets_it(town: Town) -> None:
    town.fault(match="apps.connections.open", status=503, times=1)
    with connected(town.place, town.chat):
        assert push(town.chat, "events_api", event_callback(message(ANA, "It hangs")))["acked"]


def test_without_an_app_token_nothing_is_connected(town: Town) -> None:
    town.place.app_token = None

    async def live() -> None:
        async with town.place.socket_mode():
            assert call("GET", f"{town.chat}/sandbox/connections").body["connections"] == 0

    asyncio.run(live())
