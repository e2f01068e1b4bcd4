"""Each week everything is looked at again: once, from where it stands, and what people said stands."""

from typing import Any

import pytest

from handlers.errors import Refused
from handlers.insights import differ, group, locate, merge, move, rename
from handlers.outside import Outside
from storage.desk import history
from storage.insights import themes
from tests.insights.conftest import Desk

EXPORT = ["The export hangs at 90 % and never finishes.", "exports are stuck again, nothing comes out", "Export hangs!",
          "La exportación se queda colgada y no termina nunca.", "エクスポートが90%で止まって終わりません。"]  # fmt: skip
LOGIN = ["Login goes round in a loop since this morning", "El login entra en bucle otra vez", "ログインがループします",
         "The login page loops for ever"]  # fmt: skip
WEEK = "2026-W46"


def weekly(desk: Desk, week: str = WEEK) -> dict[str, int]:
    """One week's run, in the three parts of its flow."""
    with desk.work() as uow:
        asked = group.question(uow, week)
    settled = group.regroup(Outside(), asked) if asked else None
    with desk.work() as uow:
        return group.settle(uow, week, settled)


def told(desk: Desk, texts: list[str], theme: int | None = None) -> list[int]:
    """Tickets of the week, grouped as they came, and put into a theme where one is given."""
    ids = [desk.said(f"c{number}", text, "2026-11-10 10:00") for number, text in enumerate(texts)]
    for one in ids:
        with desk.work() as uow:
            home = group.group(uow, one)
            if theme is not None and home is not None:
                themes.hand_over(uow.db, [one], home, theme)
    return ids


def homes(desk: Desk, ids: list[int]) -> list[int]:
    with desk.work() as uow:
        return [one.theme_id for one in map(uow.ticket, ids) if one.theme_id is not None]


def events(desk: Desk, theme: int) -> list[str]:
    with desk.work() as uow:
        return [one.name for one in history.of_theme(uow.db, theme)]


@pytest.fixture
def torn(desk: Desk) -> tuple[Desk, list[int], list[int]]:
    """Exports in two themes by mistake, logins in one."""
    first, second = desk.theme("Exports hang"), desk.theme("Nothing comes out")
    exports = told(desk, EXPORT[:3], first) + told(desk, EXPORT[:2], second)
    desk.listener()
    return desk, exports, told(desk, LOGIN)


def test_what_tells_of_the_same_is_made_one_as_an_event_that_one_can_read_and_take_back(torn: Any) -> None:
    desk, exports, logins = torn
    assert weekly(desk)["merged"] >= 1
    assert set(homes(desk, exports)) == {1}
    assert 1 not in homes(desk, logins)
    assert "theme_merged" in events(desk, 1)
    with desk.work() as uow:
        assert themes.get(uow.db, 2).merged_into == 1
        merge.part(uow, 2, 1)
    assert homes(desk, exports) == [1, 1, 1, 2, 2]
    weekly(desk, "2026-W47")
    assert homes(desk, exports) == [1, 1, 1, 2, 2]  # people know better


def test_a_name_that_says_nothing_any_more_gives_way_and_a_persons_stays(torn: Any) -> None:
    desk, _, logins = torn
    (login,) = set(homes(desk, logins))
    with desk.work() as uow:
        themes.get(uow.db, 1).name = "I'm not going to write a long one"
        rename.rename(uow, login, 1, "Doors that turn")
    weekly(desk)
    with desk.work() as uow:
        assert themes.get(uow.db, 1).name.startswith("Export: ")
        assert themes.get(uow.db, login).name == "Doors that turn"
    assert "theme_named" in events(desk, 1)
    weekly(desk, "2026-W47")
    assert events(desk, 1).count("theme_named") == 1


def test_a_week_is_looked_at_once(torn: Any) -> None:
    desk, exports, _ = torn
    with desk.work() as uow:
        assert group.due(uow) == WEEK
        asked = group.question(uow, WEEK)
    assert asked is not None
    settled = group.regroup(Outside(), asked)
    for _ in range(2):
        with desk.work() as uow:
            group.settle(uow, WEEK, settled)
    with desk.work() as uow:
        assert group.due(uow) is None
        assert group.question(uow, WEEK) is None
        assert [one.name for one in history.newest(uow.db)].count("themes_regrouped") == 1
    assert set(homes(desk, exports)) == {1}


def test_the_same_again_changes_nothing(torn: Any) -> None:
    desk, exports, logins = torn
    weekly(desk)
    before = homes(desk, exports + logins)
    assert sum(weekly(desk, "2026-W47").values()) == 0
    assert homes(desk, exports + logins) == before


def test_themes_that_a_person_told_apart_or_named_both_stay_two(torn: Any) -> None:
    desk, exports, _ = torn
    with desk.work() as uow:
        differ.differ(uow, 2, 1, 1)
    weekly(desk)
    assert homes(desk, exports) == [1, 1, 1, 2, 2]
    with desk.work() as uow:
        differ.resemble(uow, 1, 2, 1)
        before = themes.get(uow.db, 1).name
        rename.rename(uow, 1, 1, "One")
        rename.rename(uow, 2, 1, "Other")
    weekly(desk, "2026-W47")
    assert homes(desk, exports) == [1, 1, 1, 2, 2]
    with desk.work() as uow:
        rename.give_back(uow, 1, 1)
        assert (themes.get(uow.db, 1).name, themes.get(uow.db, 1).named_by) == (before, "machine")
    weekly(desk, "2026-W48")
    assert set(homes(desk, exports)) == {2}  # the one with a person's name goes on
    with desk.work() as uow:
        assert themes.get(uow.db, 2).name == "Other"
        with pytest.raises(Refused):
            rename.give_back(uow, 1, 1)


def test_what_a_person_moved_split_or_merged_stays_there(torn: Any) -> None:
    desk, exports, logins = torn
    with desk.work() as uow:
        own = move.split(uow, 1, exports[:1], 1)
        move.move(uow, exports[1], 1, homes(desk, logins)[0])
        merge.merge(uow, 2, 1, 1)
    expected = homes(desk, exports)
    assert expected == [own, homes(desk, logins)[0], 1, 1, 1]
    weekly(desk)
    assert homes(desk, exports) == expected
    assert "theme_split" in events(desk, 1)
    with desk.work() as uow:
        for number in (0, 3):
            with pytest.raises(Refused, match="not none and not all"):
                move.split(uow, 1, exports[2 : 2 + number], 1)


def test_a_theme_of_two_things_becomes_two_and_says_so(desk: Desk) -> None:
    mixed = desk.theme("Things do not work")
    exports, logins = told(desk, EXPORT * 2, mixed), told(desk, LOGIN, mixed)
    assert weekly(desk)["split"] == 1
    assert len(set(homes(desk, exports))) == len(set(homes(desk, logins))) == 1
    assert "theme_split" in events(desk, mixed)
    with desk.work() as uow:
        [new] = {one.id for one in themes.living(uow.db) if themes.tickets_of(uow.db, one.id or 0)} - {mixed}
        assert "theme_started" in [one.name for one in history.of_theme(uow.db, new or 0)]
        assert 0 < len(themes.get(uow.db, new or 0).name) <= 60


def test_themes_find_their_area_and_a_person_knows_better(torn: Any) -> None:
    desk, _, logins = torn
    weekly(desk)
    with desk.work() as uow:
        login = homes(desk, logins)[0]
        assert themes.get(uow.db, 1).area == "Export"
        assert themes.areas(uow.db) == ["Export", "Login"]
        locate.locate(uow, login, 1, "  Getting\nin ")
        with pytest.raises(Refused):
            locate.locate(uow, login, 1, "x" * 41)
    weekly(desk, "2026-W47")
    with desk.work() as uow:
        assert themes.areas(uow.db) == ["Export", "Getting in"]
        locate.locate(uow, login, 1, "")
    weekly(desk, "2026-W48")
    with desk.work() as uow:
        assert themes.areas(uow.db) == ["Export", "Login"]
        assert "theme_located" in events(desk, login)


def test_what_somebody_moved_while_it_was_thought_about_stays(torn: Any) -> None:
    desk, exports, logins = torn
    with desk.work() as uow:
        asked = group.question(uow, WEEK)
    assert asked is not None
    settled = group.regroup(Outside(), asked)
    with desk.work() as uow:
        move.move(uow, exports[4], 1, homes(desk, logins)[0])
    with desk.work() as uow:
        group.settle(uow, WEEK, settled)
    assert homes(desk, exports) == [1, 1, 1, 1, homes(desk, logins)[0]]


def test_five_complaints_are_at_most_five_themes_and_four_wait(desk: Desk) -> None:
    ids = told(desk, [EXPORT[0], LOGIN[0], "The invoice has the wrong VAT", "Why is it so slow today?"])
    with desk.work() as uow:
        assert group.due(uow) is None
    ids += told(desk, [EXPORT[1]])
    weekly(desk)
    assert 2 <= len(set(homes(desk, ids))) <= 5
