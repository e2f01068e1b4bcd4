"""What Earshot is measured against: Bolt as its documentation shows it, and one committed row for each event.

`python -m bot.bench.bare --port N --database URL --slack URL` serves it until it is told to stop.
"""

import argparse
import asyncio
import json
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import uvicorn
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox.chat import BOT_TOKEN, SIGNING_SECRET
from bot.settings import file_of

TABLE = "CREATE TABLE IF NOT EXISTS bare_event (id TEXT PRIMARY KEY, body TEXT NOT NULL)"
INSERT = "INSERT INTO bare_event VALUES ({0}, {0}) ON CONFLICT DO NOTHING"

Keep = Callable[[str, str], None]


def keeper(url: str) -> Keep:
    """What stores one row and commits it. On SQLite: WAL and `synchronous=FULL`, as Earshot has them."""
    file = file_of(url)
    if file is None:
        server = psycopg.connect(url, autocommit=True)
        server.execute(TABLE)
        return lambda key, body: _none(server.execute(INSERT.format("%s"), (key, body)))
    here = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", TABLE):
        here.execute(statement)
    return lambda key, body: _none(here.execute(INSERT.format("?"), (key, body)))


def app(keep: Keep, slack_url: str) -> Starlette:
    """Bolt with one listener, behind Starlette."""
    bolt = AsyncApp(
        client=AsyncWebClient(token=BOT_TOKEN, base_url=slack_url),
        signing_secret=SIGNING_SECRET,
        process_before_response=True,
    )
    thread = ThreadPoolExecutor(1)

    @bolt.event("message")
    async def on_message(body: dict[str, Any], event: dict[str, Any]) -> None:
        key = f"{event['channel']}/{event['ts']}"
        await asyncio.get_running_loop().run_in_executor(thread, keep, key, json.dumps(body))

    handler = AsyncSlackRequestHandler(bolt)

    async def events(request: Request) -> Response:
        return await handler.handle(request)

    async def healthy(_: Request) -> Response:
        return Response("ok")

    return Starlette(routes=[Route("/slack/events", events, methods=["POST"]), Route("/readyz", healthy)])


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser()
    for name in ("port", "database", "slack"):
        parser.add_argument(f"--{name}", required=True)
    chosen = parser.parse_args()
    made = app(keeper(chosen.database), chosen.slack)
    uvicorn.run(made, host="127.0.0.1", port=int(chosen.port), log_level="error", access_log=False)


def _none(_: object) -> None:
    """What was answered is of no interest."""


if __name__ == "__main__":
    main()
