"""The digest of a week, against small weeks counted by hand."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from handlers.errors import Refused
from handlers.insights import digest
from storage.desk import messages
from tests.insights.conftest import Desk


def built(desk: Desk, week: str = "2026-W46") -> dict[str, Any]:
    with desk.work() as uow:
        return digest.build(uow, week)


def theme(told: dict[str, Any], title: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in told["themes"] if one["title"] == title)
    return found


def test_a_week_is_told_in_the_agreed_shape(desk: Desk) -> None:
    exports = desk.theme("Exports hang")
    desk.customer("acme", 20_000), desk.customer("globex", 5_000)
    desk.flag("acme")
    desk.said("acme", "The export hangs at 90 %.", "2026-11-09 10:00", exports)
    desk.said("acme", "Export still hangs!", "2026-11-10 10:00", exports)
    desk.said("globex", "Our export never finishes.", "2026-11-12 10:00", exports)
    bug = desk.bug(exports, title="Export worker dies", state="accepted")
    told = built(desk)
    assert (told["week"], told["from"], told["to"]) == ("2026-W46", "2026-11-09", "2026-11-15")
    assert told["totals"] == {
        "messages": 3, "tickets": 3, "complaints": 3, "customers": 2, "other_themes": 0, "other_complaints": 0
    }  # fmt: skip
    [one] = told["themes"]
    assert {key: one[key] for key in ("id", "title", "trend", "customers", "complaints", "unflagged_customers")} == {
        "id": exports, "title": "Exports hang", "trend": "new", "customers": 2, "complaints": 3, "unflagged_customers": 1
    }  # fmt: skip
    assert (one["contract_value"], one["flagged_share"]) == (25_000, pytest.approx(0.667))
    assert one["bugs"] == [
        {
            "id": str(bug),
            "title": "Export worker dies",
            "state": "accepted",
            "url": f"https://earshot.example/bugs/{bug}",
        }
    ]
    assert {quote["ticket"] for quote in one["quotes"]} == {"ES-1001", "ES-1002", "ES-1003"}


def test_customers_count_before_messages(desk: Desk) -> None:
    flooded, shared = desk.theme("One loud voice"), desk.theme("Two quiet ones")
    for minute in range(40):
        desk.said("acme", f"It is down again, {minute}", f"2026-11-10 09:{minute:02}", flooded)
    desk.said("globex", "The date is wrong.", "2026-11-11 10:00", shared)
    desk.said("initech", "Dates are off by one.", "2026-11-12 10:00", shared)
    told = built(desk)
    assert [one["title"] for one in told["themes"]] == ["Two quiet ones", "One loud voice"]
    assert (theme(told, "One loud voice")["customers"], theme(told, "One loud voice")["complaints"]) == (1, 40)


def test_themes_move_by_customers_against_the_four_weeks_before(desk: Desk) -> None:
    names = ("growing", "steady", "fading", "new", "loud")
    by_name = {name: desk.theme(name) for name in names}
    history = {"growing": (1, 1, 1, 1, 4), "steady": (2, 3, 2, 3, 3), "fading": (5, 5, 4, 6, 2), "new": (0, 0, 0, 0, 3)}
    mondays = [datetime(2026, 10, 12, tzinfo=UTC) + timedelta(weeks=back) for back in range(5)]
    for name, counts in history.items():
        for monday, heard in zip(mondays, counts, strict=True):
            for number in range(heard):
                desk.said(f"c{number}", f"{name} {number}", f"{monday.date()} 10:0{number}", by_name[name])
    for monday, repeated in zip(mondays, (1, 1, 1, 1, 9), strict=True):
        for number in range(repeated):
            desk.said("acme", f"loud {number}", f"{monday.date()} 11:0{number}", by_name["loud"])
    told = built(desk)
    assert {one["title"]: one["trend"] for one in told["themes"]} == {
        "growing": "growing", "steady": "steady", "fading": "fading", "new": "new", "loud": "steady"
    }  # fmt: skip
    assert theme(told, "fading")["before"] == [5, 5, 4, 6]


def test_a_theme_is_fixed_when_its_bug_is_and_nobody_complained_since(desk: Desk) -> None:
    quiet, still, later = desk.theme("Quiet since"), desk.theme("Still there"), desk.theme("Quiet a week later")
    for one in (quiet, still, later):
        desk.said("acme", "It breaks.", "2026-11-03 10:00", one)
        desk.said("globex", "It breaks here too.", "2026-11-03 11:00", one)
    desk.bug(quiet, state="fixed", fixed_at=datetime(2026, 11, 11, tzinfo=UTC))
    desk.bug(still, state="fixed", fixed_at=datetime(2026, 11, 11, tzinfo=UTC))
    desk.bug(later, state="released", fixed_at=datetime(2026, 11, 2, tzinfo=UTC))
    desk.said("acme", "It breaks again.", "2026-11-12 10:00", still)
    desk.said("globex", "Breaks for us, too.", "2026-11-12 11:00", still)
    told = built(desk)
    assert {one["title"]: one["trend"] for one in told["themes"]} == {
        "Still there": "steady", "Quiet since": "fixed", "Quiet a week later": "fixed"
    }  # fmt: skip
    assert (theme(told, "Quiet since")["complaints"], theme(told, "Quiet since")["customers_before"]) == (0, 2)
    assert [one["title"] for one in built(desk, "2026-W47")["themes"]] == ["Still there"]


def test_single_voices_are_counted_unless_they_are_urgent_or_the_week_is_quiet(desk: Desk) -> None:
    both = desk.theme("Shared")
    for who in ("acme", "globex"):
        desk.said(who, "The list is empty.", "2026-11-10 10:00", both)
    urgent = desk.theme("Sees another company")
    desk.said("acme", "We see somebody else's numbers.", "2026-11-10 11:00", urgent, band="certain")
    for number in range(4):
        old = desk.theme(f"Known small {number}")
        desk.said("acme", f"A small thing {number}", "2026-11-03 10:00", old)
        desk.said("acme", f"A small thing {number} again", "2026-11-10 12:00", old)
    desk.said("acme", "First small thing", "2026-11-10 13:00", desk.theme("New small"))
    desk.said("acme", "Second small thing", "2026-11-10 14:00", desk.theme("Second new small"))
    told = built(desk)
    assert [one["title"] for one in told["themes"]] == ["Shared", "Sees another company", "New small"]
    assert (told["totals"]["other_themes"], told["totals"]["other_complaints"]) == (5, 5)


def test_quotes_carry_no_personal_words_and_differ(desk: Desk) -> None:
    exports = desk.theme("Exports hang")
    desk.said(
        "acme", "Hi, Ann Lee from Acme here. The export hangs; call +34 612 345 678 or ann@acme.example.",
        "2026-11-10 10:00", exports,
    )  # fmt: skip
    desk.said("globex", "the export hangs, like Acme said", "2026-11-10 11:00", exports, author="Bo Diaz")
    desk.said("globex", "the export hangs, like Acme said!", "2026-11-10 12:00", exports, author="Bo Diaz")
    desk.said("initech", "Since Tuesday no CSV comes out, Bo told me.", "2026-11-10 13:00", exports)
    quotes = [quote["text"] for quote in built(desk)["themes"][0]["quotes"]]
    everything = " ".join(quotes)
    assert len(quotes) == 3
    assert not [word for word in ("Ann", "Lee", "Acme", "612", "@") if word in everything]
    assert sum("the export hangs, like" in quote for quote in quotes) == 1


def test_deleted_words_are_not_quoted(desk: Desk) -> None:
    exports = desk.theme("Exports hang")
    for who in ("acme", "globex"):
        desk.said(who, f"It hangs for {who} people", "2026-11-10 10:00", exports)
    with desk.work() as uow:
        messages.revise(uow.db, messages.get(uow.db, 1), None, uow.now())
    assert [quote["ticket"] for quote in built(desk)["themes"][0]["quotes"]] == ["ES-1002"]


def test_first_requests_and_praise_have_a_place_of_their_own(desk: Desk) -> None:
    known, asked = desk.theme("Dark mode", "feature_request"), desk.theme("Sheets sync", "feature_request")
    desk.said("acme", "Dark mode please", "2026-11-02 10:00", known, kind="feature_request", complaint=False)
    desk.said("globex", "Is dark mode coming?", "2026-11-10 10:00", known, kind="feature_request", complaint=False)
    desk.said(
        "globex", "Could it write to our sheets?", "2026-11-10 11:00", asked, kind="feature_request", complaint=False
    )
    desk.said(
        "acme", "Your support is lovely, thank you", "2026-11-11 10:00", kind="praise", complaint=False, sentiment=0.9
    )
    told = built(desk)
    assert [quote["text"] for quote in told["unasked_before"]] == ["Could it write to our sheets?"]
    assert [quote["text"] for quote in told["praise"]] == ["Your support is lovely, thank you"]


def test_a_week_with_nothing_new_says_so_in_one_line(desk: Desk) -> None:
    assert built(desk)["sentence"] == "Nothing new this week."
    exports = desk.theme("Exports hang")
    for day in ("2026-11-03", "2026-11-10"):
        for who in ("acme", "globex"):
            desk.said(who, "The export hangs.", f"{day} 10:00", exports)
    told = built(desk)
    assert told["nothing_new"] is True
    assert told["sentence"].startswith("Nothing new this week.")
    assert len(told["themes"]) == 1
    assert built(desk, "2026-W45")["nothing_new"] is False


def test_a_week_follows_the_teams_clock_through_the_change_to_winter_time(desk: Desk) -> None:
    desk.decide(time_zone="Europe/Madrid")
    late = desk.theme("Late on Sunday")
    for who in ("acme", "globex"):
        desk.said(who, "It breaks.", "2026-10-18 22:30", late)  # Monday 00:30 in Madrid
        desk.said(who, "It breaks.", "2026-10-25 22:30", late)  # Sunday 23:30 in Madrid, an hour longer than usual
        desk.said(who, "It breaks.", "2026-10-25 23:30", late)  # Monday 00:30 in Madrid
    assert built(desk, "2026-W43")["themes"][0]["complaints"] == 4
    assert built(desk, "2026-W44")["themes"][0]["complaints"] == 2


def test_a_past_week_knows_nothing_of_what_came_later(desk: Desk) -> None:
    exports = desk.theme("Exports hang")
    for who in ("acme", "globex"):
        desk.said(who, "The export hangs.", "2026-10-20 10:00", exports)
    desk.bug(exports, state="fixed", fixed_at=datetime(2026, 11, 11, tzinfo=UTC), created_at=datetime(2026, 10, 21, tzinfo=UTC),
             filed_at=datetime(2026, 10, 21, tzinfo=UTC))  # fmt: skip
    before = built(desk, "2026-W43")
    for who in ("acme", "globex", "initech"):
        desk.said(who, "Hangs again.", "2026-11-10 10:00", exports)
    assert built(desk, "2026-W43") == before
    assert (before["themes"][0]["trend"], before["themes"][0]["bugs"][0]["state"]) == ("new", "accepted")


@pytest.mark.parametrize(
    "week", ["", "last", "2026-46", "2026-W54", "2026-W00", "0000-W01", "2026-W46\n", "２０２６-W46"]
)
def test_what_is_no_week_is_refused_in_a_sentence(desk: Desk, week: str) -> None:
    with desk.work() as uow, pytest.raises(Refused, match="is not a week"):
        digest.build(uow, week)
