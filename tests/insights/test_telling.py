"""A week's digest is told once, kept as told, and on time."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest

from handlers.errors import Refused
from handlers.insights import digest
from storage.desk import deliveries, history
from storage.insights import digests
from tests.insights.conftest import Desk


@pytest.fixture
def told_week(desk: Desk) -> Desk:
    exports = desk.theme("Exports hang")
    for who in ("acme", "globex"):
        desk.said(who, "The export hangs & <!channel> nobody cares", "2026-11-10 10:00", exports)
    return desk


def test_the_digest_is_posted_once_and_kept_as_it_was_told(told_week: Desk) -> None:
    with told_week.work() as uow:
        first = digest.tell(uow, "2026-W46")
    with told_week.work() as uow:
        assert digest.tell(uow, "2026-W46") == first
        [meant] = deliveries.pending(uow.db)
        assert (meant.key, meant.audience, meant.door, meant.place) == (
            "digest:2026-W46",
            "staff",
            "slack",
            "slack:T1/C2",
        )
        assert meant.blocks
        assert "<!channel>" not in str(meant.blocks)
        assert [event.name for event in history.newest(uow.db)] == ["digest_told"]
        meant.state = "sent"
    told_week.said("initech", "The export hangs here too", "2026-11-11 10:00", 1)
    with told_week.work() as uow:
        assert digest.tell(uow, "2026-W46") == []
        assert digest.read(uow, "2026-W46")["themes"][0]["customers"] == 2
        assert digest.build(uow, "2026-W46")["themes"][0]["customers"] == 3
        assert digest.read(uow)["week"] == "2026-W46"


def test_without_a_channel_the_digest_is_kept_and_nothing_is_posted(told_week: Desk) -> None:
    told_week.digest_place = None
    with told_week.work() as uow:
        assert digest.tell(uow, "2026-W46") == []
        assert [one.week for one in digests.newest(uow.db)] == ["2026-W46"]


def test_told_by_several_at_once_it_is_still_one(desk_on: Callable[[str], Desk], database_url: str) -> None:
    desk = desk_on(database_url)
    desk.said("acme", "The export hangs", "2026-11-10 10:00", desk.theme("Exports hang"))
    together = Barrier(4)

    def tell(_: int) -> None:
        together.wait()
        with desk.work() as uow:
            digest.tell(uow, "2026-W46")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(tell, range(4)))
    with desk.work() as uow:
        assert len(deliveries.pending(uow.db)) == 1
        assert [event.name for event in history.newest(uow.db)] == ["digest_told"]


def test_a_week_that_is_not_over_is_not_told(told_week: Desk) -> None:
    with told_week.work() as uow, pytest.raises(Refused, match="not over"):
        digest.tell(uow, "2026-W47")


@pytest.mark.parametrize(
    ("now", "week"),
    [
        ("2026-11-15 23:00", None),  # Monday 00:00 in Madrid
        ("2026-11-16 06:59", None),
        ("2026-11-16 07:00", "2026-W46"),  # Monday 08:00 in Madrid
        ("2026-11-19 15:00", "2026-W46"),  # down on Monday
        ("2026-11-30 07:00", "2026-W48"),  # down for two weeks: the last one only
    ],
)
def test_the_last_week_is_due_from_monday_at_the_hour_of_the_policy(
    told_week: Desk, now: str, week: str | None
) -> None:
    told_week.decide(time_zone="Europe/Madrid")
    told_week.now = datetime.fromisoformat(now).replace(tzinfo=UTC)
    with told_week.work() as uow:
        assert digest.due(uow) == week
        if week:
            digest.tell(uow, week)
            assert digest.due(uow) is None


def test_before_anything_was_ever_said_no_digest_is_due(desk: Desk) -> None:
    with desk.work() as uow:
        assert digest.due(uow) is None
