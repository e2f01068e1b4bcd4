"""Limits at the door, in front of everything that parses: how long a body may be, how often somebody may write."""

import asyncio
import time
from collections import deque
from collections.abc import Mapping
from threading import Lock

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.gate import Gate
from bot.web.problems import respond_problem

USUAL = 1_000_000
"""Bytes of a body where nothing else is said."""
SECONDS = 10.0
"""In which so many bytes are to be there; longer bodies may take longer in proportion."""


class Limits:
    """ASGI middleware: reads a body up to its limit before the app sees anything of it, else answers 413.

    `longest` maps the beginning of a path to its limit in bytes; `doors` are the beginnings of paths where messages arrive,
    each POST there being told to the gate.
    """

    def __init__(
        self, app: ASGIApp, gate: Gate, *, longest: Mapping[str, int] | None = None, doors: tuple[str, ...] = ()
    ) -> None:
        self.app, self.gate, self.doors = app, gate, doors
        self.longest = dict(longest or {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self.app(scope, receive, send)
            return
        path: str = scope["path"]
        if scope["method"] == "POST" and path.startswith(self.doors):
            self.gate.arrived()
        most = next((limit for start, limit in self.longest.items() if path.startswith(start)), USUAL)
        try:
            async with asyncio.timeout(SECONDS * max(1.0, _expected(scope, most) / USUAL)):
                body = await _read(scope, receive, most)
        except TimeoutError:
            await respond_problem(send, 408, "The request took too long to arrive.", closing=True)
            return
        if body is None:
            detail = f"A request may have at most {most:,} bytes."
            await respond_problem(send, 413, detail, closing=True)
            return
        await self.app(scope, _again(body, receive), send)


def _declared(scope: Scope) -> bytes | None:
    return next((value for name, value in scope["headers"] if name == b"content-length"), None)


def _expected(scope: Scope, most: int) -> int:
    """How many bytes are to come, `most` where nobody says."""
    declared = _declared(scope) or b""
    return min(most, int(declared)) if declared.isdigit() and len(declared) <= 15 else most


async def _read(scope: Scope, receive: Receive, most: int) -> bytes | None:
    """The body, or None as soon as it is known to be longer than `most` bytes."""
    declared = _declared(scope) or b"0"
    if not declared.isdigit() or len(declared) > 15 or int(declared) > most:
        return None
    chunks: list[bytes] = []
    length = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b"".join(chunks)
        chunks.append(message.get("body", b""))
        length += len(chunks[-1])
        if length > most:
            return None
        if not message.get("more_body", False):
            return b"".join(chunks)


def _again(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the body in one piece, then whatever comes next."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


class Pace:
    """How often each key may pass: `times` in `seconds`. In memory, forgetting who has been quiet."""

    def __init__(self, times: int, seconds: float) -> None:
        self.times, self.seconds = times, seconds
        self._passed: dict[str, deque[float]] = {}
        self._lock = Lock()

    def allows(self, key: str) -> bool:
        """True, and counted, unless the key has passed too often."""
        now = time.monotonic()
        with self._lock:
            if len(self._passed) > 10_000:
                self._passed = {one: times for one, times in self._passed.items() if times[-1] > now - self.seconds}
            passed = self._passed.setdefault(key, deque())
            while passed and passed[0] <= now - self.seconds:
                passed.popleft()
            if len(passed) >= self.times:
                return False
            passed.append(now)
            return True
