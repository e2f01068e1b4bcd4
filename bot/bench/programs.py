"""The programs that take part, each a process of its own: the stand-ins, Earshot, and what it is measured against."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import bot
from bot.sandbox import chat, tracker
from bot.sandbox.serve import spawned
from handlers.errors import Refused

START_SECONDS = 120.0
STOP_SECONDS = 30.0
ROOT = Path(bot.__file__).parents[1]
OURS = ("EARSHOT_", "SLACK_", "OPENAI_")


@dataclass
class Program:
    """One process with an address. `words` is its command line after the interpreter."""

    words: Sequence[str]
    port: int
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    running: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, wait: bool = True) -> None:
        """Start it and wait until it is ready. Raises Refused with its last words if it ends instead."""
        with (self.folder / f"{self.port}.log").open("ab") as log:
            self.running = subprocess.Popen(  # noqa: S603 our own programs, no shell
                [sys.executable, *self.words],
                cwd=self.folder,
                env={**_surroundings(), **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        if wait:
            self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Until `/readyz` says so."""
        until = time.monotonic() + START_SECONDS
        while not self.ready():
            if self.running is None or self.running.poll() is not None:
                raise Refused(f"The program did not start: {self.last_words()}")
            if time.monotonic() > until:
                raise Refused(f"The program was not ready within {START_SECONDS:.0f} s: {self.last_words()}")
            time.sleep(0.05)

    def ready(self) -> bool:
        """True if it says that it is."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(f"{self.url}/readyz", timeout=2):
                return True
        except (urllib.error.URLError, OSError):
            return False

    def kill(self) -> None:
        """End it as a power cut would."""
        if self.running is not None:
            self.running.kill()
            self.running.wait()
            self.running = None

    def stop(self) -> int | None:
        """Ask it to end; its exit code, None if it did not run."""
        if self.running is None:
            return None
        self.running.terminate()
        try:
            code: int | None = self.running.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            return None
        self.running = None
        return code

    def log(self) -> str:
        """Everything it wrote."""
        path = self.folder / f"{self.port}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def last_words(self) -> str:
        """The last line it wrote."""
        lines = [line for line in self.log().splitlines() if line.strip()]
        return lines[-1] if lines else "it said nothing."

    def memory_mb(self) -> float:
        """Resident memory in MB (10^6 bytes); 0 where it cannot be told."""
        if self.running is None:
            return 0.0
        status = Path(f"/proc/{self.running.pid}/status")
        if status.exists():
            line = next(one for one in status.read_text().splitlines() if one.startswith("VmRSS"))
            return int(line.split()[1]) * 1024 / 1e6
        with contextlib.suppress(OSError, ValueError):
            asked = ["ps", "-o", "rss=", "-p", str(self.running.pid)]
            told = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603 no shell
            return int(told.stdout) * 1024 / 1e6
        return 0.0


@dataclass(frozen=True)
class Outside:
    """The stand-ins' addresses, and the files in which chat and tracker keep what they were told."""

    chat: str
    model: str
    tracker: str
    chat_file: Path
    tracker_file: Path


@contextlib.contextmanager
def stand_ins(folder: Path) -> Iterator[Outside]:
    """Chat, model and tracker while the block lasts."""
    files = {name: folder / f"{name}.db" for name in ("chat", "model", "tracker")}
    with contextlib.ExitStack() as stack:
        urls = {name: stack.enter_context(spawned(name, file)) for name, file in files.items()}
        yield Outside(urls["chat"], urls["model"], urls["tracker"], files["chat"], files["tracker"])


def earshot(folder: Path, database_url: str, outside: Outside, **more: str) -> Program:
    """`earshot run` with the stand-ins as Slack, model and tracker; not started yet."""
    port = free_port()
    environment = {
        "EARSHOT_DATABASE_URL": database_url,
        "EARSHOT_PORT": str(port),
        "EARSHOT_SLACK_API_URL": f"{outside.chat}/api/",
        "EARSHOT_TRACKER": "jira",
        "EARSHOT_JIRA_URL": outside.tracker,
        "EARSHOT_JIRA_EMAIL": tracker.EMAIL,
        "EARSHOT_JIRA_TOKEN": tracker.API_TOKEN,
        "EARSHOT_JIRA_PROJECT": tracker.PROJECT,
        "EARSHOT_LANGUAGES": "en,es,ja",
        "EARSHOT_MODEL": "sandbox-chat",
        "OPENAI_API_KEY": "sandbox",
        "OPENAI_BASE_URL": f"{outside.model}/v1",
        "SLACK_BOT_TOKEN": chat.BOT_TOKEN,
        "SLACK_SIGNING_SECRET": chat.SIGNING_SECRET,
    }
    return Program(("-c", "from bot.cli import main; main()", "run"), port, folder, environment | more)


def alone(folder: Path, database_url: str) -> Program:
    """`earshot run` with nothing outside; not started yet."""
    port = free_port()
    environment = {"EARSHOT_DATABASE_URL": database_url, "EARSHOT_PORT": str(port)}
    return Program(("-c", "from bot.cli import main; main()", "run"), port, folder, environment)


def bare(folder: Path, database_url: str, outside: Outside) -> Program:
    """Bare Bolt with one committed row an event; not started yet."""
    port = free_port()
    options = ("--port", str(port), "--database", database_url, "--slack", f"{outside.chat}/api/")
    return Program(("-m", "bot.bench.bare", *options), port, folder)


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _surroundings() -> dict[str, str]:
    """Our own environment without anybody's Earshot settings and without proxies."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(OURS) and not name.lower().endswith("_proxy")
    }
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
