import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path

import pytest

from bot.sandbox.chat import app
from bot.sandbox.serve import Wire, running, spawned
from tests.sandbox.wire import call


@pytest.mark.parametrize("name", ["chat", "model", "tracker"])
def test_each_stand_in_runs_as_a_program_of_its_own(name: str, tmp_path: Path) -> None:
    with spawned(name, tmp_path / "state.db") as address:
        assert call("GET", f"{address}/sandbox/calls").body == {"calls": []}
        assert call("GET", f"{address}/sandbox/faults").body == {"faults": []}
    assert (tmp_path / "state.db").exists()


def test_a_taken_port_gives_one_clear_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "bot.sandbox.chat", "--port", str(port)]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert ended.stderr == f"Port {port} cannot be used: Address already in use.\n"


def test_stopping_does_not_wait_for_who_hangs() -> None:
    with ThreadPoolExecutor(1) as other:
        with running(app()) as address:
            call("POST", f"{address}/sandbox/faults", {"hang_seconds": 3600})
            hanging = other.submit(call, "GET", f"{address}/api/api.test", timeout=60)
            while not call("GET", f"{address}/sandbox/faults").body["faults"][0].get("struck"):
                pass
        assert hanging.exception(10) or hanging.result().status == 500


def test_answers_are_not_held_back_by_the_network() -> None:
    """Nagle's algorithm with delayed acknowledgements costs 40 ms on a connection that is used again."""
    with running(app()) as address:
        line = HTTPConnection(address.removeprefix("http://"))
        for _ in range(2):
            line.request("GET", "/sandbox/connections")
            assert line.getresponse().read() == b'{"connections":0}'
        sockets = [wire.get_extra_info("socket") for wire in Wire.wires.values()]
        assert sockets
        assert all(one.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) for one in sockets)
        line.close()
