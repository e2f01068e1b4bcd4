"""A stand-in for Jira Cloud: REST v3 with basic authentication, one workflow, and signed webhooks.

`app(state)` is the ASGI app; `python -m bot.sandbox.tracker --port N --state FILE` serves it.
Anybody signs in with an e-mail address and the one API token; who they are is the address.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware

from bot.sandbox.faults import Faults
from bot.sandbox.tracker import control, rest
from bot.sandbox.tracker.board import API_TOKEN, EMAIL, Board
from bot.sandbox.tracker.hooks import Hooks, signature

PROJECT = "PROD"

__all__ = ["API_TOKEN", "EMAIL", "PROJECT", "app", "signature"]


def app(state: Path | None = None) -> Starlette:
    """The stand-in, remembering in `state` (a SQLite file) or, without one, only while it runs."""
    board = Board(state)
    hooks = Hooks(board)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await hooks.start()
        yield
        await hooks.stop()
        board.close()

    def note(method: str, path: str, outcome: str) -> None:
        board.note(method, path, {}, outcome)

    middleware = [Middleware(Faults, explain=rest.explain, note=note)]
    made = Starlette(routes=[*rest.ROUTES, *control.ROUTES], middleware=middleware, lifespan=lifespan)
    made.state.board, made.state.hooks = board, hooks
    return made
