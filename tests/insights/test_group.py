"""Each complaint joins a theme or starts one."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import numpy as np
import pytest

from handlers.analysis.meaning.memory import Memory
from handlers.insights import group
from storage.desk import history, tickets
from storage.insights import themes
from storage.insights.themes import Theme
from tests.insights.conftest import Desk

EXPORT = ("The export hangs at 90 % and never finishes.", "La exportación se queda colgada y no termina nunca.",
          "エクスポートが90%で止まって終わりません。", "exports are stuck again, nothing comes out", "Export hangs!")  # fmt: skip
LOGIN = ("Login goes round in a loop since this morning", "ログインがループします", "El login entra en bucle otra vez")


def grouped(desk: Desk, ticket_id: int) -> int | None:
    with desk.work() as uow:
        return group.group(uow, ticket_id)


def theme(desk: Desk, theme_id: int | None) -> Theme:
    with desk.work() as uow:
        return themes.get(uow.db, theme_id or 0)


def complain(desk: Desk, text: str, who: str | None = None, **more: Any) -> int:
    return desk.said(who, text, "2026-11-16 09:00", **more)


def test_the_same_defect_in_three_languages_is_one_theme_and_another_defect_is_another(desk: Desk) -> None:
    exports = {grouped(desk, complain(desk, text, f"c{number}")) for number, text in enumerate(EXPORT)}
    logins = {grouped(desk, complain(desk, text, f"c{number}")) for number, text in enumerate(LOGIN)}
    assert len(exports) == len(logins) == 1
    assert exports != logins
    assert theme(desk, exports.pop()).name == "Export: never finishes"


def test_asked_again_nothing_changes(desk: Desk) -> None:
    first = complain(desk, EXPORT[0])
    assert grouped(desk, first) == grouped(desk, first)
    with desk.work() as uow:
        assert len(themes.living(uow.db)) == 1
        assert [event.name for event in history.newest(uow.db)] == ["theme_started"]


def test_praise_and_chatter_are_in_no_theme_and_strangers_complaints_are(desk: Desk) -> None:
    assert grouped(desk, complain(desk, "Thank you for the export!", kind="praise", complaint=False)) is None
    assert grouped(desk, complain(desk, "Where is the export?", kind="how_to", complaint=False)) is None
    assert grouped(desk, complain(desk, "We are at the fair next week", kind="other", complaint=False)) is None
    said: dict[str, Any] = {"kind": "other", "complaint": True, "origins": {"kind": "person"}}
    assert grouped(desk, complain(desk, "We are at the fair", **said)) is None
    assert grouped(desk, complain(desk, EXPORT[0], None)) is not None


def test_what_turns_out_to_be_no_complaint_leaves_its_theme_and_may_come_back(desk: Desk) -> None:
    first, second = complain(desk, EXPORT[0], "acme"), complain(desk, EXPORT[4], "globex")
    home = grouped(desk, first)
    assert grouped(desk, second) == home
    for kind, complaint, expected in (("praise", False, None), ("bug", True, home)):
        with desk.work() as uow:
            ticket = tickets.get(uow.db, second)
            ticket.kind, ticket.complaint = kind, complaint
            uow.db.add(ticket)
        assert grouped(desk, second) == expected
    with desk.work() as uow:
        assert themes.sizes(uow.db) == {home: 2}


def test_nothing_is_lost_whatever_it_says(desk: Desk) -> None:
    texts = [
        "",
        "😡",
        "🙁🙁",
        "...",
        "no",
        "x" * 1_000_000,
        "مرحبا، لا يعمل",
        "if (a) { return b; }",
        "\x00\x00",
        "52 seconds.",
    ]
    homes = [grouped(desk, complain(desk, text.replace("\x00", "�"), gist=text[:140])) for text in texts]
    assert None not in homes
    with desk.work() as uow:
        names = themes.names(uow.db)
        assert len(names) == len(themes.living(uow.db))
        assert all(0 < len(name) <= 60 for name in names)


def test_a_thousand_copies_of_one_message_are_one_theme(desk: Desk) -> None:
    assert len({grouped(desk, complain(desk, "Why is it so slow today?")) for _ in range(40)}) == 1


def test_a_theme_finds_its_name_in_its_first_week_and_keeps_it(desk: Desk) -> None:
    home = grouped(desk, complain(desk, "Nothing came out of the export this morning", "acme"))
    for number, text in enumerate(EXPORT[:2]):
        assert grouped(desk, complain(desk, text, f"c{number}")) == home
    settled = theme(desk, home).name
    desk.now += timedelta(weeks=1)
    for number in range(12):
        grouped(desk, complain(desk, f"The export to Excel hangs, spreadsheet {number}", f"d{number}"))
    assert theme(desk, home).name == settled == "Export: never finishes"


def test_names_name_nobody(desk: Desk) -> None:
    desk.customer("borealis")
    text = "Borealis here, Ingrid Moe: wallpaper everywhere ingrid@borealis.example"
    home = grouped(desk, complain(desk, text, "borealis", author="Ingrid Moe"))
    assert not [word for word in ("orealis", "ngrid", "Moe", "@") if word in theme(desk, home).name]


def test_a_theme_is_of_the_kind_most_of_it_is_of(desk: Desk) -> None:
    homes = {grouped(desk, complain(desk, EXPORT[0], "acme", kind="usability"))}
    homes |= {grouped(desk, complain(desk, text, "globex")) for text in (EXPORT[3], EXPORT[4])}
    assert len(homes) == 1
    assert theme(desk, homes.pop()).kind == "bug"


def test_another_process_sees_what_was_grouped_out_of_turn(desk: Desk) -> None:
    early, late = complain(desk, EXPORT[0], "acme"), complain(desk, LOGIN[0], "acme")
    grouped(desk, late)
    here, desk.memory = desk.memory, Memory()
    home = grouped(desk, early)
    desk.memory = here
    assert grouped(desk, complain(desk, EXPORT[4], "globex")) == home


def test_another_embedder_keeps_the_themes(desk: Desk) -> None:
    home = grouped(desk, complain(desk, EXPORT[0], "acme"))

    class Other(type(desk.embedder)):  # type: ignore[misc]
        name = "lexical-another"

    desk.embedder, desk.memory = Other(), Memory()
    assert grouped(desk, complain(desk, EXPORT[4], "globex")) == home


def test_a_new_embedder_is_brought_in_bit_by_bit_one_of_every_theme_first(desk: Desk) -> None:
    exports = [grouped(desk, complain(desk, text, f"c{number}")) for number, text in enumerate(EXPORT)]
    logins = [grouped(desk, complain(desk, text, f"c{number}")) for number, text in enumerate(LOGIN)]

    class Other(type(desk.embedder)):  # type: ignore[misc]
        name = "lexical-another"

    desk.embedder, desk.memory = Other(), Memory(portion=2)
    again = [grouped(desk, complain(desk, text, "d1")) for text in (EXPORT[-1], LOGIN[-1], EXPORT[3], LOGIN[1])]
    assert again == [exports[0], logins[0], exports[0], logins[0]]
    with desk.work() as uow:
        assert themes.without_vector(uow.db, uow.meant_by, 10) == []
        assert themes.sizes(uow.db) == {exports[0]: len(exports) + 2, logins[0]: len(logins) + 2}


def test_vectors_that_are_no_numbers_do_no_harm(desk: Desk) -> None:
    class Broken:
        name = "broken"

        def vectors(self, texts: list[str]) -> np.ndarray:
            return np.full((len(texts), 8), np.nan, dtype=np.float32)

    desk.embedder = Broken()  # type: ignore[assignment]
    assert grouped(desk, complain(desk, EXPORT[0])) == grouped(desk, complain(desk, EXPORT[1]))


def test_grouped_at_once_the_same_defect_is_one_theme(desk_on: Callable[[str], Desk], database_url: str) -> None:
    desk = desk_on(database_url)
    ids = [complain(desk, text, f"c{number}") for number, text in enumerate(EXPORT)]
    together = Barrier(len(ids))

    def at_once(ticket_id: int) -> int | None:
        together.wait()
        return grouped(desk, ticket_id)

    with ThreadPoolExecutor(len(ids)) as pool:
        assert len(set(pool.map(at_once, ids))) == 1


@pytest.mark.parametrize("created", [datetime(2026, 11, 15, 22, 59, tzinfo=UTC), datetime(2026, 11, 9, tzinfo=UTC)])
def test_a_name_from_last_week_stays_even_if_it_was_short_of_facts(desk: Desk, created: datetime) -> None:
    desk.decide(time_zone="Europe/Madrid")
    desk.now = created
    home = grouped(desk, complain(desk, "Nothing came out of the export this morning", "acme"))
    before = theme(desk, home).name
    desk.now = datetime(2026, 11, 16, 9, tzinfo=UTC)
    assert {grouped(desk, complain(desk, text, "globex")) for text in EXPORT[:2]} == {home}
    assert theme(desk, home).name == before
