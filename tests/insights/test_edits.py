"""People know better: rename, merge and part, move."""

import pytest

from handlers.errors import Refused
from handlers.insights import answer, digest, group, locate, merge, move, rename
from storage.desk import history, tickets
from storage.insights import edits, themes
from tests.insights.conftest import Desk


@pytest.fixture
def two(desk: Desk) -> Desk:
    """Theme 1 with tickets 1 and 2, theme 2 with ticket 3; staff 1."""
    exports, files = desk.theme("Exports hang"), desk.theme("No file comes")
    desk.said("acme", "The export hangs", "2026-11-10 10:00", exports)
    desk.said("globex", "The export hangs here, too", "2026-11-10 11:00", exports)
    desk.said("initech", "No file comes out", "2026-11-10 12:00", files)
    desk.listener()
    return desk


def test_a_renamed_theme_keeps_the_name_of_the_person(two: Desk) -> None:
    with two.work() as uow:
        rename.rename(uow, 1, 1, "  Exports never\nfinish ")
    with two.work() as uow:
        assert (themes.get(uow.db, 1).name, themes.get(uow.db, 1).named_by) == ("Exports never finish", "person")
        [event] = history.newest(uow.db)
        assert event.detail == {
            "theme": 1, "before": "Exports hang", "after": "Exports never finish", "was_by": "machine",
        }  # fmt: skip
        assert event.by == 1


@pytest.mark.parametrize("name", ["", " \n", "x" * 61, "no FILE comes"])
def test_names_that_cannot_be_are_refused(two: Desk, name: str) -> None:
    with two.work() as uow, pytest.raises(Refused):
        rename.rename(uow, 1, 1, name)


def test_merged_themes_are_told_as_one_and_parted_they_are_as_before(two: Desk) -> None:
    bug = two.bug(2)
    with two.work() as uow:
        merge.merge(uow, 2, 1, 1)
    with two.work() as uow:
        [told] = digest.build(uow, "2026-W46")["themes"]
        assert (told["id"], told["customers"], told["complaints"]) == (1, 3, 3)
        assert [one["id"] for one in told["bugs"]] == [str(bug)]
        assert [one.id for one in themes.living(uow.db)] == [1]
        merge.part(uow, 2, 1)
    with two.work() as uow:
        assert themes.sizes(uow.db) == {1: 2, 2: 1}
        assert [event.name for event in history.newest(uow.db)] == ["theme_merged", "theme_parted"]


def test_parting_leaves_where_they_are_those_that_were_moved_since(two: Desk) -> None:
    third = two.theme("Third")
    with two.work() as uow:
        merge.merge(uow, 1, 2, 1)
        move.move(uow, 2, 1, third)
        merge.part(uow, 1, 1)
    with two.work() as uow:
        assert themes.sizes(uow.db) == {1: 1, 2: 1, third: 1}


def test_merging_a_merged_theme_on_and_back_keeps_each_to_its_own(two: Desk) -> None:
    third = two.theme("Third")
    with two.work() as uow:
        merge.merge(uow, 2, 1, 1)
        merge.merge(uow, 1, third, 1)
        assert {one.merged_into for one in themes.everything(uow.db)} == {third, None}
        merge.part(uow, 1, 1)
        merge.part(uow, 2, 1)
    with two.work() as uow:
        assert themes.sizes(uow.db) == {1: 2, 2: 1}


def test_what_cannot_be_merged_or_parted_is_refused(two: Desk) -> None:
    with two.work() as uow:
        for theme, into in ((1, 1), (1, 99), (99, 1)):
            with pytest.raises(Refused):
                merge.merge(uow, theme, into, 1)
        with pytest.raises(Refused):
            merge.part(uow, 1, 1)


def test_a_ticket_that_a_person_moved_stays_there(two: Desk) -> None:
    with two.work() as uow:
        assert move.move(uow, 2, 1, 2) == 2
    with two.work() as uow:
        assert group.group(uow, 2) == 2
        assert move.move(uow, 2, 1, 1) == 1  # and back
        own = move.move(uow, 3, 1, None)
        assert own not in (1, 2)
        assert themes.get(uow.db, own).name not in ("Exports hang", "No file comes")
        assert [event.name for event in history.of_ticket(uow.db, 2)] == ["theme_moved", "theme_moved"]


def test_what_is_in_no_theme_is_not_moved_into_one(two: Desk) -> None:
    praise = two.said("acme", "Lovely", "2026-11-10 13:00", kind="praise", complaint=False)
    with two.work() as uow:
        with pytest.raises(Refused, match="correct what the ticket is"):
            move.move(uow, praise, 1, 1)
        with pytest.raises(Refused, match="no such theme"):
            move.move(uow, 1, 1, 99)
        assert tickets.get(uow.db, 1).theme_id == 1


def test_a_theme_of_its_own_is_called_by_nobodys_name(two: Desk) -> None:
    ticket = two.said("acme", "Acme cannot print the invoices", "2026-11-10 13:00", 1)
    with two.work() as uow:
        theme_id = move.move(uow, ticket, 1, None)
        named = themes.get(uow.db, theme_id).name
    assert "acme" not in named.lower()
    assert "invoice" in named.lower()


def test_a_move_is_taken_back_and_the_ticket_is_as_free_as_it_was(two: Desk) -> None:
    with two.work() as uow:
        move.move(uow, 2, 1, 2)
    with two.work() as uow:
        assert move.move_back(uow, 2, 1) == 1
        assert edits.pinned(uow.db) == set()
        with pytest.raises(Refused, match="Nobody moved"):
            move.move_back(uow, 2, 1)


def test_moves_are_taken_back_one_by_one_and_what_was_said_before_stands_again(two: Desk) -> None:
    third = two.theme("Third")
    with two.work() as uow:
        move.move(uow, 2, 1, 2)
        move.move(uow, 2, 1, third)
    with two.work() as uow:
        assert move.move_back(uow, 2, 1) == 2
        assert edits.pinned_to(uow.db, 2) == 2
        assert move.move_back(uow, 2, 1) == 1


def test_a_theme_made_by_taking_a_ticket_out_is_gone_when_that_is_taken_back(two: Desk) -> None:
    with two.work() as uow:
        own = move.move(uow, 2, 1, None)
    with two.work() as uow:
        assert move.move_back(uow, 2, 1) == 1
        assert [one.id for one in themes.living(uow.db)] == [1, 2]
        assert edits.differences(uow.db) == []
        assert themes.get(uow.db, own).merged_into == 1


def test_a_ticket_that_went_elsewhere_since_is_not_moved_back(two: Desk) -> None:
    with two.work() as uow:
        move.move(uow, 2, 1, 2)
        merge.merge(uow, 2, 1, 1)
    with two.work() as uow, pytest.raises(Refused, match="elsewhere"):
        move.move_back(uow, 2, 1)


def test_a_split_is_taken_back_as_if_it_had_not_been(two: Desk) -> None:
    with two.work() as uow:
        new = move.split(uow, 1, [2], 1)
    with two.work() as uow:
        assert move.rejoin(uow, new, 1) == 1
    with two.work() as uow:
        assert themes.sizes(uow.db) == {1: 2, 2: 1}
        assert (edits.pinned(uow.db), edits.differences(uow.db)) == (set(), [])
        with pytest.raises(Refused):
            move.rejoin(uow, 2, 1)


def test_two_names_of_people_are_taken_back_one_by_one(two: Desk) -> None:
    with two.work() as uow:
        rename.rename(uow, 1, 1, "Second name")
        rename.rename(uow, 1, 1, "Third name")
    for name, by in (("Second name", "person"), ("Exports hang", "machine")):
        with two.work() as uow:
            rename.give_back(uow, 1, 1)
            assert (themes.get(uow.db, 1).name, themes.get(uow.db, 1).named_by) == (name, by)


def test_areas_and_answers_of_people_are_taken_back(two: Desk) -> None:
    with two.work() as uow:
        locate.locate(uow, 1, 1, "Reports")
        answer.answer(uow, 1, 1, "Export in two halves.")
        answer.answer(uow, 1, 1, "Export at night.")
    with two.work() as uow:
        locate.take_back(uow, 1, 1)
        answer.take_back(uow, 1, 1)
        theme = themes.get(uow.db, 1)
        assert (theme.area, theme.area_by, theme.answer) == ("", "machine", "Export in two halves.")
        with pytest.raises(Refused):
            locate.take_back(uow, 1, 1)
