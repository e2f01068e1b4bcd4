"""A comment on the issue only where something new is known; more customers alone change the block."""

from bot import ticks
from handlers.bugs import file, follow, propose, remark
from tests.bugs.conftest import Board, House


def filed(house: House, *numbers: int) -> int:
    bug_id = house.proposed(*numbers)
    house.does(file.file_now, bug_id, house.ines)
    return bug_id


def test_another_environment_and_a_worse_effect_are_told_once_and_more_of_the_same_is_not(
    outdoors: House, board: Board
) -> None:
    bug_id = filed(outdoors, 0, 1)
    key = outdoors.bug(bug_id).external_key or ""
    assert "Chrome 120" in outdoors.bug(bug_id).environment
    outdoors.does(propose.propose, outdoors.told(2))
    outdoors.does(propose.propose, outdoors.told(3, "Exporting gets stuck near the end in Chrome 120."))
    outdoors.does(ticks.tell_tracker)
    assert board.written == {}
    assert "4 customers" in board.blocks[key]
    outdoors.does(propose.propose, outdoors.told(4, "CSV export is stuck in Firefox 121 as well."))
    outdoors.does(propose.propose, outdoors.told(5, "La exportación se queda colgada en Firefox 121."))
    (told,) = board.written.values()
    assert "It was also seen with Firefox 121." in told
    outdoors.does(propose.propose, outdoors.told(6, severity=1))
    outdoors.does(propose.propose, outdoors.told(7, severity=1))
    assert len(board.written) == 2
    assert "severity 1 instead of 2" in list(board.written.values())[1]
    assert outdoors.bug(bug_id).severity == 1


def test_what_works_meanwhile_is_told_to_the_engineers_once(outdoors: House, board: Board) -> None:
    bug_id = filed(outdoors, 0, 1)
    for text in ("", "Export as XLSX", " Export as XLSX "):
        outdoors.does(remark.workaround, bug_id, text, by=outdoors.ines)
        outdoors.does(follow.changed, bug_id, "accepted", workaround=text or None, by=outdoors.ines)
    (told,) = board.written.values()
    assert "this works for customers: Export as XLSX" in told
    assert "Inés" in told


def test_on_a_bug_that_lives_here_nothing_is_written_twice(house: House) -> None:
    bug_id = filed(house, 0, 1)
    assert house.does(remark.workaround, bug_id, "Export as XLSX", by=house.ines) is None
