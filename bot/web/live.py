"""Live: one look at the tables every second while somebody watches, told to every open page as server-sent events."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Depends, Request
from starlette.responses import StreamingResponse

from bot.web.console import Desk
from bot.web.needs import Earshot, earshot
from storage.desk import history

EVERY_SECONDS = 1.0
BEATS = 25
"""Seconds of silence before a comment keeps the connection open."""
LONGEST = 600
"""Seconds after which a page is asked to connect again."""

router = APIRouter()


class Pulse:
    """What is newest, looked up once for all who watch."""

    def __init__(self, here: Earshot) -> None:
        self._here = here
        self._known: tuple[int, int] | None = None
        self._looked_at = float("-inf")
        self._turn = asyncio.Lock()

    async def newest(self) -> tuple[int, int]:
        """The newest event's and message's id, at most a second old."""
        async with self._turn:
            now = asyncio.get_running_loop().time()
            if self._known is None or now - self._looked_at >= EVERY_SECONDS:
                self._known = await to_thread.run_sync(self._look)
                self._looked_at = now
            return self._known

    def _look(self) -> tuple[int, int]:
        with self._here.work() as uow:
            return history.pulse(uow.db)


def _pulse(request: Request, here: Annotated[Earshot, Depends(earshot)]) -> Pulse:
    pulse: Pulse = request.app.state.pulse
    return pulse


@router.get("/events")
async def events(
    request: Request, _me: Desk, pulse: Annotated[Pulse, Depends(_pulse)], seen: str = ""
) -> StreamingResponse:
    """`news` whenever something happened since `seen`: the page asks again for what it shows."""
    known = request.headers.get("last-event-id", seen)
    return StreamingResponse(
        _told(request, pulse, known), media_type="text/event-stream", headers={"x-accel-buffering": "no"}
    )


async def _told(request: Request, pulse: Pulse, seen: str) -> AsyncIterator[str]:
    yield "retry: 2000\n\n"
    for second in range(LONGEST):
        newest = mark(await pulse.newest())
        if newest != seen:
            seen = newest
            yield f"event: news\nid: {newest}\ndata: {newest}\n\n"
        elif second % BEATS == 0:
            yield ": here\n\n"
        await asyncio.sleep(EVERY_SECONDS)
        if await request.is_disconnected():
            return


def mark(newest: tuple[int, int]) -> str:
    """What a page has seen, as it says when it connects."""
    return f"{newest[0]}.{newest[1]}"
