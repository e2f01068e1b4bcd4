"""What a digest says beside its themes: sentences from counted facts, leads, fixes, the shield; and counting it again."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from handlers.analysis.telling.checking import unfounded
from handlers.insights import digest, react
from storage.desk import drafts
from storage.desk.drafts import Draft
from storage.insights import themes
from tests.insights.conftest import Desk

NUMBERS = [3, 2, 48_000, 1.5]
WORDS = ["Exports hang", "BUG-7"]


@pytest.fixture
def week(desk: Desk) -> Desk:
    """Exports: Acme (flagged) told of it three weeks before Globex and Initech; a bug of the week before is fixed."""
    exports, dates = desk.theme("Exports hang"), desk.theme("Dates are off by one")
    desk.customer("acme", 20_000, renewal_on=date(2026, 12, 24)), desk.customer("globex", 5_000)
    desk.flag("acme")
    desk.said("acme", "The export hangs at the end.", "2026-10-20 10:00", exports, queue="buffer")
    for who, day in (("acme", "09"), ("globex", "10"), ("initech", "12")):
        desk.said(who, f"Our export never finishes on day {day}.", f"2026-11-{day} 10:00", exports,
                  queue="buffer" if who == "acme" else "regular")  # fmt: skip
    ticket = desk.said("globex", "The date is wrong.", "2026-11-03 10:00", dates)
    desk.said("initech", "Dates are off by one.", "2026-11-04 10:00", dates)
    bug = desk.bug(dates, state="fixed", version="4.2", fixed_at=datetime(2026, 11, 11, tzinfo=UTC))
    with desk.work() as uow:
        for number in (ticket, ticket + 1):
            uow.ticket(number).bug_id = bug
        told = Draft(ticket_id=ticket, bug_id=bug, purpose="fixed", text="x", language="en", state="approved",
                     created_at=datetime(2026, 11, 11, tzinfo=UTC), decided_at=datetime(2026, 11, 12, tzinfo=UTC))  # fmt: skip
        drafts.add(uow.db, told)
    return desk


def built(desk: Desk, name: str = "2026-W46", written: dict[str, str] | None = None) -> dict[str, Any]:
    with desk.work() as uow:
        return digest.build(uow, name, written)


def test_a_theme_is_told_in_a_sentence_with_its_lead_and_what_would_help(week: Desk) -> None:
    told = built(week)
    exports, dates = told["themes"]
    assert exports["sentence"] == (
        "Up from 0.2 in a usual week to 3 customers, 2 of them not flagged, 1 of them with a renewal within 90 days "
        "(€20,000 a year), told 3 weeks earlier by flagged customers."
    )
    assert exports["next"] == "File a bug: none is filed."
    assert (dates["trend"], dates["sentence"]) == ("fixed", "Fixed in 4.2: nobody has complained since.")
    assert [(one["title"], one["weeks"], one["open"]) for one in told["leads"]] == [("Exports hang", 3.0, False)]
    assert told["fixed"][0] | {"url": ""} == {
        "bug": "1", "title": "It breaks", "url": "", "version": "4.2", "customers": 2, "told": 1, "waiting": 0,
        "tickets": ["ES-1005"],
    }  # fmt: skip
    assert [(one["name"], one["company"], one["bugs"]) for one in told["thanks"]] == [
        ("Ann Lee", "Globex", 1), ("Ann Lee", "Initech", 1),
    ]  # fmt: skip
    assert {name: told["shield"][name] for name in ("tickets", "customers", "messages", "to_engineers")} == {
        "tickets": 1, "customers": 1, "messages": 1, "to_engineers": 0,
    }  # fmt: skip


def test_every_number_is_counted_again_and_what_was_moved_since_is_named(week: Desk) -> None:
    with week.work() as uow:
        digest.tell(uow, "2026-W46")
        again = digest.explain(uow, "2026-W46")
    assert again["agrees"]
    assert len(again["numbers"]) > 25
    assert ("thanks to Ann Lee: bugs", 1) in [(one["what"], one["counted"]) for one in again["numbers"]]
    counted = next(one for one in again["numbers"] if one["what"] == "theme 1 (“Exports hang”) customers")
    assert (counted["told"], counted["counted"], counted["tickets"]) == (3, 3, ["ES-1002", "ES-1003", "ES-1004"])
    with week.work() as uow:
        uow.ticket(3).theme_id = None
    with week.work() as uow:
        again = digest.explain(uow, "2026-W46")
    assert not again["agrees"]
    assert "theme 1 (“Exports hang”) customers" in [
        one["what"] for one in again["numbers"] if one["told"] != one["counted"]
    ]


@pytest.mark.parametrize(
    ("sentence", "why"),
    [
        ("Exports hang for three customers, two of them not flagged.", None),
        ("3 customers, worth €48,000 a year, wait for BUG-7.", None),
        ("Exports hang for four customers this week.", "number 4"),
        ("About 50% of customers now report hanging exports.", "number 0.5"),
        ("Exports hang, and twice as many report it at 20 sites.", "number 20"),
        ("Exports hang at Globex and elsewhere.", "Globex"),
        ("Maria reports that exports hang.", "Maria"),
        ("Most customers report that exports hang.", "Most"),
        ("Exports hang. Three customers report it.", "one sentence"),
        ("Exports hang for 3 customers, see https://x.example", "one sentence"),
        ("エクスポートが止まると3社から報告。", "name"),
    ],
)
def test_a_sentence_with_a_number_or_name_that_nobody_counted_is_not_used(sentence: str, why: str | None) -> None:
    found = unfounded(sentence, NUMBERS, WORDS, ["Globex"])
    assert found is None if why is None else why in str(found)


def test_a_models_sentence_stands_where_it_holds_facts_only(week: Desk) -> None:
    told = built(
        week, written={"1": "Exports hang for 3 customers now, 2 of them not flagged.", "2": "Fixed for 99 people."}
    )
    assert [(one["sentence"], one["written_by"]) for one in told["themes"]] == [
        ("Exports hang for 3 customers now, 2 of them not flagged.", "model"),
        ("Fixed in 4.2: nobody has complained since.", "template"),
    ]
    assert (
        built(week, written={"1": "Exports hang at Initech for 3 customers."})["themes"][0]["written_by"] == "template"
    )


def test_what_engineers_know_waits_until_it_grows_and_what_they_fixed_comes_back(desk: Desk) -> None:
    known, fixed = desk.theme("Known thing"), desk.theme("Fixed thing")
    staff_id = desk.listener()
    for day in ("2026-10-27", "2026-11-03", "2026-11-10"):
        for who in ("acme", "globex"):
            desk.said(who, "The list is slow.", f"{day} 10:00", known)
            desk.said(who, "The sum is wrong.", f"{day} 11:00", fixed)
    assert [one["title"] for one in built(desk, "2026-W45")["themes"]] == ["Known thing", "Fixed thing"]
    desk.now = datetime(2026, 11, 9, 9, tzinfo=UTC)
    with desk.work() as uow:
        digest.tell(uow, "2026-W45")
        react.react(uow, known, staff_id, "2026-W45", "known")
        react.react(uow, fixed, staff_id, "2026-W45", "fixed", "4.2")
    told = built(desk)
    assert [one["title"] for one in told["themes"]] == ["Fixed thing"]
    assert [(one["title"], one["said"]) for one in told["also"]] == [("Known thing", "known")]
    for who in ("acme", "globex", "initech", "hooli", "umbrella"):
        desk.said(who, "Slow here, too.", "2026-11-17 10:00", known)
        desk.said(who, "The sum is wrong again.", "2026-11-17 11:00", fixed)
    told = built(desk, "2026-W47")
    assert {one["title"]: one["trend"] for one in told["themes"]} == {
        "Known thing": "growing",
        "Fixed thing": "back again",
    }
    assert any("Back again after it was fixed in 4.2" in one["sentence"] for one in told["themes"])
    with desk.work() as uow:
        react.take_back(uow, known, staff_id, "2026-W45")


def test_what_only_one_customer_tells_of_is_quoted_without_what_could_betray_them(desk: Desk) -> None:
    alone, request = desk.theme("Labels misprint"), desk.theme("Pallet labels", "feature_request")
    said = (
        "Labels come out blank. At Rotterdam Noord we print 45,000 a day. Ask Ms Okafor. It began with the last update."
    )
    for hour in range(10, 13):
        desk.said("acme", said, f"2026-11-10 {hour}:00", alone)
    desk.said("acme", "As a hospital we need pallet labels. Could labels have two sizes?", "2026-11-10 14:00", request,
              kind="feature_request", complaint=False)  # fmt: skip
    told = built(desk)
    quotes = [quote["text"] for one in told["themes"] for quote in one["quotes"]] + [
        one["text"] for one in told["unasked_before"]
    ]
    assert "Labels come out blank. It began with the last update." in quotes
    assert not [word for word in ("Rotterdam", "45,000", "Okafor", "hospital") if word in " ".join(quotes)]
    desk.said("globex", "Blank labels in Lyon.", "2026-11-11 10:00", alone)
    assert "Lyon" in str(built(desk)["themes"])


def test_at_most_seven_themes_are_told_in_full(desk: Desk) -> None:
    for number in range(9):
        one = desk.theme(f"Thing {number}")
        for who in ("acme", "globex"):
            desk.said(who, f"Thing {number} fails.", "2026-11-10 10:00", one)
    told = built(desk)
    assert (len(told["themes"]), len(told["also"]), told["totals"]["other_themes"]) == (7, 2, 2)


def test_themes_come_in_the_thread_and_show_who_answered(week: Desk) -> None:
    from storage.desk import deliveries

    staff_id = week.listener()
    with week.work() as uow:
        [head] = digest.tell(uow, "2026-W46")
        assert digest.post_themes(uow, "2026-W46") == []  # the head is not said yet
        deliveries.get(uow.db, head).receipt = "1.5"
        deliveries.get(uow.db, head).state = "sent"
    with week.work() as uow:
        first, second = digest.post_themes(uow, "2026-W46")
        assert digest.post_themes(uow, "2026-W46") == [first, second]
        meant = deliveries.get(uow.db, first)
        assert (meant.thread, [one["action_id"] for one in meant.blocks[-1]["elements"]]) == (
            "1.5", ["useful:1", "known:1", "by_design:1", "fixed:1"],
        )  # fmt: skip
        meant.state = "sent"
    with week.work() as uow:
        react.react(uow, 1, staff_id, "2026-W46", "useful")
        react.react(uow, 1, staff_id, "2026-W46", "useful")
        assert react.newest_week(uow, 1) == "2026-W46"
        meant = deliveries.get(uow.db, first)
        assert (meant.state, "Inés Robledo: useful" in str(meant.blocks)) == ("pending", True)
    assert [flow for flow, _ in week.left] == ["delivery_meant"]
    with week.work() as uow:
        assert themes.get(uow.db, 1).name == "Exports hang"


def test_a_theme_tells_by_itself_what_a_digest_would(week: Desk) -> None:
    week.now = datetime(2026, 11, 18, 9, tzinfo=UTC)
    with week.work() as uow:
        told = digest.about(uow, 1)
        assert digest.about(uow, 99) is None
    assert told is not None
    assert (told["before"], told["complaints"], told["lead_weeks"], len(told["quotes"])) == ([1, 0, 0, 3], 0, 3.0, 3)
