"""Alerts on themes: distinct customers against what is usual; one open a theme; quiet hours; learning; the end by itself."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from handlers.analysis.telling import alarming
from handlers.analysis.telling.alarming import Lately, Replay, bar, quiet
from handlers.errors import Refused
from handlers.insights import alert
from storage.desk import deliveries
from storage.insights import alarms
from tests.insights.conftest import Desk

START = datetime(2026, 8, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(("customers", "a_week", "themes"), [(12, 40, 15), (60, 100, 25)])
def test_a_quiet_history_has_at_most_two_alerts_in_any_week(
    seed: int, customers: int, a_week: int, themes: int
) -> None:
    chance, replay = random.Random(seed), Replay(START)
    weights = [1 / (place + 1) for place in range(themes)]
    hours = sorted(chance.uniform(0, 90 * 24) for _ in range(round(a_week * 90 / 7)))
    for hour in hours:
        [theme] = chance.choices(range(themes), weights)
        replay.hear(START + timedelta(hours=hour), theme, chance.randrange(customers))
    weeks = Counter(one.opened_at.isocalendar().week for one in replay.fired)
    assert max(weeks.values(), default=0) <= 2
    assert len(replay.fired) <= 6


def test_one_customer_flooding_two_hundred_messages_fires_nothing_and_many_customers_do() -> None:
    replay = Replay(START)
    for number in range(200):
        replay.hear(START + timedelta(days=30, minutes=number), 1, 7)
    assert replay.fired == []
    for customer in range(8):
        replay.hear(START + timedelta(days=31, hours=customer), 2, customer)
    [one] = replay.fired
    assert (one.theme_id, one.customers, one.closed_at) == (2, 8, None)
    replay.pass_time(START + timedelta(days=45))
    assert one.closed_at is not None


def test_the_bar_is_higher_after_dismissals_after_other_alerts_and_where_much_is_usual() -> None:
    calm = bar((0, 0, 0, 0), Lately(themes=10))
    assert calm in (3, 4, 5)
    assert bar((4, 5, 3, 4), Lately(themes=10)) > 9
    assert bar((0, 0, 0, 0), Lately(themes=10, opened=1)) == calm + 2
    assert bar((0, 0, 0, 0), Lately(themes=10, dismissed_here=1, dismissed=1, most_dismissed=9)) == 14
    assert bar((0, 0, 0, 0), Lately(themes=10, dismissed=9, resolved=3)) == calm + 2


def test_quiet_hours_may_reach_over_midnight() -> None:
    night = [quiet("20:00-08:00", datetime(2026, 11, 9, hour, tzinfo=UTC)) for hour in (19, 20, 3, 8)]
    assert night == [False, True, True, False]
    assert not quiet("", datetime(2026, 11, 9, 3, tzinfo=UTC))


def spike(desk: Desk, theme: int, day: str, customers: int, first: int = 0) -> None:
    """So many customers complain on one day, each watched as it comes."""
    for number in range(first, first + customers):
        when = f"{day} {9 + number % 9:02}:{number:02}"
        desk.now = datetime.fromisoformat(when).replace(tzinfo=UTC)
        ticket = desk.said(f"c{number}", f"It fails for {number}", when, theme)
        with desk.work() as uow:
            alert.watch(uow, ticket)


def test_a_theme_has_one_open_alert_that_is_brought_up_to_date_and_ends_by_itself(desk: Desk) -> None:
    theme = desk.theme("Exports hang")
    desk.said("c1", "An old thing", "2026-10-01 10:00", desk.theme("Old"))
    spike(desk, theme, "2026-11-10", 9)
    with desk.work() as uow:
        [one] = alarms.opened(uow.db)
        [meant] = deliveries.pending(uow.db)
        assert (one.theme_id, one.customers, meant.key, meant.place) == (theme, 9, "theme-alert:1", "slack:T1/C2")
        assert "9 customers" in meant.text
        meant.state = "sent"
    desk.now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    with desk.work() as uow:
        alert.settle(uow)
        assert alarms.opened(uow.db) == []
        assert "over, after 9 customers" in deliveries.pending(uow.db)[0].text


def test_a_dismissed_alert_comes_back_only_for_more_customers(desk: Desk) -> None:
    theme, staff_id = desk.theme("Exports hang"), desk.listener()
    desk.said("c1", "An old thing", "2026-10-01 10:00", desk.theme("Old"))
    spike(desk, theme, "2026-11-10", 6)
    with desk.work() as uow:
        alert.dismiss(uow, 1, staff_id)
        with pytest.raises(Refused, match="over already"):
            alert.dismiss(uow, 1, staff_id)
    spike(desk, theme, "2026-11-11", 1, first=6)
    with desk.work() as uow:
        assert alarms.opened(uow.db) == []
    spike(desk, theme, "2026-11-12", 8, first=7)
    with desk.work() as uow:
        assert len(alarms.opened(uow.db)) == 1


def test_what_comes_in_quiet_hours_is_told_afterwards_and_history_raises_nothing(desk: Desk) -> None:
    desk.decide(quiet_hours="00:00-18:00")
    theme, old = desk.theme("Exports hang"), desk.theme("Old")
    desk.said("c1", "An old thing", "2026-10-01 10:00", old)
    spike(desk, theme, "2026-11-10", 6)
    with desk.work() as uow:
        assert (len(alarms.opened(uow.db)), deliveries.pending(uow.db)) == (1, [])
    desk.now = datetime(2026, 11, 10, 18, 1, tzinfo=UTC)
    with desk.work() as uow:
        alert.settle(uow)
        assert len(deliveries.pending(uow.db)) == 1
    for number in range(12):
        ticket = desk.said(f"c{number}", "Long ago", "2026-11-10 10:00", old, history=True)
        with desk.work() as uow:
            alert.watch(uow, ticket)
    with desk.work() as uow:
        assert [one.theme_id for one in alarms.opened(uow.db)] == [theme]


def test_a_young_workspace_only_listens(desk: Desk) -> None:
    spike(desk, desk.theme("Exports hang"), "2026-11-10", 9)
    with desk.work() as uow:
        assert alarms.opened(uow.db) == []
        assert alert.rehearse(uow, 90)["alerts"] == []


def test_replaying_tells_what_would_have_fired(desk: Desk) -> None:
    theme = desk.theme("Exports hang")
    desk.said("c1", "An old thing", "2026-10-01 10:00", desk.theme("Old"))
    for number in range(9):
        desk.said(f"c{number}", f"It fails for {number}", f"2026-11-10 {9 + number:02}:00", theme, history=True)
    with desk.work() as uow:
        found = alert.rehearse(uow, 90)
    assert [(one["title"], one["customers"]) for one in found["alerts"]] == [("Exports hang", 9)]
    assert (found["per_week"], found["most_in_a_week"]) == ({"2026-W46": 1}, 1)
    assert alarming.LEAST == 3
