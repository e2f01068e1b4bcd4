"""One post a second per channel, in order, without one busy channel holding up the others."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from handlers.errors import Unavailable

GRACE_SECONDS = 10.0
"""How long a place in the line is kept for who was told to come back and did not."""
LANES = 2000


@dataclass
class _Lane:
    free_at: float = 0.0
    posting: bool = False
    waiting: dict[str, float] = field(default_factory=dict)
    """Who waits, in order of arrival, and until when their place is kept."""


class Pace:
    """The turns to post. `seconds` between two posts in a channel; who would wait longer than `patience` is sent away."""

    def __init__(
        self,
        seconds: float = 1.0,
        patience: float = 1.5,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.seconds, self.patience, self._clock, self._sleep = seconds, patience, clock, sleep
        self._lanes: dict[str, _Lane] = {}
        self._door = threading.Lock()

    @contextmanager
    def turn(self, channel: str, key: str) -> Iterator[None]:
        """`key` may post inside; the next one's second begins when that is over.

        Raises Unavailable with the seconds to come back in where others are before it; its place is kept.
        """
        self._wait_for(channel, key)
        try:
            yield
        finally:
            with self._door:
                lane = self._lanes[channel]
                lane.posting, lane.free_at = False, max(lane.free_at, self._clock() + self.seconds)

    def _wait_for(self, channel: str, key: str) -> None:
        until = self._clock() + self.patience
        while True:
            with self._door:
                now = self._clock()
                wait = self._wait(channel, key, now)
                lane = self._lanes[channel]
                if wait <= 0:
                    del lane.waiting[key]
                    lane.posting = True
                    return
                if now + wait > until:
                    back_in = max(0.2, wait - self.patience / 2)
                    lane.waiting[key] = now + back_in + GRACE_SECONDS
                    raise Unavailable("Others are before it in this channel.", retry_after=back_in)
            self._sleep(min(wait, 0.05))

    def hold(self, channel: str, key: str, seconds: float) -> None:
        """Slack asked for a pause: nobody posts there for so long, and `key` is the first afterwards."""
        with self._door:
            now = self._clock()
            lane = self._lanes.setdefault(channel, _Lane())
            lane.free_at = now + seconds
            others = {name: kept for name, kept in lane.waiting.items() if name != key}
            lane.waiting = {key: now + seconds + GRACE_SECONDS} | {
                name: kept + seconds for name, kept in others.items()
            }

    def _wait(self, channel: str, key: str, now: float) -> float:
        """Seconds until it is `key`'s turn as things stand; puts it into the line."""
        if len(self._lanes) > LANES:
            self._lanes = {
                name: one for name, one in self._lanes.items() if one.waiting or one.posting or one.free_at > now
            }
        lane = self._lanes.setdefault(channel, _Lane())
        lane.waiting = {name: kept for name, kept in lane.waiting.items() if kept > now or name == key}
        lane.waiting[key] = max(lane.waiting.get(key, 0.0), now + self.patience + GRACE_SECONDS)
        before = list(lane.waiting).index(key)
        until_free = max(0.0, lane.free_at - now) + (max(self.seconds, 0.01) if lane.posting else 0.0)
        return until_free + before * max(self.seconds, 0.01)
