"""Filed once, though answers get lost and a tracker's search may lag behind its issues."""

import threading
import time
from collections.abc import Callable

from bot.trackers.wire import NotTaken
from handlers.errors import Refused, Unavailable
from handlers.tracking import FiledBug


class NotYet(Unavailable):
    """Not to be done now, for a reason of ours: the tracker itself answers."""


class Once:
    """Looks before it makes. `settle_seconds`: for so long after a lost answer, or after a restart in the middle of filing, an
    issue is only looked for, because the search may not show it yet; 0 where a search shows at once what was made.
    """

    def __init__(self, vendor: str, settle_seconds: float = 0.0, now: Callable[[], float] = time.monotonic) -> None:
        self.vendor, self.settle_seconds, self._now = vendor, settle_seconds, now
        self._lost: dict[str, float] = {}
        self._tried: set[str] = set()
        self._being_filed: set[str] = set()
        self._turn = threading.Lock()

    def file(
        self, marker: str, find: Callable[[str], FiledBug | None], make: Callable[[], FiledBug], *, repeated: bool
    ) -> FiledBug:
        """What `find(marker)` knows, else what `make()` made."""
        with self._turn:
            if marker in self._being_filed:
                raise NotYet("This bug is being filed right now.", 1.0)
            self._being_filed.add(marker)
        try:
            return self._file(marker, find, make, repeated)
        finally:
            self._being_filed.discard(marker)

    def _file(
        self, marker: str, find: Callable[[str], FiledBug | None], make: Callable[[], FiledBug], repeated: bool
    ) -> FiledBug:
        if repeated and marker not in self._tried:
            self._lost[marker] = self._now()  # tried before this program began; how it ended nobody knows
        self._tried.add(marker)
        known = find(marker)
        if known is None:
            left = self._lost[marker] + self.settle_seconds - self._now() if marker in self._lost else 0.0
            if left > 0:
                raise NotYet(f"{self.vendor} may have this bug already and does not show it yet.", left)
            known = self._made(marker, make)
        self._lost.pop(marker, None)
        self._tried.discard(marker)
        return known

    def _made(self, marker: str, make: Callable[[], FiledBug]) -> FiledBug:
        try:
            return make()
        except (NotTaken, Refused):
            raise
        except Unavailable:
            self._lost[marker] = self._now()
            raise
