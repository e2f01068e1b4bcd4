"""The sample company lived through: what stands in the database afterwards, and that it stays."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from bot import settings, wiring
from bot.replay.play import Play
from bot.replay.times import Clock, Moved
from bot.sandbox.company.load import load
from handlers.outside import Outside
from storage.accounts import flags, staff
from storage.desk import deliveries, drafts, messages, tickets
from storage.desk.deliveries import Delivery
from storage.insights import bugs, digests
from storage.routing import alerts

NOW = datetime(2026, 11, 18, 15, 40, tzinfo=UTC)


@pytest.fixture(scope="module")
def play(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Play]:
    """Six weeks that end on a Wednesday afternoon."""
    path = tmp_path_factory.mktemp("sample") / "sample.db"
    shutil.copy(sqlite_template, path)
    clock = Clock(NOW)
    read = settings.read(database_url=f"sqlite:///{path}", digest_slack_channel="T1/C1", _env_file=None)
    earshot = wiring.wire(read, inline=True, outside=Outside(), clock=clock)
    played = Play(earshot, load(), clock, NOW)
    played.run()
    yield played
    earshot.close()


def test_the_clock_ends_now_and_so_do_the_messages(play: Play) -> None:
    with play.earshot.work() as uow:
        assert uow.now() == NOW
        newest = max(messages.last_sent(uow.db).values())
        assert NOW - timedelta(minutes=10) < newest < NOW
        assert all(one.opened_at <= NOW for one in tickets.listed(uow.db, limit=1000))


def test_most_of_the_first_weeks_is_done_and_the_list_is_short(play: Play) -> None:
    with play.earshot.work() as uow:
        everything = tickets.listed(uow.db, limit=1000)
        early = [one for one in everything if one.opened_at < NOW - timedelta(weeks=2)]
        assert sum(one.state == "resolved" for one in early) > 0.9 * len(early)
        assert 10 <= tickets.counted(uow.db, state="active") <= 60


def test_one_emergency_of_a_flagged_customer_is_open_first_in_the_list_and_called(play: Play) -> None:
    with play.earshot.work() as uow:
        first = tickets.listed(uow.db, state="active")[0]
        assert (first.band, first.emergency, first.queue) == ("certain", "security", "buffer")
        assert flags.current(uow.db, first.customer_id or 0, NOW) is not None
        (alert,) = [one for one in alerts.unfinished(uow.db) if one.state == "open"]
        assert first.alert_id == alert.id
        assert staff.get(uow.db, alert.called_id or 0).on_call is not None


def test_a_digest_was_told_on_every_monday_morning(play: Play) -> None:
    with play.earshot.work() as uow:
        told = digests.newest(uow.db)
    assert len(told) == 6
    assert {one.created_at.astimezone(ZoneInfo("Europe/Madrid")).strftime("%a %H:%M") for one in told} == {"Mon 08:00"}


def test_bugs_are_filed_fixed_and_told_and_the_newest_fix_waits_for_approval(play: Play) -> None:
    with play.earshot.work() as uow:
        assert len(bugs.listed(uow.db, "fixed")) == 3
        waiting = drafts.waiting(uow.db)
        assert len({one.bug_id for one in waiting}) == 1
        assert len({one.language for one in waiting}) >= 2
        assert all(one.created_at > NOW - timedelta(days=1) for one in waiting)


def test_nothing_is_left_unsaid_and_nothing_is_said_twice(play: Play) -> None:
    with play.earshot.work() as uow:
        assert deliveries.pending(uow.db) == []
        assert deliveries.failed(uow.db) == []
    said = [one.key for one in play.room.said if one.audience == "customer"]
    assert len(said) == len(set(said)) > 200


def test_the_stand_in_chat_heard_what_the_database_says_was_sent(play: Play) -> None:
    with play.earshot.work() as uow:
        sent = {one.id for one in uow.db.exec(select(Delivery)) if one.door == "slack" and one.state == "sent"}
    assert {one.id for one in play.room.said} == sent


moments = st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 given a zone


@given(now=moments, minutes=st.lists(st.integers(14, 60_479), min_size=2, max_size=30))
def test_whenever_it_is_started_the_order_stays_and_nothing_lies_in_the_future(
    now: datetime, minutes: list[int]
) -> None:
    moved = Moved(now, "Europe/Madrid", (12, 0), last=14)
    at = [moved.moment(one) for one in sorted(minutes, reverse=True)]
    assert at == sorted(at)
    assert at[-1] <= now - timedelta(minutes=3)
    assert moved.moment(14) == now - timedelta(minutes=3)
    assert timedelta(0) <= now - moved.end < timedelta(hours=25)
