"""A stand-in for a model behind an OpenAI-compatible endpoint: its answers are rules, its vectors are hashes.

`app(state)` is the ASGI app; `python -m bot.sandbox.model --port N --state FILE` serves it. The base_url is /v1.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.faults import Faults
from bot.sandbox.ledger import Ledger
from bot.sandbox.model import endpoint


async def called(request: Request) -> Response:
    """GET /sandbox/calls: every call with what was asked; ?path narrows, ?after continues. DELETE forgets them."""
    ledger: Ledger = request.app.state.ledger
    if request.method == "DELETE":
        ledger.forget()
    asked = request.query_params
    return JSONResponse({"calls": ledger.calls(asked.get("path"), int(asked.get("after", 0)))})


async def taught(request: Request) -> Response:
    """POST /sandbox/answers: [{match, answer}]: where a prompt contains `match`, `answer` overrides those fields."""
    ledger: Ledger = request.app.state.ledger
    if request.method == "POST":
        ledger.keep("answers", json.loads(await request.body()))
    return JSONResponse({"answers": ledger.setting("answers", [])})


def app(state: Path | None = None) -> Starlette:
    """The stand-in, remembering in `state` (a SQLite file) or, without one, only while it runs."""
    ledger = Ledger(state, "")

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        ledger.close()

    routes = [
        Route("/v1/chat/completions", endpoint.complete, methods=["POST"]),
        Route("/v1/embeddings", endpoint.embed, methods=["POST"]),
        Route("/v1/models", endpoint.models, methods=["GET"]),
        Route("/sandbox/calls", called, methods=["GET", "DELETE"]),
        Route("/sandbox/answers", taught, methods=["GET", "POST"]),
    ]

    def note(method: str, path: str, outcome: str) -> None:
        ledger.note(method, path, {}, outcome)

    made = Starlette(
        routes=routes, middleware=[Middleware(Faults, explain=endpoint.explain, note=note)], lifespan=lifespan
    )
    made.state.ledger = ledger
    return made
