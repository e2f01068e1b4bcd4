"""A real Earshot process with chat, model and tracker beside it, and Slack's side, which sends until it is answered."""

import asyncio
import contextlib
import json
import random
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.bench import counting, programs
from bot.bench.workload import Workload, prepare
from bot.sandbox.chat.customer import Sender
from bot.wiring import Earshot, wire
from tests.robust.conftest import settings_of

PATIENCE_SECONDS = 1200


@dataclass
class Town:
    """Everything that takes part. `events` never end."""

    server: programs.Program
    outside: programs.Outside
    database_url: str
    events: Iterator[dict[str, Any]]
    accepted: set[str] = field(default_factory=set)

    def deliver(self, payloads: Iterable[dict[str, Any]], until: threading.Event, together: int = 16) -> list[Any]:
        """Send each until it is accepted, `together` at once; what was not accepted when `until` was set."""
        return asyncio.run(self._deliver(list(payloads), until, together))

    async def _deliver(self, payloads: list[dict[str, Any]], until: threading.Event, together: int) -> list[Any]:
        left: list[dict[str, Any]] = []
        places = asyncio.Semaphore(together)
        async with Sender(f"{self.server.url}/slack/events", retries=(), patience=10, connections=together) as sender:

            async def one(payload: dict[str, Any]) -> None:
                async with places:
                    while not until.is_set():
                        if (await sender.event(payload)).accepted:
                            self.accepted.add(address(payload))
                            return
                        await asyncio.sleep(0.1)
                    left.append(payload)

            await asyncio.gather(*map(one, payloads))
        return left

    def settle(self) -> None:
        """Wait until every message is understood, every answer said and every flow at its end."""
        pause = threading.Event()
        with counting.watching(self.database_url) as waiting, self.verbs() as here:
            for _ in range(PATIENCE_SECONDS * 4):
                if not waiting() and here.engine.unfinished() == 0:  # type: ignore[union-attr]
                    return
                pause.wait(0.25)
            raise AssertionError(f"{waiting()} messages wait, {here.engine.unfinished()} flows did not end")  # type: ignore[union-attr]

    @contextlib.contextmanager
    def verbs(self) -> Iterator[Earshot]:
        """The house from another process: what it enqueues, the server works."""
        here = wire(settings_of(self.server, self.database_url))
        try:
            yield here
        finally:
            here.close()

    def filed(self) -> list[str]:
        """The markers of our bugs in the tracker, one for each issue that carries one."""
        board = sqlite3.connect(f"file:{self.outside.tracker_file}?mode=ro", uri=True)
        try:
            rows = board.execute("SELECT fields FROM issues ORDER BY id").fetchall()
        finally:
            board.close()
        labels = [label for (fields,) in rows for label in json.loads(fields)["labels"]]
        return [label for label in labels if label.removeprefix("earshot-").isdigit()]


@contextlib.contextmanager
def built(folder: Path, database_url: str) -> Iterator[Town]:
    """A town whose server has not been started yet."""
    work = Workload()
    with programs.stand_ins(folder) as outside:
        work.furnish(outside.chat)
        prepare(database_url)
        work.settle(database_url)
        server = programs.earshot(folder, database_url, outside, EARSHOT_JIRA_SETTLE_SECONDS="1")
        try:
            yield Town(server, outside, database_url, work.events())
        finally:
            server.kill()


def address(payload: dict[str, Any]) -> str:
    """The message an event is about: channel/ts."""
    return f"{payload['event']['channel']}/{payload['event']['ts']}"


def copies(payload: dict[str, Any], chance: random.Random) -> list[dict[str, Any]]:
    """One to four deliveries of the same message, each an event of its own, some of them as `app_mention`."""
    kinds = ["message", *chance.choices(["message", "app_mention"], k=chance.randint(0, 3))]
    return [
        {**payload, "event_id": f"Ev{chance.getrandbits(40):010X}", "event": {**payload["event"], "type": kind}}
        for kind in kinds
    ]
