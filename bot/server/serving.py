"""Serve: one process that answers at every door and works the flows, until it is told to stop."""

import contextlib
import logging
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount

from bot.engine import Durable
from bot.server import memory
from bot.server.ticking import Ticking
from bot.web import app as web
from bot.wiring import Earshot, recall_corrections
from handlers.errors import Refused

log = logging.getLogger("earshot.server")

SWITCH_SECONDS = 0.001
"""How long a thread may calculate while others wait: the turn to write is handed from one to the next many times a message."""
PATIENCE_SECONDS = 5
"""How long open requests and running steps may take to end when we are told to stop."""


class Server(uvicorn.Server):
    """uvicorn that says when it answers, and ends without raising the signal again that ended it."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()


def serve(earshot: Earshot, listener: socket.socket, ready: Callable[[], None]) -> None:
    """Answer on `listener` and work the flows until SIGTERM or SIGINT; `ready()` is called when the doors are open.

    Whoever calls holds the lock of the database (`bot.server.lock`).
    """
    engine = earshot.engine
    if not isinstance(engine, Durable):
        raise TypeError("only a durable engine can be served")
    memory.keep_small()
    earshot.settings = earshot.settings.model_copy(update={"port": listener.getsockname()[1]})
    app = _app(earshot)
    recall_corrections(earshot)
    earshot.listener.understand(
        "Hello, the export of our report hangs."
    )  # whatever it has to load or learn, it does before anybody waits for it
    memory.give_back()
    sys.setswitchinterval(SWITCH_SECONDS)
    engine.launch()
    ticking = Ticking(earshot, engine.forget_finished)
    ticking.start()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)  # uvicorn sets its own, and afterwards raises what ended it again
    try:
        Server(_config(app), ready).run(sockets=[listener])
    finally:
        ticking.stop()
        engine.shut_down(PATIENCE_SECONDS)
    log.info("stopped")


def _app(earshot: Earshot) -> Starlette:
    """Every door under one roof; Slack's is there when Slack is connected."""
    pages = web.create(earshot)
    routes: list[BaseRoute] = [Mount("/", pages)]
    place = None
    if earshot.settings.has_slack:
        from bot.slack import app as slack  # half a second to import, for those who connect it

        place = slack.create(earshot, earshot.settings)
        earshot.outside.channels["slack"] = place.channel
        routes.insert(0, Mount("/slack", place.asgi))

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with pages.router.lifespan_context(pages), contextlib.AsyncExitStack() as stack:
            if place is not None:
                await stack.enter_async_context(place.socket_mode())
            yield

    return Starlette(routes=routes, lifespan=lifespan)


@contextlib.contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """The socket, bound before anything else is begun; port 0 takes a free one. Raises Refused if the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP, or asyncio does not switch Nagle's algorithm off and each answer waits 40 ms.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as problem:
            raise Refused(
                f"Port {port} on {host} cannot be used ({(problem.strerror or 'no reason given').lower()}); "
                "another one is set with --port or EARSHOT_PORT."
            ) from None
        listener.listen(2048)
        yield listener


def _config(app: Starlette) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=PATIENCE_SECONDS,
        timeout_keep_alive=30,
        limit_concurrency=None,
        proxy_headers=True,
    )
