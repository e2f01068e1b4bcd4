"""A tracker that failed several times in a row is left alone for a while, and whoever looks is told."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from bot.trackers.once import NotYet
from bot.trackers.wire import NotTaken
from handlers.errors import Refused, Unavailable
from handlers.tracking import Fetched, FiledBug, News, Tracker, Wanted

OPENS_AFTER = 5
FIRST_PAUSE_SECONDS = 5.0

T = TypeVar("T")


class Circuit:
    """The tracker `inner`. After five failures it is asked again only after a pause, which doubles up to `longest_pause`."""

    def __init__(self, inner: Tracker, longest_pause: float = 60.0, now: Callable[[], float] = time.monotonic) -> None:
        self.inner, self.name, self.longest_pause, self._now = inner, inner.name, longest_pause, now
        self._failures = 0
        self._until = 0.0
        self._said = ""
        self._lock = threading.Lock()

    @property
    def trouble(self) -> str:
        """A sentence while the tracker is left alone, else nothing."""
        if self._failures < OPENS_AFTER:
            return ""
        return f"{self._said} It failed {self._failures} times in a row and is tried again by itself; nothing is lost."

    def file(
        self,
        marker: str,
        title: str,
        body: str,
        severity: int,
        *,
        fields: Mapping[str, str] | None = None,
        repeated: bool = False,
    ) -> FiledBug:
        return self._through(lambda: self.inner.file(marker, title, body, severity, fields=fields, repeated=repeated))

    def find(self, marker: str) -> FiledBug | None:
        return self._through(lambda: self.inner.find(marker))

    def read(self, key: str) -> News:
        return self._through(lambda: self.inner.read(key))

    def comment(self, key: str, marker: str, text: str, *, repeated: bool = False) -> str:
        return self._through(lambda: self.inner.comment(key, marker, text, repeated=repeated))

    def link(self, key: str, block: str) -> None:
        self._through(lambda: self.inner.link(key, block))

    def attach(
        self, key: str, marker: str, name: str, media_type: str, content: bytes, *, repeated: bool = False
    ) -> str:
        return self._through(lambda: self.inner.attach(key, marker, name, media_type, content, repeated=repeated))

    def fetch(self, file_id: str, address: str, most: int) -> Fetched | None:
        return self._through(lambda: self.inner.fetch(file_id, address, most))

    def changed(self, since: datetime, most: int = 500) -> Sequence[FiledBug]:
        return self._through(lambda: self.inner.changed(since, most))

    def listen(self, headers: Mapping[str, str], body: bytes) -> News:
        return self.inner.listen(headers, body)

    def wanted(self) -> Sequence[Wanted]:
        return self._through(self.inner.wanted)

    def check(self) -> str:
        return self._through(self.inner.check)

    def _through(self, act: Callable[[], T]) -> T:
        with self._lock:
            left = self._until - self._now()
            if left > 0:
                raise NotTaken(self._said, left)
        try:
            done = act()
        except NotYet:
            self._well()
            raise
        except Unavailable as failure:
            self._failed(failure)
            raise
        except Refused:
            self._well()  # a no is an answer
            raise
        self._well()
        return done

    def _failed(self, failure: Unavailable) -> None:
        with self._lock:
            self._failures += 1
            self._said = str(failure)
            pause = failure.retry_after or 0.0
            if self._failures >= OPENS_AFTER:
                pause = max(pause, FIRST_PAUSE_SECONDS * 2 ** min(self._failures - OPENS_AFTER, 20))
            self._until = self._now() + min(pause, self.longest_pause)

    def _well(self) -> None:
        with self._lock:
            self._failures, self._until, self._said = 0, 0.0, ""
