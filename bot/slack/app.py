"""The Slack place: Bolt behind an edge of our own, by HTTP and by Socket Mode, from one set of handlers."""

import logging
import re
import traceback
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient
from starlette.types import ASGIApp

from bot.settings import Settings
from bot.slack import events, intake
from bot.slack.actions import command, defect, marking, modals, presses, shortcut
from bot.slack.calls.pace import Pace
from bot.slack.calls.web_api import WebApi
from bot.slack.client import SlackChannel
from bot.slack.edge import Edge
from bot.slack.house import House, Wired
from bot.slack.socket_mode import Socket
from handlers.errors import Refused, Unavailable
from prompts import slack as words

COMMAND, SHORTCUT, REPORT = "/earshot", "send_to_earshot", "report_bug"
THREADS = {"sqlite": 4, "postgresql": 8}
MARKS = re.compile(f"{marking.KEEP}|{marking.LINK}")
ANYTHING = re.compile(".*", re.DOTALL)

log = logging.getLogger("earshot.slack")


@dataclass
class SlackPlace:
    """`asgi` is mounted at /slack, `channel` speaks for the flows; `socket_mode()` lasts as long as the server."""

    asgi: ASGIApp
    channel: SlackChannel
    house: House
    bolt: AsyncApp
    app_token: str | None = None

    @asynccontextmanager
    async def socket_mode(self) -> AsyncIterator[None]:
        """Connected by Socket Mode while this lasts, where there is an app token; nothing without one."""
        socket = Socket(self.app_token, self.house.web, self.dispatch) if self.app_token else None
        if socket:
            socket.start()
        try:
            yield
        finally:
            if socket:
                await socket.stop()
            await self.house.settled()

    async def dispatch(self, payload: dict[str, Any], headers: Mapping[str, str]) -> BoltResponse:
        """One payload of Slack's, by whichever way it came. Raises Refused where it is malformed."""
        kind = events.admit(payload)
        request = AsyncBoltRequest(mode="socket_mode", body=payload, headers={})
        answer = await self.bolt.async_dispatch(request)
        if answer.status == 404:
            log.info("ignored", extra={"kind": kind[:80]})
            return BoltResponse(status=200, body="")
        return answer


def create(earshot: Wired, settings: Settings, *, pace: Pace | None = None) -> SlackPlace:
    """The place, ready to be served. `settings` must have a bot token."""
    if settings.slack_bot_token is None:
        raise Refused("The setting SLACK_BOT_TOKEN is missing.")
    token, url = settings.slack_bot_token.get_secret_value(), settings.slack_api_url
    backend = settings.database_url.partition(":")[0].partition("+")[0]
    house = House(
        earshot=earshot,
        settings=settings,
        api=WebApi(token, url),
        web=AsyncWebClient(token=token, base_url=url, timeout=10),
        pool=ThreadPoolExecutor(THREADS.get(backend, 8), thread_name_prefix="slack"),
    )
    bolt = _bolt(house, token, url)
    secret = settings.slack_signing_secret.get_secret_value() if settings.slack_signing_secret else None
    app_token = settings.slack_app_token.get_secret_value() if settings.slack_app_token else None
    place = SlackPlace(_nothing, SlackChannel(house.api, pace), house, bolt, app_token)
    place.asgi = Edge(place.dispatch, secret)
    return place


async def _nothing(*_: object) -> None:
    """Stands for the edge until there is one."""


def _bolt(house: House, token: str, url: str) -> AsyncApp:
    """Bolt with our handlers. What it would check is checked at the edge; who it is for, it need not ask Slack."""

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=token)

    app = AsyncApp(
        name="earshot",
        logger=logging.getLogger("earshot.bolt"),
        process_before_response=True,
        authorize=authorize,
        client=AsyncWebClient(base_url=url),
        request_verification_enabled=False,
        ignoring_self_events_enabled=False,
        ssl_check_enabled=False,
        url_verification_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )

    @app.event(ANYTHING)
    async def on_event(body: dict[str, Any]) -> None:
        await intake.on_event(house, body)

    @app.action(ANYTHING)
    async def on_press(body: dict[str, Any], ack: AsyncAck) -> BoltResponse:
        await presses.on_press(house, body)
        return await ack()

    @app.view(REPORT)
    async def on_report_sent(body: dict[str, Any], ack: AsyncAck) -> BoltResponse:
        answer = await defect.on_submit(house, body)
        return await ack(**answer) if answer else await ack()

    @app.view(MARKS)
    async def on_marked(body: dict[str, Any], ack: AsyncAck) -> BoltResponse:
        answer = await marking.on_submit(house, body)
        return await ack(**answer) if answer else await ack()

    @app.view(ANYTHING)
    async def on_submit(body: dict[str, Any], ack: AsyncAck) -> BoltResponse:
        answer = await modals.on_submit(house, body)
        return await ack(**answer) if answer else await ack()

    @app.shortcut(SHORTCUT)
    async def on_shortcut(body: dict[str, Any], ack: AsyncAck) -> BoltResponse:
        await shortcut.on_shortcut(house, body)
        return await ack()

    @app.shortcut(MARKS)
    async def on_mark(body: dict[str, Any], ack: AsyncAck) -> BoltResponse:
        await marking.on_shortcut(house, body)
        return await ack()

    @app.shortcut(REPORT)
    async def on_report(body: dict[str, Any], ack: AsyncAck) -> BoltResponse:
        said = await defect.on_shortcut(house, body)
        if said != words.REPORT_OPENED:
            house.later(house.tell(body, said))
        return await ack()

    @app.command(COMMAND)
    async def on_command(body: dict[str, Any], ack: AsyncAck) -> BoltResponse:
        shown = await command.on_command(house, body)
        return await ack(shown.text, blocks=shown.blocks or None, response_type="ephemeral")

    @app.error
    async def on_error(error: Exception, body: dict[str, Any]) -> BoltResponse:
        return _failed(house, error, body)

    return app


def _failed(house: House, error: Exception, body: dict[str, Any]) -> BoltResponse:
    """What could not be done: said calmly to a person; Slack sends an event again that could not be kept."""
    is_event = body.get("type") == "event_callback"
    if isinstance(error, Refused):
        text = str(error)
    elif isinstance(error, Unavailable):
        text = words.UNAVAILABLE
    else:
        text = words.BROKEN
        where = "".join(
            traceback.format_tb(error.__traceback__)[-6:]
        )  # not the error's own words: they may be a customer's
        log.error("a handler failed", extra={"error": type(error).__name__, "where": where})
    if is_event:
        return BoltResponse(status=400 if isinstance(error, Refused) else 503, body={"error": text})
    house.later(house.tell(body, text))
    return BoltResponse(status=200, body="")
