"""A tracker that is down: it is left alone, what waits goes in order once it is back, and other work goes on meanwhile."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from bot import settings, ticks, wiring
from bot.engine import Durable
from bot.sandbox.serve import running
from bot.sandbox.tracker import API_TOKEN, EMAIL, PROJECT, app
from bot.trackers.circuit import Circuit
from bot.trackers.jira import Jira
from handlers.bugs import file, outward, report
from handlers.errors import Refused, Unavailable
from handlers.outside import Outside
from tests.bugs.conftest import Board, House, Line
from tests.conftest import Clock
from tests.sandbox.wire import call
from tests.trackers.benches import client
from tests.trackers.test_jira import Hands

FULL = os.environ.get("EARSHOT_FULL") == "1"
OUTAGE_SECONDS = 60.0 if FULL else 0.0
"""At least so long the tracker is away; by the clock of the house it is far longer."""
PATIENCE_SECONDS = 90.0 + OUTAGE_SECONDS


def test_after_five_failures_it_is_left_alone_and_says_so_until_it_answers() -> None:
    board, hands = Board(), Hands()
    circuit = Circuit(board, 60.0, hands)
    board.failing = [Unavailable("Jira cannot be reached.")] * 6
    for _ in range(5):
        with pytest.raises(Unavailable):
            circuit.file("earshot-1", "T", "B", 2)
    assert "Jira cannot be reached. It failed 5 times in a row" in circuit.trouble
    with pytest.raises(Unavailable) as shut:
        circuit.file("earshot-1", "T", "B", 2)
    assert (board.asked, shut.value.retry_after) == (5, 5.0)
    hands.seconds += 6
    with pytest.raises(Unavailable):
        circuit.file("earshot-1", "T", "B", 2)
    hands.seconds += 11
    assert circuit.file("earshot-1", "T", "B", 2).key == "PROD-1"
    assert circuit.trouble == ""


def test_a_no_is_an_answer_and_a_wait_is_kept() -> None:
    board, hands = Board(), Hands()
    circuit = Circuit(board, 60.0, hands)
    board.failing = [Refused("No.")] * 9
    for _ in range(9):
        with pytest.raises(Refused):
            circuit.file("earshot-1", "T", "B", 2)
    board.failing = [Unavailable("Wait.", 30.0)]
    for _ in range(3):
        with pytest.raises(Unavailable):
            circuit.file("earshot-1", "T", "B", 2)
    assert board.asked == 10
    assert circuit.trouble == ""


@contextmanager
def durable(site: str, url: str, clock: Clock, longest_pause: float = 0.05) -> Iterator[House]:
    jira = Jira(site, EMAIL, API_TOKEN, PROJECT, timeout_seconds=20.0, settle_seconds=0.0, http=client())
    tracker = Circuit(jira, longest_pause)
    read = settings.read(database_url=url, _env_file=None)
    earshot = wiring.wire(read, outside=Outside(channels={"slack": Line()}, tracker=tracker), clock=clock)
    assert isinstance(earshot.engine, Durable)
    earshot.engine.launch()
    try:
        yield House(earshot, clock)
    finally:
        earshot.close()


def file_defects(house: House, number: int) -> list[str]:
    titles = [f"Defect {one:02}" for one in range(number)]
    for title in titles:
        with house.work() as uow:
            file.file_now(uow, report.report(uow, "test"), house.ines, {"title": title})
    return titles


def titles_at(site: str) -> list[str]:
    return [issue["fields"]["summary"] for issue in call("GET", f"{site}/sandbox/issues").body["issues"]]


def tell_until(house: House, done: Callable[[], bool]) -> None:
    """What waits is told by the clock's ticks and by itself, until it is done."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not done():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.1)
        house.clock.forward(minutes=1)
        with house.work() as uow:
            ticks.tell_tracker(uow)


@pytest.mark.timeout(600)
def test_fifty_bugs_filed_while_the_tracker_is_down_are_there_once_and_in_order_however_often_they_were_tried(
    sqlite_url: str, clock: Clock
) -> None:
    with running(app()) as site, durable(site, sqlite_url, clock) as house:
        call("POST", f"{site}/sandbox/faults", {"match": "/rest/", "drop": True})
        back = time.monotonic() + OUTAGE_SECONDS
        titles = file_defects(house, 50)
        tell_until(
            house,
            lambda: time.monotonic() >= back and "failed" in trouble(house) and struck(site) > 6 * outward.PATIENT,
        )
        assert titles_at(site) == []
        call("DELETE", f"{site}/sandbox/faults")
        tell_until(house, lambda: all(bug.external_key for bug in house.bugs()))
        assert titles_at(site) == titles
        assert trouble(house) == ""


def test_one_bug_that_the_tracker_fails_at_for_ever_keeps_no_other_waiting(sqlite_url: str, clock: Clock) -> None:
    with running(app()) as site, durable(site, sqlite_url, clock) as house:
        call("POST", f"{site}/sandbox/faults", {"match": "/rest/", "holding": "Defect 00", "status": 500})
        titles = file_defects(house, 5)
        tell_until(house, lambda: sum(bug.external_key is not None for bug in house.bugs()) == 4)
        assert titles_at(site) == titles[1:]
        assert trouble(house) == ""
        assert [bug.title for bug in house.bugs() if bug.external_key is None] == titles[:1]
        call("DELETE", f"{site}/sandbox/faults")
        tell_until(house, lambda: all(bug.external_key for bug in house.bugs()))
        assert sorted(titles_at(site)) == titles


def trouble(house: House) -> str:
    with house.work() as uow:
        return uow.tracker_trouble


def struck(site: str) -> int:
    return sum(int(fault.get("struck", 0)) for fault in call("GET", f"{site}/sandbox/faults").body["faults"])
