"""Intake goes before work: while many messages arrive, the steps of flows wait for a quieter moment."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Gate:
    """Counts arrivals and answers under way. What is later than an answer waits while customers wait for theirs.

    `per_second`: above so many arrivals in the last second even answers wait, for `patience_seconds` a step at the most;
    other work waits for answers under way, for `courtesy_seconds` a step at the most.
    """

    def __init__(
        self,
        per_second: int = 40,
        patience_seconds: float = 3.0,
        courtesy_seconds: float = 3.0,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.now = now
        self.per_second = per_second
        self.patience_seconds = patience_seconds
        self.courtesy_seconds = courtesy_seconds
        self._arrivals: deque[float] = deque(maxlen=max(1, per_second))
        self._answering = 0
        self._lock = threading.Lock()

    def arrived(self) -> None:
        """Something came in by a door."""
        with self._lock:
            self._arrivals.append(self.now())

    @contextmanager
    def answering(self) -> Iterator[None]:
        """While the block lasts, a customer waits."""
        with self._lock:
            self._answering += 1
        try:
            yield
        finally:
            with self._lock:
                self._answering -= 1

    def crowded(self) -> bool:
        """True while more arrive than work should compete with."""
        with self._lock:
            full = len(self._arrivals) == self._arrivals.maxlen
            return full and self.now() - self._arrivals[0] < 1.0

    def wait(self, courteous: bool = False) -> None:
        """Come back when it is quieter, or after the patience ended; the courteous let answers go first."""
        began = self.now()
        while self.crowded() and self.now() < began + self.patience_seconds:
            time.sleep(0.05)
        while courteous and self._answering and self.now() < began + self.courtesy_seconds:
            time.sleep(0.05)
