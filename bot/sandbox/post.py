"""A stand-in for a mail server: takes mail by SMTP and keeps it; refuses addresses at `refused.example` for good, at `later.example` for now."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import default
from typing import cast


@dataclass
class Post:
    """What arrived. `url` is what a client is given."""

    url: str = ""
    mails: list[Message] = field(default_factory=list)


class _Desk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self._say("220 sandbox")
        while line := self.rfile.readline(10_000):
            word, _, rest = line.decode(errors="replace").strip().partition(" ")
            word = word.upper()
            if word == "DATA":
                self._say("354 go on")
                self._keep()
            elif word == "RCPT" and "refused.example" in rest:
                self._say("550 no such user")
            elif word == "RCPT" and "later.example" in rest:
                self._say("451 try later")
            elif word == "QUIT":
                return self._say("221 bye")
            else:
                self._say("250 ok")

    def _keep(self) -> None:
        lines = []
        while (line := self.rfile.readline(100_000)) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        post = cast("_Server", self.server).post
        post.mails.append(message_from_bytes(b"".join(lines), policy=default))
        self._say("250 kept")

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = allow_reuse_address = True
    post: Post


@contextmanager
def delivering() -> Iterator[Post]:
    """Takes mail on a free port while this lasts."""
    with _Server(("127.0.0.1", 0), _Desk) as server:
        server.post = Post(url=f"smtp://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield server.post
        server.shutdown()
        thread.join(5)
