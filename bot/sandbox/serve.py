"""Serves a stand-in on a real port: in a thread of this program, or as a program of its own.

A stand-in is `app(state_file) -> Starlette`. Tests use `running(...)`; what must survive a kill uses `spawned(...)`.
"""

import argparse
import asyncio
import contextlib
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import ClassVar

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

START_SECONDS = 30.0


class Wire(H11Protocol):
    """HTTP as uvicorn speaks it, and a register of open connections, so that a fault can cut one."""

    wires: ClassVar[dict[tuple[str, int], asyncio.Transport]] = {}

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if self.client:
            self.wires[self.client] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if self.client:
            self.wires.pop(self.client, None)
        super().connection_lost(exc)


def cut(client: tuple[str, int] | None) -> None:
    """Drop the connection to `client` (host, port) at once, without an answer."""
    transport = Wire.wires.get((client[0], client[1])) if client else None
    if transport is not None:
        transport.abort()


def _config(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=Wire,
        ws="none",
        log_level="error",
        access_log=False,
        timeout_graceful_shutdown=1,
        timeout_keep_alive=60,
    )


def _listening(host: str, port: int) -> socket.socket:
    # Named as TCP, or asyncio does not switch Nagle's algorithm off and each answer waits 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(2048)
    except OSError:
        listener.close()
        raise
    return listener


@contextlib.contextmanager
def running(app: ASGIApp, port: int = 0) -> Iterator[str]:
    """Serve `app` in a thread while the block lasts. Yields its address, `http://127.0.0.1:<port>`."""
    listener = _listening("127.0.0.1", port)
    server = uvicorn.Server(_config(app))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        _wait_until(lambda: server.started or not thread.is_alive())
        if not server.started:
            raise RuntimeError("The stand-in did not start; its log says why.")
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(START_SECONDS)
        listener.close()


@contextlib.contextmanager
def spawned(name: str, state: Path, port: int = 0) -> Iterator[str]:
    """Run `python -m bot.sandbox.<name>` as a program of its own while the block lasts. Yields its address."""
    with started(name, state, port) as (_, address):
        yield address


@contextlib.contextmanager
def started(name: str, state: Path, port: int = 0) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """Like `spawned`, and also gives the program, for tests that kill it."""
    command = [sys.executable, "-m", f"bot.sandbox.{name}", "--port", str(port), "--state", str(state)]
    program = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 our own module, no shell
    assert program.stdout is not None
    try:
        line = program.stdout.readline()
        if not line:
            raise RuntimeError(f"The stand-in {name} ended with {program.wait()} before it was ready.")
        yield program, str(json.loads(line)["url"])
    finally:
        program.terminate()
        try:
            program.wait(10)
        except subprocess.TimeoutExpired:
            program.kill()
            program.wait()
        program.stdout.close()


def main(name: str, make: Callable[[Path | None], ASGIApp], arguments: Sequence[str] | None = None) -> int:
    """The command line of a stand-in. Prints one JSON line when it is ready: name, url, port, state."""
    parser = argparse.ArgumentParser(prog=f"python -m bot.sandbox.{name}")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 picks a free one")
    parser.add_argument("--state", type=Path, default=None, help="SQLite file; without it nothing outlives the program")
    chosen = parser.parse_args(arguments)
    try:
        listener = _listening(chosen.host, chosen.port)
    except OSError as problem:
        print(f"Port {chosen.port} cannot be used: {problem.strerror}.", file=sys.stderr)
        return 1
    host, port = listener.getsockname()[:2]
    server = _Announcing(
        _config(make(chosen.state)),
        {
            "name": name,
            "url": f"http://{host}:{port}",
            "port": port,
            "state": str(chosen.state) if chosen.state else None,
        },
    )
    server.run(sockets=[listener])
    return 0


class _Announcing(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, announcement: dict[str, object]) -> None:
        super().__init__(config)
        self.announcement = announcement

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            print(json.dumps(self.announcement), flush=True)


def _wait_until(ready: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(int(START_SECONDS / 0.005)):
        if ready():
            return
        pause.wait(0.005)
