import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.chat import APP_TOKEN, BOT_TOKEN, app
from bot.sandbox.chat.customer import Place, block_actions, event_callback, message
from bot.sandbox.serve import running
from tests.sandbox.wire import call

ANA = Place("U0ANA", "C0ACME001")


@pytest.fixture
def chat() -> Iterator[str]:
    with running(app()) as address:
        yield address


@contextmanager
def connected(chat: str, got: list[SocketModeRequest], silent_times: int = 0) -> Iterator[None]:
    """Slack's own client, connected, acknowledging all but the first `silent_times` envelopes."""
    stop = threading.Event()

    async def live() -> None:
        web = AsyncWebClient(token=BOT_TOKEN, base_url=f"{chat}/api/")
        client = SocketModeClient(app_token=APP_TOKEN, web_client=web, ping_interval=0.2)

        async def on_request(_: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
            got.append(request)
            if len(got) > silent_times:
                answer = {"response_action": "clear"} if request.type == "interactive" else None
                await client.send_socket_mode_response(SocketModeResponse(request.envelope_id, answer))

        client.socket_mode_request_listeners.append(on_request)
        await client.connect()  # type: ignore[no-untyped-call]
        while not stop.is_set():
            await asyncio.sleep(0.01)
        await client.close()  # type: ignore[no-untyped-call]

    thread = threading.Thread(target=asyncio.run, args=(live(),))
    thread.start()
    try:
        until(lambda: connections(chat) == 1)
        yield
    finally:
        stop.set()
        thread.join()


def connections(chat: str) -> int:
    return int(call("GET", f"{chat}/sandbox/connections").body["connections"])


def until(true: Any) -> None:
    for _ in range(1000):
        if true():
            return
        time.sleep(0.01)
    raise AssertionError("It never happened.")


def push(chat: str, kind: str, payload: Any, **how: Any) -> dict[str, Any]:
    answer = call("POST", f"{chat}/sandbox/envelopes", {"type": kind, "payload": payload, **how})
    assert isinstance(answer.body, dict)
    return answer.body


def test_slacks_own_client_gets_an_event_and_its_acknowledgement_is_seen(chat: str) -> None:
    got: list[SocketModeRequest] = []
    payload = event_callback(message(ANA, "it hangs"))
    with connected(chat, got):
        result = push(chat, "events_api", payload)
    assert (result["acked"], result["attempts"]) == (True, 1)
    assert (got[0].type, got[0].payload, got[0].retry_attempt) == ("events_api", payload, 0)
    (kept,) = call("GET", f"{chat}/sandbox/envelopes").body["envelopes"]
    assert kept["acked"] is not None


def test_an_event_without_acknowledgement_comes_again(chat: str) -> None:
    got: list[SocketModeRequest] = []
    with connected(chat, got, silent_times=2):
        result = push(chat, "events_api", event_callback(message(ANA, "x")), seconds=0.2)
    assert (result["acked"], result["attempts"]) == (True, 3)
    assert [(one.retry_attempt, one.retry_reason) for one in got] == [(0, ""), (1, "timeout"), (2, "timeout")]
    assert len({one.envelope_id for one in got}) == 1


def test_an_acknowledgement_may_carry_an_answer(chat: str) -> None:
    with connected(chat, []):
        result = push(chat, "interactive", block_actions("U0ANA", "claim", place=ANA))
    assert result["response"] == {"response_action": "clear"}


def test_with_nobody_connected_nothing_is_acknowledged(chat: str) -> None:
    assert push(chat, "events_api", {}, attempts=2, seconds=0.05)["acked"] is False


def test_a_client_that_is_told_to_reconnect_does(chat: str) -> None:
    got: list[SocketModeRequest] = []
    with connected(chat, got):
        opened = len(call("GET", f"{chat}/sandbox/calls?path=connections.open").body["calls"])
        assert call("DELETE", f"{chat}/sandbox/connections").body == {"told": 1}
        until(lambda: len(call("GET", f"{chat}/sandbox/calls?path=connections.open").body["calls"]) > opened)
        until(lambda: connections(chat) == 1)
        assert push(chat, "events_api", event_callback(message(ANA, "x")))["acked"]


def test_only_an_app_token_opens_a_connection(chat: str) -> None:
    async def once() -> str:
        client = AsyncWebClient(base_url=f"{chat}/api/")
        try:
            await client.apps_connections_open(app_token=BOT_TOKEN)
        except SlackApiError as refused:
            return str(refused.response["error"])
        return "opened"

    assert asyncio.run(once()) == "not_allowed_token_type"
