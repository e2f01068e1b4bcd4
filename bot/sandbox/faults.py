"""Failures on request: a stand-in hangs, refuses, or cuts the line, before or after it has done what was asked.

`POST /sandbox/faults` adds one, `DELETE` removes all, `GET` shows them with how often each has struck.
"""

import asyncio
import json
from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import BaseModel, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.sandbox.serve import cut

Explain = Callable[[int], Response]
Note = Callable[[str, str, str], None]


class Fault(BaseModel, extra="forbid"):
    """One failure. It strikes calls (of one `method`, or any) whose path contains `match` and whose body `holding`, after `skip` of them, each `every`th, `times` times.

    Seconds are real seconds. `hang_seconds` waits before the call is done, and a caller who leaves meanwhile has
    had nothing done; `hang_after_commit_seconds` waits after. `answer` spoils the body of an answer that is given.
    """

    match: str = ""
    holding: str = ""
    method: str | None = None
    skip: Annotated[int, Field(ge=0)] = 0
    every: Annotated[int, Field(ge=1)] = 1
    times: Annotated[int, Field(ge=1)] | None = None
    hang_seconds: Annotated[float, Field(ge=0)] = 0.0
    hang_after_commit_seconds: Annotated[float, Field(ge=0)] = 0.0
    status: Annotated[int, Field(ge=300)] | None = None
    retry_after: Annotated[int, Field(ge=0)] | None = None
    drop: bool = False
    drop_after_commit: bool = False
    answer: Literal["malformed", "html", "wrong_shape", "prose", "refusal", "cut_off"] | None = None
    met: int = 0
    struck: int = 0

    def strikes(self, method: str, path: str, body: bytes) -> bool:
        """True if this call is one to spoil; counts it."""
        if (
            self.holding.encode() not in body
            or self.match not in path
            or self.method not in (None, method)
            or self.struck == self.times
        ):
            return False
        self.met += 1
        if self.met <= self.skip or (self.met - self.skip - 1) % self.every:
            return False
        self.struck += 1
        return True


class Faults:
    """The outermost layer of a stand-in. `explain` words a refused call as the real service would."""

    def __init__(self, app: ASGIApp, explain: Explain, note: Note) -> None:
        self.app, self.explain, self.note = app, explain, note
        self.planned: list[Fault] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif scope["path"] == "/sandbox/faults":
            answer = await self._control(Request(scope, receive))
            await answer(scope, receive, send)
        elif scope["path"].startswith("/sandbox/") or not self.planned:
            await self.app(scope, receive, send)
        else:
            body = await _whole_body(receive)
            fault = self._striking(scope["method"], scope["path"], body)
            if fault is None:
                await self.app(scope, _again(body, receive), send)
            else:
                await self._spoil(fault, scope, body, receive, send)

    def _striking(self, method: str, path: str, body: bytes) -> Fault | None:
        return next((fault for fault in self.planned if fault.strikes(method, path, body)), None)

    async def _control(self, request: Request) -> Response:
        if request.method == "DELETE":
            self.planned.clear()
        elif request.method == "POST":
            try:
                self.planned.append(Fault.model_validate_json(await request.body() or b"{}"))
            except ValidationError as problem:
                return JSONResponse({"error": problem.errors(include_url=False, include_context=False)}, 422)
        return JSONResponse({"faults": [fault.model_dump(exclude_defaults=True) for fault in self.planned]})

    async def _spoil(self, fault: Fault, scope: Scope, body: bytes, receive: Receive, send: Send) -> None:
        if fault.hang_seconds and await _caller_leaves(receive, fault.hang_seconds):
            self._noted(scope, "fault: caller left")
            return
        if fault.drop:
            self._noted(scope, "fault: dropped")
            await _hang_up(scope, receive)
        elif fault.status:
            self._noted(scope, f"fault: {fault.status}")
            refusal = self.explain(fault.status)
            if fault.retry_after is not None:
                refusal.headers["retry-after"] = str(fault.retry_after)
            await refusal(scope, receive, send)
        else:
            scope.setdefault("state", {})["fault"] = fault
            answer = await _collected(self.app, scope, body, receive)
            await asyncio.sleep(fault.hang_after_commit_seconds)
            if fault.drop_after_commit:
                await _hang_up(scope, receive)
            else:
                for message in _spoiled(answer, fault):
                    await send(message)

    def _noted(self, scope: Scope, outcome: str) -> None:
        self.note(scope["method"], scope["path"], outcome)


async def _whole_body(receive: Receive) -> bytes:
    parts: list[bytes] = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


async def _caller_leaves(receive: Receive, seconds: float) -> bool:
    """Wait; True if the caller hung up meanwhile."""
    try:
        await asyncio.wait_for(receive(), seconds)
    except TimeoutError:
        return False
    return True


async def _hang_up(scope: Scope, receive: Receive) -> None:
    cut(scope.get("client"))
    await receive()  # the server must see the disconnect first, or it answers 500 into the closed line


async def _collected(app: ASGIApp, scope: Scope, body: bytes, receive: Receive) -> list[Message]:
    """Let the call be done, and keep the answer instead of sending it."""
    answer: list[Message] = []

    async def keep(message: Message) -> None:
        answer.append(message)

    await app(scope, _again(body, receive), keep)
    return answer


def _again(body: bytes, receive: Receive) -> Receive:
    """A body that was read, to be read by the stand-in itself."""
    unread = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return unread.pop() if unread else await receive()

    return replay


def _spoiled(answer: list[Message], fault: Fault) -> list[Message]:
    if fault.answer not in ("malformed", "html"):
        return answer
    whole = b"".join(message.get("body", b"") for message in answer)
    kind, body = b"application/json", whole[: max(1, len(whole) // 2)]
    if fault.answer == "html":
        kind, body = b"text/html; charset=utf-8", b"<!doctype html><title>Bad gateway</title><h1>502</h1>"
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
    return [
        {"type": "http.response.start", "status": 200, "headers": headers},
        {"type": "http.response.body", "body": body},
    ]


def json_error(status: int, body: object) -> Response:
    """A refusal with a JSON body."""
    return Response(json.dumps(body), status, media_type="application/json")
