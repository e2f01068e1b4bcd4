"""Intake goes before work: while many messages arrive, the steps of flows wait for a quieter moment."""

import threading
import time
from collections import deque


class Gate:
    """Counts arrivals. Above `per_second` in the last second, a step waits, for `patience_seconds` at the most."""

    def __init__(self, per_second: int = 40, patience_seconds: float = 3.0) -> None:
        self.per_second = per_second
        self.patience_seconds = patience_seconds
        self._arrivals: deque[float] = deque(maxlen=max(1, per_second))
        self._lock = threading.Lock()

    def arrived(self) -> None:
        """Something came in by a door."""
        with self._lock:
            self._arrivals.append(time.monotonic())

    def crowded(self) -> bool:
        """True while more arrive than work should compete with."""
        with self._lock:
            full = len(self._arrivals) == self._arrivals.maxlen
            return full and time.monotonic() - self._arrivals[0] < 1.0

    def wait(self) -> None:
        """Come back when it is quieter, or after the patience ended."""
        until = time.monotonic() + self.patience_seconds
        while self.crowded() and time.monotonic() < until:
            time.sleep(0.05)
