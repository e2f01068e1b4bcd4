"""On the engine and the clock of a running Earshot: what no webhook tells is asked for, and a tracker that hangs disturbs nobody."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bot import settings, wiring
from bot.engine import Durable
from bot.sandbox.serve import running
from bot.server.ticking import Ticking
from bot.web.app import create
from handlers.bugs import file, report
from handlers.intake.receive import Author, Incoming, receive
from handlers.intake.route import set_default_rules
from handlers.outside import Outside
from handlers.tracking import FiledBug, Tracker
from storage.insights import comments, hearsay
from tests.bugs.conftest import Board, House, Line
from tests.conftest import Clock
from tests.sandbox.wire import call
from tests.trackers.benches import MADE, SECRET, bench

PATIENCE_SECONDS = 90.0


class Now(Clock):
    """The real time: trackers have no other."""

    def __call__(self) -> datetime:
        return datetime.now(UTC)


@contextmanager
def working(url: str, tracker: Tracker, line: Line, name: str = "one") -> Iterator[wiring.Earshot]:
    read = settings.read(database_url=url, tracker_poll_seconds=1, worker_id=name, _env_file=None)
    earshot = wiring.wire(read, outside=Outside(channels={"slack": line}, tracker=tracker), clock=Now())
    assert isinstance(earshot.engine, Durable)
    earshot.engine.launch()
    ticking = Ticking(earshot, earshot.engine.forget_finished)
    ticking.start()
    try:
        yield earshot
    finally:
        ticking.stop()
        earshot.close()


@contextmanager
def live(url: str, tracker: Tracker, line: Line) -> Iterator[House]:
    with working(url, tracker, line) as earshot:
        yield House(earshot, Now())


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


class Lossy:
    """On the way to `door` a fifth of what is sent gets lost, and the sender does not notice."""

    def __init__(self, door: ASGIApp) -> None:
        self.door, self.chance = door, random.Random(20)
        self.lost = self.arrived = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self.chance.random() < 0.2:
            self.lost += 1
            await Response()(scope, receive, send)
        else:
            self.arrived += scope["type"] == "http"
            await self.door(scope, receive, send)


def test_with_a_fifth_of_the_webhooks_lost_every_bug_stands_as_it_does_there(sqlite_url: str) -> None:
    chance = random.Random(5)
    with bench("jira") as side, live(sqlite_url, side.tracker(), Line()) as house:
        lossy = Lossy(create(house.earshot))
        with running(lossy) as address:
            call("POST", f"{side.site}/sandbox/webhooks", {"url": f"{address}/hooks/tracker", "secret": SECRET})
            with house.work() as uow:
                numbers = [report.report(uow, "test") for _ in range(6)]
                for number in numbers:
                    file.file_now(uow, number, house.ines, {"title": f"Defect {number}"})
            until(lambda: all(bug.external_key for bug in house.bugs()))
            keys = {number: house.bug(number).external_key or "" for number in numbers}
            states, said = dict.fromkeys(numbers, "new"), {number: list[str]() for number in numbers}
            for turn in range(60):
                number = chance.choice(numbers)
                if states[number] != "new":
                    side.reopens(keys[number])
                    states[number] = "new"
                elif chance.random() < 0.5:
                    said[number].append(f"Seen {turn} times.")
                    side.says(keys[number], said[number][-1])
                else:
                    states[number] = chance.choice(["fixed", "declined"])
                    side.closes(keys[number], states[number])
            until(lambda: {number: house.bug(number).state for number in numbers} == states)

            def heard() -> dict[int, list[str]]:
                with house.work() as uow:
                    return {number: sorted(one.text for one in comments.of_bug(uow.db, number)) for number in numbers}

            until(lambda: heard() == {number: sorted(texts) for number, texts in said.items()})
            assert lossy.lost > 5
            assert lossy.arrived > 2 * lossy.lost
            with house.work() as uow:
                kept = [one.delivery for one in hearsay.newest(uow.db, "jira", 500)]
            assert sum(not delivery.startswith("asked-") for delivery in kept) > lossy.lost


def test_two_workers_and_a_tracker_that_is_slow_to_answer_and_to_find_file_each_bug_once(postgres_url: str) -> None:
    with bench("jira") as side, live(postgres_url, side.tracker(), Line()) as house:
        call("POST", f"{side.site}/sandbox/settings", {"index_delay_seconds": 1.0})
        side.spoil(times=None, hang_seconds=0.2)
        with working(postgres_url, side.tracker(), Line(), "two") as other:
            for number in range(10):
                for earshot in (house.earshot, other):
                    with earshot.work() as uow:
                        bug_id = report.report(uow, "test")
                        file.file_now(uow, bug_id, house.ines, {"title": f"Defect {number}"})
            until(lambda: all(bug.external_key for bug in house.bugs()))
            keys = sorted(str(bug.external_key) for bug in house.bugs())
            issues = call("GET", f"{side.site}/sandbox/issues").body["issues"]
            assert (sorted(issue["key"] for issue in issues), len(keys)) == (keys, 20)


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
