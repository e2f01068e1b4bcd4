"""Socket Mode: the same payloads over a connection that we open; acknowledged only when they are kept."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackClientError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from handlers.errors import Refused

LONGEST_PAUSE_SECONDS = 60.0

log = logging.getLogger("earshot.slack")


class Socket:
    """One connection, opened again whenever it is lost. Start and stop it in one event loop."""

    def __init__(
        self,
        app_token: str,
        web: AsyncWebClient,
        dispatch: Callable[[dict[str, Any], Mapping[str, str]], Awaitable[BoltResponse]],
    ) -> None:
        self.app_token, self.web, self.dispatch = app_token, web, dispatch
        self._client: SocketModeClient | None = None
        self._opening: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Connect as soon as Slack lets us; returns at once."""
        self._client = SocketModeClient(app_token=self.app_token, web_client=self.web, auto_reconnect_enabled=True)
        self._client.socket_mode_request_listeners.append(self._hear)
        self._opening = asyncio.get_running_loop().create_task(self._connect(self._client))

    async def stop(self) -> None:
        """Hang up."""
        if self._opening:
            self._opening.cancel()
            await asyncio.gather(self._opening, return_exceptions=True)
        if self._client:
            await self._client.close()  # type: ignore[no-untyped-call]

    async def _connect(self, client: SocketModeClient) -> None:
        pause = 1.0
        while True:
            try:
                await client.connect()  # type: ignore[no-untyped-call]
                return
            except (SlackClientError, aiohttp.ClientError, OSError, TimeoutError) as failure:
                log.warning("Slack cannot be reached by Socket Mode", extra={"why": type(failure).__name__})
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    async def _hear(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        loop = asyncio.get_running_loop()
        try:
            answer = await self.dispatch(request.payload, {})
        except Refused as refusal:
            log.info("a malformed request was refused", extra={"why": str(refusal)})
            answer = BoltResponse(status=200, body="")  # it would come again as it is
        await send_async_response(client, request, answer, loop.time())
