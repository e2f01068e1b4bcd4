"""What can be set about a tracker, and what it wants of a new bug."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import Session

from bot.wiring import Earshot
from handlers.bugs import arrange, file, follow, outward, report, tell
from handlers.errors import Refused
from handlers.outside import Outside
from handlers.tracking import Wanted
from storage.insights import thanks
from storage.routing import policy
from tests.bugs.conftest import Board, House, Line
from tests.conftest import Clock


class Strict(Board):
    """A tracker in which a field became required."""

    def wanted(self) -> list[Wanted]:
        return [Wanted(id="f1", name="Team", required=True, choices=["Blue", "Red"])]


@pytest.fixture
def strict(wire_on: Callable[..., Earshot], sqlite_url: str, clock: Clock) -> House:
    return House(wire_on(sqlite_url, Outside(channels={"slack": Line()}, tracker=Strict())), clock)


def test_a_field_that_became_required_is_a_question_and_no_lost_bug(strict: House) -> None:
    board = strict.earshot.outside.tracker
    assert isinstance(board, Strict)
    bug_id = strict.proposed(0, 1)
    board.failing = [Refused("The tracker wants “Team” for a bug. What shall it be?")]
    strict.does(file.file_now, bug_id, strict.ines)
    assert "Team" in strict.bug(bug_id).error
    with pytest.raises(Refused, match="What shall it be\\? It is one of Blue, Red"):
        strict.does(file.file_now, bug_id, strict.ines)
    with pytest.raises(Refused, match="does not take “Green”"):
        strict.does(file.file_now, bug_id, strict.ines, {"fields": {"f1": "Green"}})
    strict.does(file.file_now, bug_id, strict.ines, {"fields": {"f1": "Red"}})
    assert strict.bug(bug_id).external_key == "PROD-1"


def test_what_a_program_reports_meanwhile_waits_for_a_person_who_answers(strict: House) -> None:
    with strict.work() as uow:
        wanted = [Wanted(id="f1", name="Team", required=True, choices=["Blue", "Red"]).model_dump()]
        policy.remember(uow.db, "tracker_wanted:jira", {"fields": wanted})
    bug_id = strict.does(report.report, "helpdesk")
    strict.does(file.file_now, bug_id, None, {"title": "Login fails"})
    bug = strict.bug(bug_id)
    assert (bug.state, bug.title) == ("proposed", "Login fails")
    assert bug.error == "The tracker wants “Team” for a bug. What shall it be? It is one of Blue, Red."
    strict.does(file.file_now, bug_id, strict.ines, {"fields": {"f1": "Red"}})
    assert (strict.bug(bug_id).external_key, strict.bug(bug_id).error) == ("PROD-1", "")


def test_a_default_for_such_a_field_asks_nobody(strict: House) -> None:
    strict.does(arrange.fill, {"f1": "Blue", "f2": " "}, strict.ines)
    bug_id = strict.proposed(0, 1)
    strict.does(file.file_now, bug_id, strict.ines)
    assert strict.bug(bug_id).error == ""
    with strict.work() as uow:
        assert uow.tracker_fields() == {"f1": "Blue"}


def test_a_mapping_is_read_line_by_line_and_a_wrong_line_is_named(strict: House) -> None:
    meant = strict.does(arrange.mean, "Status:Ready for QA = In progress\n\nlabel:shipped=released", strict.ines)
    assert meant == {"status:ready for qa": "in_progress", "label:shipped": "released"}
    for wrong in ("nonsense", "status:x = banana", "status:x = proposed"):
        with pytest.raises(Refused, match=wrong.split()[0]):
            strict.does(arrange.mean, wrong, strict.ines)


def test_who_reported_what_became_a_fixed_bug_is_named(house: House) -> None:
    bug_id = house.proposed(0, 5)
    house.does(file.file_now, bug_id, house.ines)
    house.does(follow.changed, bug_id, "fixed")
    with house.work() as uow:
        found = thanks.reporters(uow.db, uow.now().replace(year=2025))
    assert [(one.name, one.fixed, one.first) for one in found] == [("Derek Pyle", 1, 1), ("Lourdes Bermejo", 1, 0)]
    told = house.does(tell.approve_all, bug_id, house.ines)
    assert len(told.sent) == 2


def test_a_colleague_who_reported_it_is_named_though_another_filed_it(house: House) -> None:
    text = {"title": "Login fails", "severity": "2"}
    bug_id = house.does(report.report, "slack", reporter="Kim Doe", key="one", text=text)
    assert house.does(report.report, "slack", reporter="Kim Doe", key="one", text=text) == bug_id
    house.does(file.file_now, bug_id, house.ines)
    house.does(follow.changed, bug_id, "fixed")
    with house.work() as uow:
        found = thanks.reporters(uow.db, uow.now().replace(year=2025))
    assert [(one.name, one.company, one.fixed, one.first) for one in found] == [("Kim Doe", "", 1, 1)]


def test_who_wrote_by_a_program_is_named_by_their_company_and_a_program_may_name_a_colleague(house: House) -> None:
    bug_id = house.proposed(0, 5)
    with house.work() as uow:
        for one in house.linked(bug_id):
            uow.ticket(one).person_id = None
    other = house.does(report.report, "helpdesk", reporter="Kim Doe")
    house.does(file.file_now, bug_id, house.ines)
    house.does(file.file_now, other, None, {"title": "Login fails"})
    for one in (bug_id, other):
        house.does(follow.changed, one, "fixed")
    with house.work() as uow:
        found = thanks.reporters(uow.db, uow.now().replace(year=2025))
    assert [(one.name, one.company, one.first) for one in found] == [
        ("Kim Doe", "", 1),
        ("Somebody", "Harborline Freight Ltd", 1),
        ("Somebody", "Casa Noria Hoteles", 0),
    ]


def test_a_colleague_who_reported_what_customers_tell_of_as_well_is_named_with_them(house: House) -> None:
    bug_id = house.does(report.report, "slack", reporter="Kim Doe", key="one", text={"title": "Export hangs"})
    house.does(file.file_now, bug_id, house.ines)
    house.does(file.link, house.told(0, theme_id=None), bug_id, house.ines)
    house.does(follow.changed, bug_id, "fixed")
    with house.work() as uow:
        found = thanks.reporters(uow.db, uow.now().replace(year=2025))
    assert {(one.name, one.fixed) for one in found} == {("Derek Pyle", 1), ("Kim Doe", 1)}


def test_the_longest_pause_is_what_is_set(outdoors: House) -> None:
    left: list[float] = []

    def keep(db: Session, flow: str, key: str, *args: Any, delay_seconds: float = 0) -> None:
        left.append(delay_seconds)

    with outdoors.work() as uow:
        uow.tracker_pause_seconds, uow.enqueue_in = 7.0, keep
        for seconds in (3.0, 3000.0):
            outward.later(uow, seconds)
    assert left == [3.0, 7.0]
