"""An Earshot whose flows really run, on each database, with a chat that only remembers what it was told."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from bot import settings, wiring
from bot.bench.programs import Program
from bot.engine import Durable
from handlers.analysis.understanding import Understanding
from handlers.intake.receive import Author, Incoming
from handlers.intake.route import set_default_rules
from handlers.outside import Intent, Outside, Profile

PATIENCE_SECONDS = 60
"""How long a test waits for the flows to end before it gives up."""


class Chat:
    """A chat that keeps what was said. `hold` makes the next words wait for `go`."""

    def __init__(self) -> None:
        self.said: list[Intent] = []
        self.profiles: dict[str, Profile] = {}
        self.hold = threading.Event()
        self.holding = threading.Event()
        self.go = threading.Event()
        self._lock = threading.Lock()

    def say(self, intent: Intent) -> str:
        """Keep it, after waiting if somebody asked for that; a repeated intent is looked for first."""
        with self._lock:
            if intent.repeated and not intent.receipt:
                for number, one in enumerate(self.said):
                    if one.key == intent.key:
                        return f"{number}.0"
        if self.hold.is_set():
            self.hold.clear()
            self.holding.set()
            assert self.go.wait(PATIENCE_SECONDS)
        with self._lock:
            self.said.append(intent)
            return intent.receipt or f"{len(self.said) - 1}.0"

    def profile(self, slack_id: str) -> Profile | None:
        """Who this is, if a test said so."""
        return self.profiles.get(slack_id)

    def texts(self, purpose: str) -> list[str]:
        """What was said for a purpose, in order."""
        return [one.text for one in self.said if one.purpose == purpose]


class PlainListener:
    """Understands by single words, at once: these tests are about order and crashes, not about meaning."""

    def understand(self, text: str, language: str | None = None) -> Understanding:
        """An outage where the text says "down", thanks where it says "thanks", a bug otherwise."""
        certain, thanks = "down" in text, "thanks" in text
        return Understanding(
            language="en",
            kind="praise" if thanks else "bug",
            complaint=not thanks,
            sentiment=-0.5,
            severity=1 if certain else 2,
            gist=" ".join(text.split())[:140] or "-",
            emergency="outage" if certain else None,
            band="certain" if certain else "none",
            emergency_reason="down" if certain else "",
            asks_nothing=thanks,
            thanks=thanks,
            confidences={"kind": 0.9},
            origins={"kind": "local"},
        )

    def learn(self, text: str, field: str, value: str) -> None:
        """Nothing to learn."""


def settings_of(server: Program, database_url: str) -> settings.Settings:
    """The settings with which a program was started, for somebody who works beside it."""
    values = {
        name.removeprefix("EARSHOT_").lower() if name.startswith("EARSHOT_") else name: value
        for name, value in server.environment.items()
    }
    return settings.read(_env_file=None, **{**values, "database_url": database_url})


@pytest.fixture
def chat() -> Chat:
    """The chat of `live`."""
    return Chat()


@pytest.fixture
def live(database_url: str, chat: Chat) -> Iterator[wiring.Earshot]:
    """An Earshot on each database in turn whose flows run in threads, as in the server."""
    read = settings.read(database_url=database_url, _env_file=None)
    earshot = wiring.wire(read, outside=Outside(channels={"slack": chat}))
    earshot.listener = PlainListener()
    with earshot.work() as uow:
        set_default_rules(uow)
    assert isinstance(earshot.engine, Durable)
    earshot.engine.launch()
    yield earshot
    chat.go.set()
    earshot.close()


@pytest.fixture
def settled(live: wiring.Earshot) -> Callable[[], None]:
    """Wait until every flow has ended."""

    def wait() -> None:
        pause = threading.Event()
        assert isinstance(live.engine, Durable)
        for _ in range(PATIENCE_SECONDS * 20):
            if live.engine.unfinished() == 0:
                return
            pause.wait(0.05)
        raise AssertionError(f"{live.engine.unfinished()} flows did not end")

    return wait


@pytest.fixture
def together() -> Callable[..., list[Any]]:
    """Call functions at the same moment, each in a thread; their answers, or what they raised, in order."""

    def called(*functions: Callable[[], Any]) -> list[Any]:
        answers: list[Any] = [None] * len(functions)
        start = threading.Barrier(len(functions))

        def one(number: int, function: Callable[[], Any]) -> None:
            start.wait(PATIENCE_SECONDS)
            try:
                answers[number] = function()
            except BaseException as raised:  # noqa: BLE001 the test says what may be raised
                answers[number] = raised

        threads = [threading.Thread(target=one, args=pair) for pair in enumerate(functions)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE_SECONDS)
        return answers

    return called


def incoming(text: str, ts: str, *, channel: str = "C1", user: str = "U1", **more: Any) -> Incoming:
    """What somebody wrote in a Slack channel."""
    thread = more.pop("thread", None)
    author = more.pop("author", Author(name="Ann", slack_id=f"T2/{user}", team="T2"))
    return Incoming(
        door="slack",
        external_id=f"T1/{channel}/{ts}",
        place=f"slack:T1/{channel}",
        thread=f"T1/{channel}/{thread}" if thread else None,
        text=text,
        sent_at=more.pop("sent_at", datetime.now(UTC)),
        author=author,
        **more,
    )
