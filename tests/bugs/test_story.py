"""Eleven messages in three languages, one bug in a Redmine, closed there, eleven drafts, eleven threads.

On the stand-in, and on a real one where there is one (see tests/trackers/redmine.py).
"""

import os
from collections.abc import Callable, Iterator

import pytest

from bot import ticks
from bot.trackers.circuit import Circuit
from bot.wiring import Earshot
from handlers.bugs import file, remark, tell
from handlers.outside import Outside
from storage.insights import comments
from tests.bugs.conftest import House, Line
from tests.conftest import Clock
from tests.trackers.benches import RedmineBench, bench
from tests.trackers.redmine import THERE


@pytest.fixture(params=["stand-in", "real"] if THERE else ["stand-in"])
def redmine(request: pytest.FixtureRequest) -> Iterator[RedmineBench]:
    if request.param == "real":
        yield request.getfixturevalue("real_redmine")
        return
    with bench("redmine") as made:
        assert isinstance(made, RedmineBench)
        yield made


def test_one_defect_one_bug_and_the_news_comes_back(
    wire_on: Callable[..., Earshot], sqlite_url: str, clock: Clock, line: Line, redmine: RedmineBench
) -> None:
    tracker = Circuit(redmine.tracker())
    house = House(wire_on(sqlite_url, Outside(channels={"slack": line}, tracker=tracker)), clock)
    if THERE:
        from storage.insights import bugs
        from storage.insights.bugs import Bug

        with house.work() as uow:
            number = 10**8 + int(os.times().elapsed * 10) % 10**8  # a real one remembers earlier runs
            bugs.add(uow.db, Bug(id=number, title="", state="declined", created_at=uow.now(), changed_at=uow.now()))
    bug_id = house.proposed(*range(11))
    assert len(house.linked(bug_id)) == 11
    house.does(file.file_now, bug_id, house.ines)
    bug = house.bug(bug_id)
    assert bug.external_key is not None
    read = tracker.read(bug.external_key).bug
    assert read is not None
    assert "11 customers" in read.text
    house.does(remark.comment, bug_id, "Also with files of 20 MB.", by=house.ines)
    redmine.says(bug.external_key, "customer: workaround: export as XLSX")
    redmine.closes(bug.external_key)
    house.does(ticks.ask_tracker)
    assert house.bug(bug_id).state == "fixed"
    with house.work() as uow:
        said = [(one.staff_id, one.text) for one in comments.of_bug(uow.db, bug_id)]
    assert said == [(house.ines, "Also with files of 20 MB."), (None, "customer: workaround: export as XLSX")]
    drafted = house.drafts(bug_id)
    assert [one.language for one in drafted] == ["en"] * 5 + ["es"] * 3 + ["ja"] * 3
    assert all("XLSX" in one.text for one in drafted)
    house.does(tell.approve_all, bug_id, house.ines)
    assert len({(one.place, one.thread) for one in line.said.values()}) == 11
    assert not [one.text for one in line.said.values() if "Redmine" in one.text or "Inés" in one.text]
    clock.forward(minutes=6)
    house.does(ticks.ask_tracker)
    assert len(line.said) == 11
    assert house.drafts(bug_id) == []
