"""Sends payloads to the app as Slack does: signed, waited for three seconds, and repeated when not answered well.

aiohttp, because what measures the app's throughput shares the machine with it and must be light.
"""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import aiohttp

from bot.sandbox.chat.customer.actions import form_of
from bot.sandbox.chat.customer.events import Payload, Place, event_callback, message
from bot.sandbox.chat.workspace import SIGNING_SECRET

SLACKS_RETRIES = (0.0, 60.0, 300.0)
"""Seconds before the first, second and third repetition."""


def signed(body: bytes, secret: str = SIGNING_SECRET, at: float | None = None) -> dict[str, str]:
    """The two headers by which Slack proves that it sent `body`. `at` is a Unix time, now by default."""
    stamp = str(int(time.time() if at is None else at))
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={digest}"}


@dataclass(frozen=True)
class Delivery:
    """What became of one payload. `seconds` is the time of the attempt that decided; status 0 is no answer."""

    status: int
    body: str
    attempts: int
    seconds: float
    reason: str | None = None

    @property
    def accepted(self) -> bool:
        """True if the app answered 2xx."""
        return 200 <= self.status < 300


class Sender:
    """Slack's sending side. Use as an async context manager; safe for many deliveries at once."""

    def __init__(
        self,
        url: str,
        secret: str = SIGNING_SECRET,
        *,
        retries: Sequence[float] = SLACKS_RETRIES,
        patience: float = 3.0,
        connections: int = 100,
    ) -> None:
        self.url, self.secret, self.retries, self.patience = url, secret, tuple(retries), patience
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        connector = aiohttp.TCPConnector(limit=self._connections)
        timeout = aiohttp.ClientTimeout(total=self.patience)
        self._session = aiohttp.ClientSession(connector=connector, timeout=timeout)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session:
            await self._session.close()

    async def event(self, payload: Mapping[str, Any]) -> Delivery:
        """Deliver an `event_callback`, with Slack's repetitions."""
        body = json.dumps(payload, ensure_ascii=False).encode()
        headers = {"content-type": "application/json"}
        result = await self._once(body, headers, 1)
        for number, pause in enumerate(self.retries, 1):
            if result.accepted or result.reason is None:
                break
            await asyncio.sleep(pause)
            retry = {"x-slack-retry-num": str(number), "x-slack-retry-reason": result.reason}
            result = await self._once(body, headers | retry, number + 1)
        return result

    async def say(self, chat: str, place: Place, text: str, **more: Any) -> tuple[Payload, Delivery]:
        """Somebody writes: the stand-in at `chat` keeps the message, then the app hears of it. Gives both.

        Keywords are those of `message`. Kept first, so that the app finds the thread it answers in.
        """
        if self._session is None:
            raise RuntimeError("Use the sender as `async with Sender(url) as sender`.")
        event = message(place, text, **more)
        async with self._session.post(f"{chat}/sandbox/messages", json=event) as kept:
            kept.raise_for_status()
        return event, await self.event(event_callback(event))

    async def action(self, payload: Mapping[str, Any]) -> Delivery:
        """Deliver an interaction or a slash command, once: Slack does not repeat these."""
        return await self._once(form_of(payload), {"content-type": "application/x-www-form-urlencoded"}, 1)

    async def raw(self, body: bytes, headers: Mapping[str, str], sign: bool = True) -> Delivery:
        """Deliver any bytes, once; unsigned if `sign` is false. For what Slack would never send."""
        return await self._once(body, headers, 1, sign=sign)

    async def _once(self, body: bytes, headers: Mapping[str, str], attempt: int, sign: bool = True) -> Delivery:
        if self._session is None:
            raise RuntimeError("Use the sender as `async with Sender(url) as sender`.")
        proof = signed(body, self.secret) if sign else {}
        agent = {"user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)", "accept": "*/*"}
        began = time.perf_counter()
        try:
            async with self._session.post(self.url, data=body, headers={**agent, **proof, **headers}) as answer:
                text = await answer.text(errors="replace")
                took = time.perf_counter() - began
                unwanted = answer.headers.get("x-slack-no-retry") == "1"
                reason = None if answer.ok or unwanted else "http_error"
                return Delivery(answer.status, text, attempt, took, reason)
        except TimeoutError:
            return Delivery(0, "", attempt, time.perf_counter() - began, "http_timeout")
        except aiohttp.ClientError:
            return Delivery(0, "", attempt, time.perf_counter() - began, "connection_failed")
