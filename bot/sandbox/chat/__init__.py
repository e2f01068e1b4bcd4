"""A stand-in for Slack: the Web API and Socket Mode of one workspace with one app installed.

`app(state)` is the ASGI app; `python -m bot.sandbox.chat --port N --state FILE` serves it.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

from bot.sandbox.chat import control, files, openid, web_api
from bot.sandbox.chat.sockets import Sockets
from bot.sandbox.chat.workspace import (
    APP_ID,
    APP_TOKEN,
    BOT_ID,
    BOT_TOKEN,
    BOT_USER,
    GENERAL,
    SIGNING_SECRET,
    TEAM_ID,
    Workspace,
)
from bot.sandbox.faults import Faults

__all__ = ["APP_ID", "APP_TOKEN", "BOT_ID", "BOT_TOKEN", "BOT_USER", "GENERAL", "SIGNING_SECRET", "TEAM_ID", "app"]


def app(state: Path | None = None) -> Starlette:
    """The stand-in, remembering in `state` (a SQLite file) or, without one, only while it runs."""
    workspace = Workspace(state)
    sockets = Sockets(workspace)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await sockets.start()
        yield
        await sockets.stop()
        workspace.close()

    def note(method: str, path: str, outcome: str) -> None:
        workspace.note(path.removeprefix("/api/"), path, {}, outcome)

    routes = [
        *openid.ROUTES,
        Route("/api/{method}", web_api.answer, methods=["GET", "POST"]),
        *files.ROUTES,
        *control.ROUTES,
    ]
    faults = Middleware(Faults, explain=web_api.explain, note=note)
    made = Starlette(routes=routes, middleware=[faults], lifespan=lifespan)
    made.state.workspace, made.state.sockets, made.state.codes = workspace, sockets, {}
    return made
