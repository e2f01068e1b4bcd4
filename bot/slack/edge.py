"""The edge before Bolt: what is not Slack's, too big, too old or unreadable is turned away before anything looks into it."""

import asyncio
import hashlib
import hmac
import json
import logging
import math
import re
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

from slack_bolt.response import BoltResponse
from starlette.types import Receive, Scope, Send

from handlers.errors import Refused

BODY_BYTES = 1_000_000
BODY_SECONDS = 10.0
"""In which a body is to be there: Slack sends it in one go."""
STALE_SECONDS = 300
DEEPEST = 64
"""How deep a payload may nest; Slack's own stay below twenty."""

_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")

log = logging.getLogger("earshot.slack")

Payload = dict[str, Any]
Dispatch = Callable[[Payload, Mapping[str, str]], Awaitable[BoltResponse]]


class Edge:
    """ASGI: `POST …/events` for events, interactions and slash commands, handed to `dispatch` when they may come in."""

    def __init__(self, dispatch: Dispatch, signing_secret: str | None, clock: Callable[[], float] = time.time) -> None:
        self.dispatch, self.clock = dispatch, clock
        self.secret = signing_secret.encode() if signing_secret else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await _lifespan(receive, send)
        if scope["type"] != "http":
            return await send({"type": "websocket.close", "code": 1003})
        answer = await self._answer(scope, receive)
        headers = [(b"content-length", str(len(answer.body.encode())).encode())]
        headers += [(name.encode(), value.encode()) for name, values in answer.headers.items() for value in values]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body.encode()})

    async def _answer(self, scope: Scope, receive: Receive) -> BoltResponse:
        if not scope["path"].rstrip("/").endswith("/events"):
            return _refusal(404, "not found")
        if scope["method"] != "POST":
            return _refusal(405, "method not allowed", allow="POST")
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await _body(headers, receive)
        except TimeoutError:
            return _refusal(408, "too slow", connection="close")
        if body is None:
            return _refusal(413, "too large", connection="close")
        if not self.is_signed(body, headers):
            return _refusal(401, "not signed by Slack")
        try:
            payload = read(body, headers.get("content-type", ""))
            if payload.get("type") == "url_verification":
                return BoltResponse(status=200, body={"challenge": str(payload.get("challenge", ""))[:1000]})
            if "ssl_check" in payload:
                return BoltResponse(status=200, body="")
            return await self.dispatch(payload, headers)
        except Refused as refusal:
            log.info("a malformed request was refused", extra={"why": str(refusal)})
            return _refusal(400, str(refusal))

    def is_signed(self, body: bytes, headers: Mapping[str, str]) -> bool:
        """True if Slack signed exactly these bytes within the last five minutes."""
        stamp, signature = headers.get("x-slack-request-timestamp", ""), headers.get("x-slack-signature", "")
        if self.secret is None or not re.fullmatch("[0-9]{1,12}", stamp):
            return False
        if abs(self.clock() - int(stamp)) > STALE_SECONDS:
            return False
        wanted = hmac.new(self.secret, b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
        return hmac.compare_digest(f"v0={wanted}".encode(), signature.encode("latin-1"))


def read(body: bytes, content_type: str) -> Payload:
    """The payload of a request: JSON, a form with JSON in `payload`, or a slash command's form. Raises Refused."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise Refused("This is not UTF-8.") from None
    if not content_type.startswith("application/x-www-form-urlencoded"):
        return _object(text)
    try:
        form = dict(parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=100))
    except ValueError:
        raise Refused("This form cannot be read.") from None
    return _object(form["payload"]) if "payload" in form else dict(form)


def _object(text: str) -> Payload:
    try:
        found = json.loads(text, parse_constant=_finite, parse_float=_finite)
        if _SURROGATE.search(text):
            found = json.loads(json.dumps(found, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        raise Refused("This is not JSON.") from None
    if not isinstance(found, dict):
        raise Refused("This is not a JSON object.")
    if text.count("{") + text.count("[") > DEEPEST and _depth(found) > DEEPEST:
        raise Refused("This is nested too deeply.")
    return found


def _finite(number: str) -> float:
    """What a database can keep: no NaN, no infinity."""
    found = float(number)
    if not math.isfinite(found):
        raise ValueError(number)
    return found


def _depth(found: object) -> int:
    """How deep it nests, without recursion."""
    level, depth = [found], 0
    while level := [part for one in level for part in _parts(one)]:
        depth += 1
        if depth > DEEPEST:
            break
    return depth


def _parts(one: object) -> Iterator[object]:
    if isinstance(one, dict):
        yield from one.values()
    elif isinstance(one, list):
        yield from one


async def _body(headers: Mapping[str, str], receive: Receive) -> bytes | None:
    """The body; None as soon as it is known to be too large."""
    announced = headers.get("content-length", "0")
    if not announced.isdigit() or int(announced) > BODY_BYTES:
        return None
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > BODY_BYTES:
            return None
        if not message.get("more_body"):
            return b"".join(parts)


def _refusal(status: int, why: str, **headers: str) -> BoltResponse:
    return BoltResponse(status=status, body={"error": why}, headers={name: [value] for name, value in headers.items()})


async def _lifespan(receive: Receive, send: Send) -> None:
    while (await receive())["type"] == "lifespan.startup":
        await send({"type": "lifespan.startup.complete"})
    await send({"type": "lifespan.shutdown.complete"})
