import asyncio
import json
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs

from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox.chat import BOT_TOKEN, SIGNING_SECRET, app
from bot.sandbox.chat.customer import (
    Delivery,
    Place,
    Sender,
    app_home_opened,
    app_mention,
    block_actions,
    bot_message,
    event_callback,
    global_shortcut,
    member_joined_channel,
    message,
    message_changed,
    message_deleted,
    message_shortcut,
    signed,
    slash_command,
    url_verification,
    view_submission,
)
from bot.sandbox.serve import running
from tests.sandbox.wire import call

ANA = Place("U0ANA", "C0ACME001")


@contextmanager
def door(*statuses: int, headers: dict[str, str] | None = None) -> Iterator[tuple[str, list[Request]]]:
    """An app that answers with these statuses in turn, and the requests it got."""
    got: list[Request] = []
    answers = iter(statuses)

    async def on_event(request: Request) -> Response:
        request.state.body = await request.body()
        got.append(request)
        return Response(status_code=next(answers, 200), headers=headers)

    with running(Starlette(routes=[Route("/slack/events", on_event, methods=["POST"])])) as address:
        yield f"{address}/slack/events", got


def deliver(url: str, send: Callable[[Sender], Awaitable[Delivery]], **how: Any) -> Delivery:
    async def once() -> Delivery:
        async with Sender(url, **{"retries": (0.0, 0.0, 0.0), **how}) as sender:
            return await send(sender)

    return asyncio.run(once())


def test_what_is_sent_is_signed_as_slack_signs() -> None:
    with door(200) as (url, got):
        payload = event_callback(message(ANA, "¿hola?"))
        assert deliver(url, lambda sender: sender.event(payload)).accepted
    verifier = SignatureVerifier(SIGNING_SECRET)
    assert verifier.is_valid_request(got[0].state.body, dict(got[0].headers))
    assert json.loads(got[0].state.body) == payload
    assert not verifier.is_valid_request(got[0].state.body + b" ", dict(got[0].headers))
    assert not verifier.is_valid_request(b"{}", signed(b"{}", at=time.time() - 400))


def test_an_event_that_is_not_answered_well_comes_again_with_its_number_and_reason() -> None:
    with door(500, 503, 200) as (url, got):
        result = deliver(url, lambda sender: sender.event(event_callback(message(ANA, "x"))))
    assert (result.attempts, result.status) == (3, 200)
    assert [request.headers.get("x-slack-retry-num") for request in got] == [None, "1", "2"]
    assert [request.headers.get("x-slack-retry-reason") for request in got] == [None, "http_error", "http_error"]
    assert len({json.loads(request.state.body)["event_id"] for request in got}) == 1


def test_it_comes_four_times_at_most_and_not_again_where_that_is_unwanted() -> None:
    with door(500, 500, 500, 500, 500) as (url, got):
        assert deliver(url, lambda sender: sender.event(event_callback(message(ANA, "x")))).attempts == 4
        assert len(got) == 4
    with door(500, headers={"x-slack-no-retry": "1"}) as (url, _):
        assert deliver(url, lambda sender: sender.event(event_callback(message(ANA, "x")))).attempts == 1


def test_a_closed_door_is_a_failed_connection() -> None:
    with door() as (url, _):
        pass
    result = deliver(url, lambda sender: sender.event(event_callback(message(ANA, "x"))))
    assert (result.status, result.attempts, result.reason) == (0, 4, "connection_failed")


def test_an_interaction_travels_as_a_form_and_only_once() -> None:
    with door(500, 500) as (url, got):
        press = block_actions("U0LISTENER", "claim", "7", place=ANA)
        assert deliver(url, lambda sender: sender.action(press)).attempts == 1
        assert deliver(url, lambda sender: sender.action(slash_command("U0ANA", "/earshot", "help"))).attempts == 1
    fields = [parse_qs(request.state.body.decode()) for request in got]
    assert json.loads(fields[0]["payload"][0])["actions"][0]["action_id"] == "claim"
    assert fields[1]["command"] == ["/earshot"]


def test_bolt_understands_everything_the_builders_make() -> None:
    first = message(ANA, "it hangs", files=[{"name": "screen.png", "mimetype": "image/png"}])
    heard: list[str] = []
    with running(app()) as chat, bolt(chat, heard) as url:
        view = {"id": "V1", "type": "modal", "callback_id": "reply"}
        values = {"reply": {"text": {"type": "plain_text_input", "value": "We are on it"}}}
        events = [
            first,
            message_changed(ANA, first, "it hangs again"),
            message_deleted(ANA, first),
            app_mention(ANA, "help"),
            member_joined_channel(ANA),
            app_home_opened("U0ANA"),
        ]
        presses = [
            block_actions("U0ANA", "claim", "7", place=ANA),
            block_actions("U0ANA", "choose", view=view, kind="static_select", selected_option={"value": "bug"}),
            view_submission("U0ANA", "reply", values, view=view),
            message_shortcut("U0STAFF", "send_to_earshot", ANA, first),
            global_shortcut("U0STAFF", "anywhere"),
        ]

        async def all_of_it() -> list[Delivery]:
            async with Sender(url, retries=()) as sender:
                told = [await sender.event(event_callback(event)) for event in events]
                told += [await sender.action(press) for press in presses]
                return [*told, await sender.action(slash_command("U0ANA", "/earshot", "help"))]

        assert [one.status for one in asyncio.run(all_of_it())] == [200] * 12
    assert heard == [
        "message file_share", "message message_changed", "message message_deleted", "app_mention",
        "member_joined_channel", "app_home_opened", "claim", "choose", "reply", "send_to_earshot", "anywhere",
        "/earshot",
    ]  # fmt: skip


def test_what_somebody_says_is_in_the_channel_before_the_app_hears_of_it() -> None:
    with running(app()) as chat, door(200) as (url, got):
        call("POST", f"{chat}/sandbox/workspace", {"channels": [{"id": ANA.channel}]})

        async def speak() -> dict[str, Any]:
            async with Sender(url) as sender:
                event, delivery = await sender.say(chat, ANA, "it hangs")
                assert delivery.accepted
                return event

        event = asyncio.run(speak())
        (kept,) = call("GET", f"{chat}/sandbox/messages?by=people").body["messages"]
    assert (kept["ts"], kept["text"], kept["user"]) == (event["ts"], "it hangs", "U0ANA")
    assert json.loads(got[0].state.body)["event"] == event


def test_a_challenge_and_a_bots_message_have_slacks_shape() -> None:
    assert url_verification("abc")["challenge"] == "abc"
    assert bot_message(ANA, "ping")["subtype"] == "bot_message"


@contextmanager
def bolt(chat: str, heard: list[str]) -> Iterator[str]:
    """A Bolt app on HTTP that notes what it heard. It lives in the loop of its own server."""
    from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
    from slack_sdk.web.async_client import AsyncWebClient

    client = AsyncWebClient(token=BOT_TOKEN, base_url=f"{chat}/api/")
    listening = AsyncApp(signing_secret=SIGNING_SECRET, client=client, process_before_response=True)
    lock = threading.Lock()

    def note(name: str) -> None:
        with lock:
            heard.append(name)

    for kind in ("message", "app_mention", "member_joined_channel", "app_home_opened"):

        async def on_event(event: dict[str, Any]) -> None:
            note(f"{event['type']} {event['subtype']}" if "subtype" in event else event["type"])

        listening.event(kind)(on_event)

    def acknowledged(name: str) -> Callable[..., Awaitable[None]]:
        async def on_action(ack: Callable[[], Awaitable[None]]) -> None:
            await ack()
            note(name)

        return on_action

    for action in ("claim", "choose"):
        listening.action(action)(acknowledged(action))
    listening.view("reply")(acknowledged("reply"))
    listening.shortcut("send_to_earshot")(acknowledged("send_to_earshot"))
    listening.shortcut("anywhere")(acknowledged("anywhere"))
    listening.command("/earshot")(acknowledged("/earshot"))
    handler = AsyncSlackRequestHandler(listening)

    async def endpoint(request: Request) -> Response:
        return await handler.handle(request)

    with running(Starlette(routes=[Route("/slack/events", endpoint, methods=["POST"])])) as address:
        yield f"{address}/slack/events"
