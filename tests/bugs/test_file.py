from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.trackers.local import Local
from handlers.bugs import file, follow, propose
from handlers.errors import NotFound, Refused, Unavailable
from handlers.outside import Outside
from storage.insights import bugs
from storage.routing import policy
from tests.bugs.conftest import Board, House


def test_with_the_built_in_tracker_a_press_files_the_bug_and_its_tickets_wait_for_engineers(house: House) -> None:
    bug_id = house.proposed(0, 1)
    house.does(file.file_now, bug_id, house.ines, {"title": "CSV export hangs at 90 %", "severity": "1"})
    bug = house.bug(bug_id)
    assert (bug.state, bug.title, bug.severity, bug.filed_by) == ("new", "CSV export hangs at 90 %", 1, house.ines)
    assert bug.external_key == f"BUG-{bug_id}"
    assert bug.filed_at is not None
    assert {house.ticket(one).state for one in house.linked(bug_id)} == {"engineering"}


def test_outside_it_is_filed_once_with_marker_numbers_and_quotes(outdoors: House, board: Board) -> None:
    bug_id = outdoors.proposed(*range(11))
    outdoors.does(file.file_now, bug_id, outdoors.ines)
    bug = outdoors.bug(bug_id)
    assert (bug.tracker, bug.external_key, bug.url) == ("jira", "PROD-1", f"https://jira.example/earshot-{bug_id}")
    ((title, body),) = board.kept.values()
    assert title == bug.title
    assert "11 customers, €110,000" in body
    assert f"/bugs/{bug_id}" in body
    assert sum(line.startswith("> ") for line in body.splitlines()) == 3


def test_pressed_twice_by_two_people_at_once_it_is_filed_once(either_house: House, board: Board) -> None:
    bug_id = either_house.proposed(0, 1)

    def press(staff_id: int) -> None:
        with either_house.work() as uow:
            file.file_now(uow, bug_id, staff_id)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(press, [either_house.ines, either_house.marc] * 3))
    either_house.does(propose.propose, either_house.linked(bug_id)[0])
    assert list(board.kept) == [f"earshot-{bug_id}"]
    assert board.asked == 1


def test_a_lost_answer_is_asked_for_again_and_the_bug_is_found(outdoors: House, board: Board) -> None:
    bug_id = outdoors.proposed(0, 1)
    board.failing = [Unavailable("the line broke")]
    outdoors.does(file.file_now, bug_id, outdoors.ines)
    assert outdoors.bug(bug_id).external_key is None
    with outdoors.work() as uow:
        assert [one.id for one in bugs.unfiled(uow.db)] == [bug_id]
    intent = outdoors.does(file.prepare, bug_id)
    assert intent["repeated"]
    outcome = file.submit(Outside(tracker=board), intent)
    outdoors.does(file.record_filed, bug_id, outcome)
    outdoors.does(file.record_filed, bug_id, outcome)
    assert outdoors.bug(bug_id).external_key == "PROD-1"
    assert len(board.kept) == 1
    assert outdoors.does(file.prepare, bug_id) is None


def test_what_the_tracker_refuses_is_shown_and_can_be_put_right(outdoors: House, board: Board) -> None:
    bug_id = outdoors.proposed(0, 1)
    board.failing = [Refused("Jira refused the bug: priority: is required.")]
    outdoors.does(file.file_now, bug_id, outdoors.ines)
    assert outdoors.bug(bug_id).error == "Jira refused the bug: priority: is required."
    outdoors.does(file.file_now, bug_id, outdoors.ines, {"title": "Export hangs"})
    bug = outdoors.bug(bug_id)
    assert (bug.error, bug.external_key, bug.title) == ("", "PROD-1", "Export hangs")


def test_a_tracker_that_is_not_connected_is_a_sentence(outdoors: House) -> None:
    intent = {"tracker": "jira", "marker": "x", "title": "x", "body": "x", "severity": 2, "repeated": False}
    assert file.submit(Outside(), intent) == {"refused": "The tracker jira is not connected."}


@pytest.mark.parametrize(
    ("edited", "said"),
    [
        ({"title": "  "}, "needs a title"),
        ({"title": "x" * 80}, "at most 79"),
        ({"severity": "5"}, "from 1"),
        ({"happens": "x" * 9000}, "at most 8,000"),
        ({"happens": "It hangs for Harborline Freight."}, "names a customer"),
        ({"title": "harborline freight cannot export"}, "names a customer"),
    ],
)
def test_a_text_that_cannot_be_filed_is_refused_and_nothing_has_changed(
    house: House, edited: dict[str, str], said: str
) -> None:
    bug_id = house.proposed(0, 1)
    before = house.bug(bug_id)
    with pytest.raises(Refused, match=said):
        house.does(file.file_now, bug_id, house.ines, edited)
    assert house.bug(bug_id) == before


def test_names_may_be_filed_where_the_policy_says_so(house: House) -> None:
    with house.work() as uow:
        policy.save(uow.db, policy.Policy(name_customers_in_bugs=True))
    bug_id = house.proposed(0, 1)
    house.does(file.file_now, bug_id, house.ines, {"title": "Export hangs for Harborline Freight Ltd"})
    assert house.bug(bug_id).state == "new"


def test_there_is_no_such_bug(house: House) -> None:
    for verb in (file.file_now, tell_state):
        with pytest.raises(NotFound):
            house.does(verb, 99, house.ines)


def tell_state(uow: object, bug_id: int, staff_id: int) -> None:
    follow.changed(uow, bug_id, "fixed", by=staff_id)  # type: ignore[arg-type]


def test_a_person_files_a_ticket_and_the_theme_comes_along_once(either_house: House) -> None:
    with either_house.work() as uow:
        policy.save(uow.db, policy.Policy(propose_bug_customers=5))
    one, other = (either_house.told(number) for number in (0, 1))

    def press(ticket_id: int) -> int:
        with either_house.work() as uow:
            shown = propose.draft_for(uow, ticket_id)
        with either_house.work() as uow:
            return file.file_ticket(uow, ticket_id, either_house.ines, shown)

    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(press, [one, other] * 2))
    (bug,) = either_house.bugs()
    assert found == {bug.id}
    assert either_house.linked(bug.id or 0) == [one, other]
    assert bug.affected.startswith("2 customers")
    assert bug.quotes
    assert either_house.ticket(one).state == "engineering"


def test_pressing_on_a_ticket_whose_bug_is_proposed_files_that_one(house: House) -> None:
    bug_id = house.proposed(0, 1)
    shown = house.does(propose.draft_for, house.linked(bug_id)[0])
    assert house.does(file.file_ticket, house.linked(bug_id)[0], house.ines, shown) == bug_id
    assert [(one.id, one.state) for one in house.bugs()] == [(bug_id, "new")]


def test_it_is_this_one_and_it_is_not(house: House) -> None:
    bug_id = house.proposed(0, 1)
    house.does(file.file_now, bug_id, house.ines)
    alone = house.told(5, theme_id=None)
    house.does(file.link, alone, bug_id, house.ines)
    house.does(file.link, alone, bug_id, house.ines)
    assert (house.ticket(alone).bug_id, house.ticket(alone).state) == (bug_id, "engineering")
    assert house.bug(bug_id).affected.startswith("3 customers")
    house.does(file.unlink, alone, bug_id, house.ines)
    house.does(file.unlink, alone, bug_id, house.ines)
    assert (house.ticket(alone).bug_id, house.ticket(alone).state) == (None, "open")
    assert house.bug(bug_id).affected.startswith("2 customers")
    with house.work() as uow:
        uow.ticket(alone).theme_id = house.theme
    assert house.does(propose.propose, alone) is None, "a person said that it is not this one"


def test_the_built_in_tracker_finds_a_bug_by_its_marker(house: House) -> None:
    bug_id = house.proposed(0, 1)
    house.does(file.file_now, bug_id, house.ines)
    local = Local(house.work)
    found = local.file(file.marker(bug_id), "x", "x", 2)
    assert found == local.find(f"earshot-{bug_id}")
    assert found.key == house.bug(bug_id).external_key
    assert local.find("earshot-99") is None
    assert local.find("other") is None
