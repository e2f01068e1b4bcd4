"""One post a second per channel, in order, and nobody held up by another channel. Time is the test's own."""

import pytest

from bot.slack.calls.pace import Pace
from handlers.errors import Unavailable


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def pace(time: Time) -> Pace:
    return Pace(clock=time, sleep=time.sleep)


def post(pace: Pace, channel: str, key: str) -> None:
    with pace.turn(channel, key):
        pass


def test_a_second_post_waits_for_its_second(pace: Pace, time: Time) -> None:
    post(pace, "C1", "a")
    post(pace, "C1", "b")
    assert time.now == pytest.approx(101.0, abs=0.06)


def test_another_channel_does_not_wait(pace: Pace, time: Time) -> None:
    for channel in ("C1", "C2", "C3"):
        post(pace, channel, "a")
    assert time.now == 100.0


def test_who_would_wait_long_is_told_when_to_come_back_and_keeps_the_place(pace: Pace, time: Time) -> None:
    pace.hold("C1", "a", 5.0)
    waits = []
    for key in ("b", "c", "d"):
        with pytest.raises(Unavailable) as told:
            post(pace, "C1", key)
        waits.append(told.value.retry_after or 0.0)
    assert waits == sorted(waits)
    assert waits[0] > 5.0
    assert waits[2] - waits[0] == pytest.approx(2.0, abs=0.5)


def test_after_a_pause_that_slack_asked_for_the_same_one_is_first(pace: Pace, time: Time) -> None:
    post(pace, "C1", "a")
    pace.hold("C1", "a", 30.0)
    time.now += 30.0
    with pytest.raises(Unavailable):
        post(pace, "C1", "b")
    post(pace, "C1", "a")
    first = time.now
    post(pace, "C1", "b")
    assert time.now - first == pytest.approx(1.0, abs=0.1)


def test_who_does_not_come_back_loses_the_place(pace: Pace, time: Time) -> None:
    post(pace, "C1", "a")
    pace.hold("C1", "gone", 3.0)
    time.now += 20.0
    before = time.now
    post(pace, "C1", "b")
    assert time.now == before


def test_the_second_begins_when_the_post_before_is_over(pace: Pace, time: Time) -> None:
    with pace.turn("C1", "a"):
        time.now += 0.4
    post(pace, "C1", "b")
    assert time.now == pytest.approx(101.4, abs=0.06)


def test_nobody_posts_while_another_is_posting_there(pace: Pace, time: Time) -> None:
    with pace.turn("C1", "a"):
        with pytest.raises(Unavailable):
            post(pace, "C1", "b")
        post(pace, "C2", "b")
    post(pace, "C1", "b")
    assert time.now >= 101.0
