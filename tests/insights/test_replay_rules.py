"""What a changed rule would have moved, without moving anything."""

from datetime import UTC, datetime

import pytest

from handlers.errors import Refused
from handlers.intake import replay_rules
from handlers.intake.replay_rules import Moved
from storage.desk import history, tickets
from storage.routing.rules import Rule
from tests.insights.conftest import Desk

COMPLAINTS = Rule(
    position=1, name="flagged, complaint", conditions={"flagged": True, "complaint": True}, queue="buffer"
)
BIG = Rule(
    position=2, name="big contracts", conditions={"contract_value_min": 50_000, "severity_max": 2}, queue="buffer"
)


@pytest.fixture
def replayed(desk: Desk) -> Desk:
    desk.customer("acme", 80_000), desk.customer("globex", 5_000)
    desk.flag("globex", since=datetime(2026, 11, 5, tzinfo=UTC))
    desk.said("acme", "Exports hang", "2026-11-10 10:00", severity=2)
    desk.said("acme", "A typo", "2026-11-11 10:00", severity=4)
    desk.said("globex", "Exports hang", "2026-11-04 10:00", severity=2)  # before the flag
    desk.said("globex", "Exports hang", "2026-11-12 10:00", severity=2, queue="buffer")
    desk.said("acme", "Long ago", "2026-10-01 10:00", severity=1)
    desk.said(None, "Who am I", "2026-11-12 11:00")
    return desk


def test_a_changed_rule_shows_what_would_have_moved_and_why(replayed: Desk) -> None:
    with replayed.work() as uow:
        assert replay_rules.moved(uow, [BIG, COMPLAINTS], 30) == [
            Moved("ES-1001", "Exports hang", "Acme", "regular", "buffer", "rule 2: big contracts → buffer")
        ]
        assert replay_rules.moved(uow, [COMPLAINTS], 30) == []
        assert [one.ticket for one in replay_rules.moved(uow, [], 30)] == ["ES-1004"]
        assert len(replay_rules.moved(uow, [BIG, COMPLAINTS], 60)) == 2


def test_replaying_writes_nothing(replayed: Desk) -> None:
    with replayed.work() as uow:
        replay_rules.moved(uow, [BIG], 30)
        assert not uow.db.new
        assert not uow.db.dirty
    with replayed.work() as uow:
        assert tickets.get(uow.db, 1).queue == "regular"
        assert history.newest(uow.db) == []


@pytest.mark.parametrize(
    ("rule", "days", "why"),
    [
        (Rule(position=1, name="x", conditions={}, queue="nowhere"), 30, "no queue"),
        (Rule(position=1, name="x", conditions={"colour": "red"}, queue="buffer"), 30, "no condition"),
        (COMPLAINTS, 0, "between 1 and"),
    ],
)
def test_rules_that_cannot_be_are_refused(desk: Desk, rule: Rule, days: int, why: str) -> None:
    with desk.work() as uow, pytest.raises(Refused, match=why):
        replay_rules.moved(uow, [rule], days)
