"""On the engine and the clock of a running Earshot: what no webhook tells is asked for, and a tracker that hangs disturbs nobody."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from bot import settings, wiring
from bot.engine import Durable
from bot.server.ticking import Ticking
from handlers.bugs import file, report
from handlers.intake.receive import Author, Incoming, receive
from handlers.intake.route import set_default_rules
from handlers.tracking import FiledBug, Tracker
from handlers.unit_of_work import Outside
from storage.insights import comments
from tests.bugs.conftest import Board, House, Line
from tests.conftest import Clock
from tests.trackers.benches import MADE, bench

PATIENCE_SECONDS = 90.0


class Now(Clock):
    """The real time: trackers have no other."""

    def __call__(self) -> datetime:
        return datetime.now(UTC)


@contextmanager
def live(url: str, tracker: Tracker, line: Line) -> Iterator[House]:
    read = settings.read(database_url=url, tracker_poll_seconds=1, _env_file=None)
    now = Now()
    earshot = wiring.wire(read, outside=Outside(channels={"slack": line}, tracker=tracker), clock=now)
    assert isinstance(earshot.engine, Durable)
    earshot.engine.launch()
    ticking = Ticking(earshot, earshot.engine.forget_finished)
    ticking.start()
    try:
        yield House(earshot, now)
    finally:
        ticking.stop()
        earshot.close()


def until(true: Callable[[], Any]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


@pytest.mark.parametrize("name", list(MADE))
def test_with_every_webhook_lost_asking_once_a_second_makes_it_right(name: str, sqlite_url: str) -> None:
    with bench(name) as side, live(sqlite_url, side.tracker(), Line()) as house:
        with house.work() as uow:
            bug_id = report.report(uow, "test")
            file.file_now(uow, bug_id, house.ines, {"title": "Export hangs"})
        until(lambda: house.bug(bug_id).external_key)
        key = house.bug(bug_id).external_key or ""

        def said() -> list[str]:
            with house.work() as uow:
                return [one.text for one in comments.of_bug(uow.db, bug_id)]

        side.says(key, "customer: workaround: export as XLSX")
        side.closes(key)
        until(lambda: house.bug(bug_id).state == "fixed" and house.bug(bug_id).workaround == "export as XLSX")
        assert said() == ["customer: workaround: export as XLSX"]
        side.reopens(key)
        until(lambda: house.bug(bug_id).state == "new")
        side.says(key, "Back again.")
        side.closes(key, "declined")
        until(lambda: house.bug(bug_id).state == "declined" and len(said()) == 2)


class Hanging(Board):
    """A tracker that answers when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.met, self.free = threading.Event(), threading.Event()

    def file(self, marker: str, title: str, body: str, severity: int, **more: Any) -> FiledBug:
        self.met.set()
        assert self.free.wait(PATIENCE_SECONDS)
        return super().file(marker, title, body, severity, **more)


def test_while_the_tracker_hangs_customers_are_answered(sqlite_url: str) -> None:
    board, line = Hanging(), Line()
    with live(sqlite_url, board, line) as house:
        house.customer("acme", "Acme", "Ann", "en")
        with house.work() as uow:
            set_default_rules(uow)
            bug_id = report.report(uow, "test")
            file.file_now(uow, bug_id, house.ines, {"title": "Export hangs"})
        assert board.met.wait(PATIENCE_SECONDS)
        for number in range(3):
            with house.work() as uow:
                said = Incoming(
                    door="slack",
                    external_id=f"T0/C0/{number}",
                    place="slack:T0/C0",
                    customer="acme",
                    text="The PDF invoice download stops with an error.",
                    sent_at=uow.now(),
                    author=Author(f"Ann {number}"),
                )
                receive(uow, said)
            until(lambda number=number: len(line.said) > number)  # type: ignore[misc]
        assert house.bug(bug_id).external_key is None, "it hangs still"
        board.free.set()
        until(lambda: house.bug(bug_id).external_key)
