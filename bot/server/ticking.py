"""The thread that keeps the clock's promises while Earshot runs. A duty that fails is logged and tried again next time."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from bot import ticks
from bot.server import memory
from bot.wiring import Earshot
from handlers.unit_of_work import UnitOfWork

EVERY_SECONDS = 5.0
GIVE_BACK_EVERY_SECONDS = 60.0
FORGET_EVERY_SECONDS = 3600.0
REMEMBERED_SECONDS = 7 * 24 * 3600.0

log = logging.getLogger("earshot.ticks")


class Ticking:
    """Runs the duties every few seconds from `start()` to `stop()`."""

    def __init__(self, earshot: Earshot, forget: Callable[[float], object]) -> None:
        self._earshot, self._forget = earshot, forget
        self._every = min(EVERY_SECONDS, earshot.settings.tracker_poll_seconds)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ticks", daemon=True)

    def start(self) -> None:
        """Begin; the first round comes at once."""
        self._thread.start()

    def stop(self) -> None:
        """End after the duty at hand."""
        self._ended.set()
        self._thread.join(10)

    def _run(self) -> None:
        until_forgetting = until_giving_back = 0.0
        with ThreadPoolExecutor(1, thread_name_prefix="duty") as pool:
            while not self._ended.is_set():
                jobs: list[Callable[[], object]] = [lambda duty=duty: self._once(duty) for duty in ticks.DUTIES]  # type: ignore[misc]
                if until_forgetting <= 0:
                    jobs.append(lambda: self._forget(REMEMBERED_SECONDS))
                    until_forgetting = FORGET_EVERY_SECONDS
                if until_giving_back <= 0:
                    jobs.append(memory.give_back)
                    until_giving_back = GIVE_BACK_EVERY_SECONDS
                for job in jobs:
                    if failure := pool.submit(job).exception():
                        log.error("a duty failed: %s", type(failure).__name__, exc_info=failure)
                until_forgetting -= self._every
                until_giving_back -= self._every
                self._ended.wait(self._every)

    def _once(self, duty: Callable[[UnitOfWork], None]) -> None:
        with self._earshot.work() as uow:
            duty(uow)
