"""A chat without a network: keeps what was said and knows who people are. Stands in for Slack in the demo and in tests."""

import threading
from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime

from handlers.outside import Intent, Profile

KEPT = 5000


class Room:
    """A channel. `said` holds the newest things said, oldest first; the same key said again gives the same receipt."""

    def __init__(self, clock: Callable[[], datetime], people: Mapping[str, Profile] | None = None) -> None:
        self.said: deque[Intent] = deque(maxlen=KEPT)
        self._clock, self._people = clock, dict(people or {})
        self._receipts: dict[str, str] = {}
        self._last = 0
        self._lock = threading.Lock()

    def say(self, intent: Intent) -> str:
        """Keep it; the receipt looks like Slack's: seconds and a number that is never used twice."""
        with self._lock:
            if intent.receipt or intent.key in self._receipts:
                receipt = intent.receipt or self._receipts[intent.key]
            else:
                self._last = max(self._last + 1, int(self._clock().timestamp() * 1_000_000))
                receipt = f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"
            self._receipts[intent.key] = receipt
            self.said.append(intent)
            return receipt

    def profile(self, slack_id: str) -> Profile | None:
        """Who this is, if they are of the sample."""
        return self._people.get(slack_id)
