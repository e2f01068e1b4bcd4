"""Another program that runs beside a test, on a port of its own, as long as the test needs it."""

import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx2

from tests.trackers.benches import client

PATIENCE_SECONDS = 240


def free_site() -> str:
    """The address of a port that nobody has."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


@contextmanager
def started(
    command: Sequence[str], answers_at: str, said: Path, *, cwd: Path | None = None, env: dict[str, str] | None = None
) -> Iterator[None]:
    """Run it until the block ends; entered once `answers_at` is answered with 200. What it says is written to `said`."""
    with said.open("w") as log:
        program = subprocess.Popen(command, cwd=cwd, env=env, stdout=log, stderr=subprocess.STDOUT)
        try:
            _answered(answers_at, program, said)
            yield
        finally:
            program.terminate()
            try:
                program.wait(20)
            except subprocess.TimeoutExpired:
                program.kill()


def _answered(address: str, program: "subprocess.Popen[bytes]", said: Path) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until and program.poll() is None:
        with suppress(httpx2.TransportError):
            if client(30.0).get(address).status_code == 200:
                return
        time.sleep(0.3)
    raise AssertionError(said.read_text())
