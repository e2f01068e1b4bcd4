from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from handlers.analysis.business_hours import Hours, add, between, is_open, parse, promise

MADRID = ZoneInfo("Europe/Madrid")
OFFICE = parse("Europe/Madrid", "Mon-Fri 09:00-18:00", country="ES", region="MD")
ZONES = ("Europe/Madrid", "America/New_York", "Asia/Tokyo", "Asia/Kolkata", "Africa/Cairo", "Australia/Lord_Howe")


def madrid(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=MADRID)


@st.composite
def days(draw: st.DrawFn) -> tuple[tuple[time, time], ...]:
    marks = sorted(draw(st.lists(st.integers(0, 287), max_size=4, unique=True)))
    return tuple((_clock(a), _clock(b)) for a, b in list(pairwise(marks))[::2])


def _clock(five_minutes: int) -> time:
    return time(five_minutes // 12, five_minutes % 12 * 5)


@st.composite
def calendars(draw: st.DrawFn) -> Hours:
    week = tuple(draw(days()) for _ in range(7))
    assume(any(week))
    closed = draw(st.frozensets(st.dates(date(2026, 10, 1), date(2026, 11, 30)), max_size=3))
    return Hours(draw(st.sampled_from(ZONES)), week, closed)


moments = st.integers(0, 60 * 24 * 3600).map(lambda n: datetime(2026, 10, 1, tzinfo=UTC) + timedelta(seconds=n))
minutes = st.integers(0, 5000)


@given(calendars(), moments, minutes)
def test_as_many_business_minutes_pass_as_were_added(hours: Hours, start: datetime, budget: int) -> None:
    assert between(hours, start, add(hours, start, budget)) == pytest.approx(budget)


@given(calendars(), moments, moments, minutes)
def test_who_starts_earlier_is_never_due_later(hours: Hours, one: datetime, other: datetime, budget: int) -> None:
    first, second = sorted((one, other))
    assert add(hours, first, budget) <= add(hours, second, budget)


@given(calendars(), moments, st.integers(1, 2000), st.integers(1, 2000))
def test_two_stretches_are_as_long_as_one(hours: Hours, start: datetime, a: int, b: int) -> None:
    assert add(hours, add(hours, start, a), b) == add(hours, start, a + b)


@given(calendars(), moments, moments, moments)
def test_time_between_adds_up_and_turns_around(hours: Hours, a: datetime, b: datetime, c: datetime) -> None:
    assert between(hours, a, c) == pytest.approx(between(hours, a, b) + between(hours, b, c))
    assert between(hours, a, b) == -between(hours, b, a)


@given(calendars(), moments)
def test_an_hour_counts_minute_by_minute_as_the_wall_clock_shows(hours: Hours, moment: datetime) -> None:
    start = moment.replace(second=0, microsecond=0)
    zone = ZoneInfo(hours.zone)
    steps = [start + timedelta(minutes=n) for n in range(60)]
    offsets = {step.astimezone(zone).utcoffset() for n in (-180, 180) for step in (start + timedelta(minutes=n), start)}
    assume(len(offsets) == 1)  # near a clock change the wall clock alone does not tell
    assert [is_open(hours, step) for step in steps] == [_on_the_wall(hours, step.astimezone(zone)) for step in steps]
    assert between(hours, start, start + timedelta(hours=1)) == sum(is_open(hours, step) for step in steps)


def _on_the_wall(hours: Hours, local: datetime) -> bool:
    if local.date() in hours.closed:
        return False
    return any(opens <= local.time() < closes for opens, closes in hours.weekly[local.weekday()])


@given(calendars(), moments, minutes)
def test_a_promise_is_a_quarter_hour_on_the_clock_no_earlier_and_while_open(
    hours: Hours, now: datetime, budget: int
) -> None:
    earliest = add(hours, now, budget)
    try:
        due = promise(hours, now, budget)
    except ValueError:
        assert not any(_holds_a_quarter(day) for day in hours.weekly)
        return
    assert due >= earliest
    assert (due.minute % 15, due.second, due.microsecond) == (0, 0, 0)
    assert is_open(hours, due) or is_open(hours, due - timedelta.resolution)


def _holds_a_quarter(day: tuple[tuple[time, time], ...]) -> bool:
    return any(t.hour * 60 + -(-t.minute // 15) * 15 <= end.hour * 60 + end.minute for t, end in day)


def test_a_message_on_friday_evening_is_due_on_monday() -> None:
    assert promise(OFFICE, madrid(2026, 11, 20, 19, 12), 120) == madrid(2026, 11, 23, 11)


def test_a_promise_goes_up_to_the_next_quarter() -> None:
    assert promise(OFFICE, madrid(2026, 11, 24, 10, 7), 60) == madrid(2026, 11, 24, 11, 15)
    assert promise(OFFICE, madrid(2026, 11, 24, 10, 15), 60) == madrid(2026, 11, 24, 11, 15)


def test_closing_time_can_be_promised() -> None:
    assert promise(OFFICE, madrid(2026, 11, 24, 16, 50), 60) == madrid(2026, 11, 24, 18)


def test_a_quarter_after_closing_moves_to_the_next_opening() -> None:
    short = parse("Europe/Madrid", "Mon-Fri 09:05-17:50")
    assert promise(short, madrid(2026, 11, 24, 17, 48), 0) == madrid(2026, 11, 25, 9, 15)


def test_holidays_of_the_country_and_of_the_region_are_closed() -> None:
    assert not is_open(OFFICE, madrid(2026, 12, 8, 10))  # Immaculate Conception
    assert not is_open(parse("Europe/Madrid", "Mon-Fri 09:00-18:00", country="ES", region="MD"), madrid(2028, 5, 2, 10))
    assert is_open(parse("Europe/Madrid", "Mon-Fri 09:00-18:00", country="ES"), madrid(2028, 5, 2, 10))


def test_own_closing_days_are_skipped() -> None:
    hours = parse("Europe/Madrid", "Mon-Fri 09:00-18:00", closed=frozenset({date(2026, 11, 24)}))
    assert add(hours, madrid(2026, 11, 23, 17), 120) == madrid(2026, 11, 25, 10)


def test_nine_in_the_morning_stays_nine_when_the_clocks_go_back() -> None:
    assert add(OFFICE, madrid(2026, 10, 23, 17), 120) == madrid(2026, 10, 26, 10)
    assert add(OFFICE, madrid(2026, 10, 23, 17), 120) == datetime(2026, 10, 26, 9, tzinfo=UTC)


@pytest.mark.parametrize(("day", "hours_long"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
def test_round_the_clock_a_day_has_as_many_hours_as_it_really_has(day: date, hours_long: int) -> None:
    always = parse("Europe/Madrid", "Mon-Sun 00:00-24:00")
    midnight = datetime.combine(day, time(0), MADRID)
    assert between(always, midnight, datetime.combine(day + timedelta(days=1), time(0), MADRID)) == hours_long * 60
    assert between(always, midnight, midnight.astimezone(UTC) + timedelta(hours=hours_long)) == hours_long * 60


def test_an_opening_in_the_hour_that_the_clocks_skip_comes_an_hour_later() -> None:
    night = parse("Europe/Madrid", "Sun 02:30-05:00")
    assert add(night, madrid(2026, 3, 29, 0), 0) == madrid(2026, 3, 29, 3, 30)
    assert between(night, madrid(2026, 3, 29, 0), madrid(2026, 3, 30, 0)) == 90


def test_the_lunch_break_does_not_count() -> None:
    split = parse("Europe/Madrid", "Mon-Thu 09:00-13:00,14:00-18:00; Fri 09:00-15:00")
    assert add(split, madrid(2026, 11, 23, 12, 30), 60) == madrid(2026, 11, 23, 14, 30)
    assert add(split, madrid(2026, 11, 27, 14, 30), 60) == madrid(2026, 11, 30, 9, 30)


def test_an_answer_is_in_utc_whatever_zone_was_asked_in() -> None:
    assert add(OFFICE, datetime(2026, 11, 24, 18, tzinfo=ZoneInfo("Asia/Tokyo")), 30).tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    ["", "Sunday 09:00-18:00", "Mon 9-18", "Mon 18:00-09:00", "Fri-Mon 09:00-18:00", "Mon 09:00-12:00,11:00-18:00"],
)
def test_opening_hours_that_make_no_sense_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse("Europe/Madrid", text)


def test_a_calendar_without_opening_hours_is_refused() -> None:
    with pytest.raises(ValueError, match="no opening hours"):
        Hours("Europe/Madrid", ((),) * 7)


def test_a_calendar_closed_by_its_closing_days_is_refused_when_asked() -> None:
    every_day = frozenset(date(2026, 11, 1) + timedelta(days=n) for n in range(800))
    with pytest.raises(ValueError, match="more than a year"):
        add(parse("Europe/Madrid", "Mon-Sun 09:00-18:00", closed=every_day), madrid(2026, 11, 24, 9), 1)


def test_an_unknown_place_a_naive_time_and_negative_minutes_are_refused() -> None:
    with pytest.raises(ValueError, match="no holidays known"):
        parse("Europe/Madrid", "Mon-Fri 09:00-18:00", country="XX")
    with pytest.raises(ValueError, match="no such time zone"):
        parse("Europe/Madird", "Mon-Fri 09:00-18:00")
    with pytest.raises(ValueError, match="needs a time zone"):
        add(OFFICE, datetime(2026, 11, 24, 9), 1)  # noqa: DTZ001
    with pytest.raises(ValueError, match="negative"):
        add(OFFICE, madrid(2026, 11, 24, 9), -1)
