"""The way in under load: beside bare Bolt, while model and tracker hang, and at a steady rate."""

import contextlib
import json
import os
import platform
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.bench import counting, programs
from bot.bench.sending import Sent, as_fast_as_answered, at_rate
from bot.bench.workload import CHANNELS, Workload, prepare
from handlers.errors import Refused

SENDERS = 32
STEADY_RATE = 20.0
HANG_SECONDS = 30.0
DRAIN_AT_MOST_SECONDS = 1200.0

Tell = Callable[[str], None]


@dataclass
class Measured:
    """What the loads gave, before it is put into words."""

    bare: Sent
    closed: Sent
    hanging: Sent
    acknowledged: list[float]
    drain_per_s: float
    rss_mb: float
    lost: int
    duplicates: int


def intake(
    folder: Path, bare_url: str, database_url: str, *, seconds: float, rate: float, tell: Tell
) -> dict[str, Any]:
    """Run everything in an empty `folder` on two empty databases; the figures, named as the command prints them.

    `seconds` of open-loop load at `rate` events a second; the other loads last a twelfth and half of that, so that with a
    minute some 10,000 messages are stored. Vectors are lexical.
    """
    work = Workload()
    with programs.stand_ins(folder) as outside:
        work.furnish(outside.chat)
        tell("bare Bolt, as fast as it answers")
        bare = _bare(folder, bare_url, outside, work, seconds / 12)
        prepare(database_url)
        work.settle(database_url)
        server = programs.earshot(folder, database_url, outside, EARSHOT_EMBEDDINGS="lexical")
        tell("Earshot starts")
        server.start()
        try:
            measured = _loads(server, outside, work, database_url, bare, seconds, rate, tell)
        finally:
            server.stop()
    return _figures(measured)


def _bare(folder: Path, url: str, outside: programs.Outside, work: Workload, seconds: float) -> Sent:
    program = programs.bare(folder, url, outside)
    program.start()
    try:
        as_fast_as_answered(_events(program), work.events(), SENDERS, seconds / 4)
        return as_fast_as_answered(_events(program), work.events(), SENDERS, seconds)
    finally:
        program.stop()


def _loads(
    server: programs.Program, outside: programs.Outside, work: Workload, database_url: str, bare: Sent,
    seconds: float, rate: float, tell: Tell,
) -> Measured:  # fmt: skip
    events = work.events()
    with watched(server) as peak:
        warm = at_rate(_events(server), events, STEADY_RATE, 2)
        _drained(server, database_url)
        tell(f"{STEADY_RATE:.0f} events a second over {CHANNELS} channels")
        steady = at_rate(_events(server), events, STEADY_RATE, seconds / 2)
        _drained(server, database_url)
        tell("Earshot, as fast as it answers")
        closed = as_fast_as_answered(_events(server), events, SENDERS, seconds / 12)
        _drained(server, database_url)
        tell(f"{rate:.0f} events a second while model and tracker hang for {HANG_SECONDS:.0f} s")
        with hanging(outside, HANG_SECONDS):
            loaded = at_rate(_events(server), events, rate, seconds)
        answered, began = counting.answered(outside.chat_file), time.monotonic()
        tell("what was left to do")
        _drained(server, database_url)
        drained = (counting.answered(outside.chat_file) - answered) / (time.monotonic() - began)
    here, record = counting.kept(database_url), counting.recorded(outside.chat_file)
    accepted = {**warm.accepted, **steady.accepted, **closed.accepted, **loaded.accepted}
    first = record.first()
    return Measured(
        bare=bare,
        closed=closed,
        hanging=loaded,
        acknowledged=[first[one] - due for one, due in steady.accepted.items() if one in first],
        drain_per_s=drained,
        rss_mb=max(peak),
        lost=counting.lost(accepted, here, record),
        duplicates=here.copies + record.repeated(),
    )


def _drained(server: programs.Program, database_url: str) -> None:
    """Wait until every message is understood and every answer said. Raises Refused if that takes too long."""
    until = time.monotonic() + DRAIN_AT_MOST_SECONDS
    with counting.watching(database_url) as waiting:
        while left := waiting():
            if server.running is None or server.running.poll() is not None:
                raise Refused(f"Earshot ended: {server.last_words()}")
            if time.monotonic() > until:
                raise Refused(f"{left} messages are still without an answer after {DRAIN_AT_MOST_SECONDS:.0f} s.")
            time.sleep(0.25)


@contextlib.contextmanager
def hanging(outside: programs.Outside, seconds: float) -> Iterator[None]:
    """While the block lasts, every call to model and tracker hangs for `seconds`."""
    for url in (outside.model, outside.tracker):
        _control("POST", f"{url}/sandbox/faults", {"hang_seconds": seconds})
    try:
        yield
    finally:
        for url in (outside.model, outside.tracker):
            _control("DELETE", f"{url}/sandbox/faults")


@contextlib.contextmanager
def watched(server: programs.Program) -> Iterator[list[float]]:
    """The server's memory in MB, looked at every second while the block lasts."""
    seen, ended = [server.memory_mb()], threading.Event()

    def watch() -> None:
        while not ended.wait(1.0):
            seen.append(server.memory_mb())

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        ended.set()
        thread.join()


def _events(program: programs.Program) -> str:
    return f"{program.url}/slack/events"


def _control(method: str, url: str, content: object = None) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    body = None if content is None else json.dumps(content).encode()
    opener.open(urllib.request.Request(url, body, method=method), timeout=30).close()  # noqa: S310 our own address


def _figures(measured: Measured) -> dict[str, Any]:
    bare = measured.bare.per_second
    return {
        "events_per_s": round(measured.closed.per_second, 1),
        "bare_events_per_s": round(bare, 1),
        "ratio": round(measured.closed.per_second / bare, 2) if bare else 0.0,
        "answer_ms": counting.summary(measured.hanging.answers),
        "ack_ms": counting.summary(measured.acknowledged),
        "drain_per_s": round(measured.drain_per_s, 1),
        "rss_mb": round(measured.rss_mb, 1),
        "lost": measured.lost + measured.hanging.refused + measured.closed.refused,
        "duplicates": measured.duplicates,
        "machine": machine(),
    }


def machine() -> dict[str, Any]:
    """Where this was measured, and how busy the last minute was."""
    return {
        "processors": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 2),
    }
