"""The sample company that the demo replays."""

import json
import shutil
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.sandbox.company.load import HERE, MINUTES, Company, CustomerMessage, StaffTurn, load, moment

WEEK = MINUTES // 6

SHOWN: dict[str, Callable[[list[int]], bool]] = {
    "new": lambda weeks: sum(weeks[:5]) == 0 and weeks[5] >= 3,
    "fixed": lambda weeks: sum(weeks[:4]) >= 3 and sum(weeks[4:]) == 0,
    "fading": lambda weeks: sum(weeks[:3]) > 2 * sum(weeks[3:]) > 0,
    "growing": lambda weeks: sum(weeks[4:]) > sum(weeks[:4]),
}


@pytest.fixture(scope="module")
def company() -> Company:
    return load()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in ("company.json", "customers.json", "messages.jsonl"):
        shutil.copy(HERE / name, tmp_path / name)
    return tmp_path


def flagged(company: Company) -> set[str | None]:
    return {each.key for each in company.customers if each.flag}


def complaints_by_week(company: Company, slug: str) -> list[int]:
    weeks = Counter(
        (MINUTES - each.at_minutes_before_end) // WEEK
        for each in company.messages
        if each.problem == slug and each.complaint
    )
    return [weeks[week] for week in range(6)]


def test_twelve_customers_of_which_three_are_flagged_write_some_400_messages_in_six_weeks(company: Company) -> None:
    assert len(company.customers) == 12
    assert len(flagged(company)) == 3
    assert 390 <= len(company.messages) <= 430
    assert 65 <= len(company.turns) <= 85
    assert company.history[0].at_minutes_before_end > MINUTES - 24 * 60
    assert company.history[-1].at_minutes_before_end < 3 * 60


def test_the_company_has_a_listener_two_support_people_three_engineers_and_an_admin(company: Company) -> None:
    assert Counter(each.role for each in company.staff) == {"listener": 1, "support": 2, "engineer": 3, "admin": 1}


def test_three_languages_are_written_mostly_english_then_spanish_then_japanese(company: Company) -> None:
    counts = Counter(each.language for each in company.messages)
    share = {language: count / len(company.messages) for language, count in counts.items()}
    assert share.keys() == {"en", "es", "ja"}
    assert share["en"] == pytest.approx(0.55, abs=0.03)
    assert share["es"] == pytest.approx(0.25, abs=0.03)
    assert share["ja"] == pytest.approx(0.20, abs=0.03)


def test_every_kind_is_written_by_several_customers(company: Company) -> None:
    writers = defaultdict(set)
    for each in company.messages:
        writers[each.kind].add(each.customer)
    assert len(writers) == 8
    assert min(len(customers) for customers in writers.values()) >= 4


def test_no_two_messages_say_the_same_words_or_arrive_from_one_customer_in_one_minute(company: Company) -> None:
    assert max(Counter(each.text for each in company.messages).values()) == 1
    assert max(Counter((each.customer, each.at_minutes_before_end) for each in company.messages).values()) == 1


def test_staff_act_only_on_threads_in_which_somebody_wrote_before(company: Company) -> None:
    opened: set[str | None] = set()
    for event in company.history:
        if isinstance(event, StaffTurn):
            assert event.thread in opened
        else:
            opened.add(event.thread)


def test_staff_answer_note_snooze_resolve_file_four_bugs_and_fix_three(company: Company) -> None:
    actions = Counter(each.action for each in company.turns)
    assert actions["file_bug"] == 4
    assert actions["bug_fixed"] == 3
    assert min(actions[each] for each in ("claim", "reply", "note", "snooze", "resolve", "flag")) >= 1
    assert all(each.text for each in company.turns if each.action in ("reply", "note", "file_bug", "bug_fixed", "flag"))
    assert all((each.action == "snooze") == (each.for_minutes is not None) for each in company.turns)


def test_a_bug_is_fixed_only_in_the_thread_it_was_filed_from(company: Company) -> None:
    filed = {each.thread for each in company.turns if each.action == "file_bug"}
    assert {each.thread for each in company.turns if each.action == "bug_fixed"} < filed


def test_a_flag_set_within_the_six_weeks_is_set_by_a_staff_turn_on_the_same_day(company: Company) -> None:
    owner = {each.thread: each.customer for each in company.messages}
    turns = {owner[each.thread]: each for each in company.turns if each.action == "flag"}
    recent = {each.key: each.flag for each in company.customers if each.flag and each.flag.days_ago <= 42}
    assert turns.keys() == recent.keys()
    for key, flag in recent.items():
        assert turns[key].staff == flag.set_by
        assert round(turns[key].at_minutes_before_end / (24 * 60)) == flag.days_ago


def test_at_least_ten_problems_are_described_by_three_or_more_customers(company: Company) -> None:
    customers = defaultdict(set)
    for each in company.messages:
        customers[each.problem].add(each.customer)
    assert sum(len(customers[each.slug]) >= 3 for each in company.problems) >= 10


@pytest.mark.parametrize("trend", sorted(SHOWN))
def test_the_trend_named_for_a_problem_is_the_one_its_complaints_show(company: Company, trend: str) -> None:
    shown = SHOWN[trend]
    wishes = {"sheets-sync"}  # asked for without complaining
    slugs = [each.slug for each in company.problems if each.trend == trend and each.slug not in wishes]
    assert slugs
    assert [slug for slug in slugs if not shown(complaints_by_week(company, slug))] == []


def test_one_problem_reached_a_flagged_customer_three_weeks_before_any_other(company: Company) -> None:
    first: dict[bool, int] = {}
    for each in company.messages:
        if each.problem == "scheduled-report-twice":
            first.setdefault(each.customer in flagged(company), each.at_minutes_before_end)
    assert first[True] - first[False] >= 3 * WEEK


def test_a_flagged_customer_meets_a_certain_emergency_and_another_hints_at_a_possible_one(company: Company) -> None:
    seen = {(each.emergency, each.customer in flagged(company)) for each in company.messages if each.emergency}
    assert seen == {("certain:security", True), ("possible:data_loss", False)}


def test_one_customer_wrote_often_for_three_weeks_and_then_never_again(company: Company) -> None:
    (quiet,) = (each for each in company.customers if each.gone_quiet)
    written = [each.at_minutes_before_end for each in company.messages if each.customer == quiet.key]
    assert len(written) >= 25
    assert min(written) >= 3 * WEEK


def test_one_customer_writes_the_same_complaint_three_times_in_separate_threads(company: Company) -> None:
    threads = {
        each.thread for each in company.messages if each.customer == "casa-noria" and each.problem == "export-hangs"
    }
    assert len(threads) >= 3


def test_a_thanks_follows_a_resolved_ticket(company: Company) -> None:
    resolved = {each.thread: each.at_minutes_before_end for each in company.turns if each.action == "resolve"}
    after = [each for each in company.messages if each.at_minutes_before_end < resolved.get(each.thread or "", 0)]
    assert len(after) >= 3
    assert {each.kind for each in after} == {"praise"}


def test_strangers_a_bank_account_and_an_injection_are_among_the_messages(company: Company) -> None:
    assert sum(each.customer is None for each in company.messages) >= 2
    assert any("ES10 9999" in each.text and "@" in each.text for each in company.messages)
    assert any("ignore your instructions" in each.text and "<!channel>" in each.text for each in company.messages)


def test_people_write_by_day_in_their_own_zone_and_seldom_at_weekends(company: Company) -> None:
    zones = {each.key: ZoneInfo(each.time_zone) for each in company.customers}
    end = company.latest_end(datetime(2026, 1, 30, tzinfo=UTC))
    local = [moment(each, end).astimezone(zones[each.customer]) for each in company.messages if each.customer in zones]
    assert all(7 <= each.hour <= 21 for each in local)
    assert sum(each.weekday() >= 5 for each in local) / len(local) < 0.05


def test_the_six_weeks_end_on_the_newest_monday_noon_of_the_company(company: Company) -> None:
    madrid = ZoneInfo(company.time_zone)
    noon = datetime(2026, 11, 23, 12, 0, tzinfo=madrid)
    assert company.latest_end(noon) == noon
    assert company.latest_end(noon + timedelta(days=6, hours=23)) == noon
    assert company.latest_end(noon - timedelta(minutes=1)) == datetime(2026, 11, 16, 12, 0, tzinfo=madrid)


def test_history_holds_messages_and_turns_oldest_first(company: Company) -> None:
    ages = [each.at_minutes_before_end for each in company.history]
    assert ages == sorted(ages, reverse=True)
    assert len(company.messages) + len(company.turns) == len(company.history)
    assert isinstance(company.history[0], CustomerMessage)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"author": "nobody@elsewhere.example"}, "author"),
        ({"problem": "never-heard-of"}, "never-heard-of"),
        ({"kind": "poem"}, "line 1"),
        ({"mood": "sour"}, "line 1"),
        ({"at_minutes_before_end": 1}, "not sorted"),
    ],
)
def test_a_line_that_does_not_fit_is_refused_by_name(copy: Path, change: dict[str, object], refusal: str) -> None:
    path = copy / "messages.jsonl"
    first, *others = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([json.dumps(json.loads(first) | change), *others]), "utf-8")
    with pytest.raises(ValueError, match=refusal):
        load(copy)
