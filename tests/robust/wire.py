"""Raw HTTP on a socket: what no client library would send, answered or not."""

import contextlib
import select
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Heard:
    """The status of the answer, 0 if the line was cut without one; how many bytes were sent until then."""

    status: int
    sent: int
    text: str = ""


def request(method: str, path: str, headers: Mapping[str, str], body: bytes = b"", length: int | None = None) -> bytes:
    """A request as bytes; `length` announces another length than the body has."""
    given = {"host": "127.0.0.1", "content-length": str(len(body) if length is None else length), **headers}
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in given.items()), "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


def chunked(method: str, path: str, headers: Mapping[str, str], chunks: Iterable[bytes]) -> Iterable[bytes]:
    """A request whose length is told nowhere, in pieces."""
    given = {"host": "127.0.0.1", "transfer-encoding": "chunked", **headers}
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in given.items()), "", ""]
    yield "\r\n".join(lines).encode("latin-1")
    for chunk in chunks:
        yield f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n"
    yield b"0\r\n\r\n"


def send(port: int, pieces: Iterable[bytes], patience: float = 30.0) -> Heard:
    """Send the pieces until somebody answers or cuts the line."""
    sent = 0
    with socket.create_connection(("127.0.0.1", port), timeout=patience) as line:
        with contextlib.suppress(ConnectionError):
            for piece in pieces:
                if select.select([line], [], [], 0)[0]:
                    break
                line.sendall(piece)
                sent += len(piece)
        heard = b""
        with contextlib.suppress(ConnectionError, TimeoutError):
            while b"\r\n\r\n" not in heard and (more := line.recv(65536)):
                heard += more
    words = heard.split(maxsplit=2)
    return Heard(int(words[1]) if len(words) > 1 and words[1].isdigit() else 0, sent, heard.decode("latin-1"))
