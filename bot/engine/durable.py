"""Durable flows: jobs kept in the transaction that leaves them, worked by threads, taken over from workers that died.

A table of our own instead of a workflow library: DBOS, measured, took as much processor time as everything else a message costs.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from bot import walk
from bot.engine.run import Checkpointed, Flow, Steps, Work
from bot.gate import Gate
from handlers.errors import Unavailable
from handlers.outside import Outside
from storage import database, jobs
from storage.jobs import Left

QUEUES = {"intake": 8, "work": 4, "model": 4, "tracker": 1}
"""Queue → flows at once per worker."""
ANSWERS = "intake"
"""The queue that customers wait for."""
ALONE = frozenset({"tracker"})
"""Queues that one worker at a time works, where there are several: two would file what a tracker's search does not show yet."""
POLL_SECONDS = 0.25
"""How often a worker looks for what other processes left and for what has become due."""
LEASE_SECONDS, RENEW_SECONDS = 60.0, 15.0
AT_HAND = 100
"""So many jobs of a queue a worker keeps in memory; what is left beyond is claimed later, by whoever has room."""
UNEXPECTED, AT_MOST = 3, 1000
"""How often a flow may fail unexpectedly, and how often it may be begun at all, until it is given up."""
LONGEST_PAUSE_SECONDS = 300.0

log = logging.getLogger("earshot.engine")


class Durable:
    """The engine of a running Earshot. `flows`: name → (queue, function). `executor_id` names this worker among others."""

    def __init__(
        self, db: Engine, flows: dict[str, tuple[str, Flow]], *, executor_id: str = "one", gate: Gate | None = None
    ) -> None:
        self.db = db
        self.flows = flows
        self.executor_id = executor_id
        self.gate = gate or Gate()
        self.work: Work | None = None
        self.outside = Outside()
        self._launched = False
        self._ended = threading.Event()
        self._wake = threading.Event()
        self._lines: dict[str, queue.SimpleQueue[Left | None]] = {name: queue.SimpleQueue() for name in QUEUES}
        self._threads: list[threading.Thread] = []
        self._held: set[int] = set()
        self._done: list[int] = []

    def enqueue_in(self, db: Session, flow: str, key: str, *args: Any, delay_seconds: float = 0) -> None:
        """Leave a flow in the caller's transaction; the same key is left once. A worker with room begins it at the commit."""
        name, now = self.flows[flow][0], time.time()
        mine = self._launched and not delay_seconds and self._lines[name].qsize() < AT_HAND
        mine = mine and (name not in ALONE or database.is_sqlite(db))  # on SQLite there is one worker
        on = walk.current() or key
        job_id = jobs.leave(
            db,
            {
                "key": key,
                "queue": name,
                "flow": flow,
                "args": list(args),
                "walk": on,
                "due_at": now + delay_seconds,
                "attempts": int(mine),
                "worker": self.executor_id if mine else None,
                "leased_until": now + LEASE_SECONDS if mine else 0.0,
                "error": "",
            },
        )
        if job_id is None:
            return
        job = Left(job_id, name, flow, list(args), on, 1)
        if mine:
            database.afterwards(db, partial(self._hold, job))
        elif name in ALONE:
            database.afterwards(db, self._wake.set)

    def launch(self) -> None:
        """Go on with what this worker had, and start working the queues."""
        assert self.work is not None
        with database.session(self.db) as db:
            jobs.let_go(db, self.executor_id)
            db.commit()
        self._ended.clear()
        self._launched = True
        begun = [threading.Thread(target=self._dispatch, name="dispatch", daemon=True)]
        for name, together in QUEUES.items():
            begun += [
                threading.Thread(target=self._worked, args=(name,), name=f"{name}-{number}", daemon=True)
                for number in range(together)
            ]
        self._threads = begun
        for thread in begun:
            thread.start()

    @property
    def running(self) -> bool:
        """True between launch and shut_down."""
        return self._launched

    def shut_down(self, patience_seconds: int = 5) -> None:
        """Stop working; what is not finished goes on at the next start, or with another worker."""
        if not self._launched:
            return
        self._launched = False
        self._ended.set()
        self._wake.set()
        for name, together in QUEUES.items():
            for _ in range(together):
                self._lines[name].put(None)
        until = time.monotonic() + patience_seconds
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        self._write(self._finish)
        if not any(thread.is_alive() for thread in self._threads):
            self._write(partial(jobs.let_go, worker=self.executor_id))
        self._lines = {name: queue.SimpleQueue() for name in QUEUES}

    def unfinished(self) -> int:
        """How many flows wait or run."""
        with database.session(self.db) as db:
            return jobs.unfinished(db)

    def forget_finished(self, older_than_seconds: float) -> int:
        """Delete flows that finished long ago; how many."""
        with database.session(self.db) as db:
            number = jobs.forget(db, time.time() - older_than_seconds)
            db.commit()
        return number

    def _worked(self, name: str) -> None:
        """A thread's life: one job after another."""
        line = self._lines[name]
        while (job := line.get()) is not None and not self._ended.is_set():
            self._run(job)
            self._held.discard(job.id)

    def _run(self, job: Left) -> None:
        known = self.flows.get(job.flow)
        with walk.on(job.walk), self.gate.answering() if job.queue == ANSWERS else nullcontext():
            started = time.perf_counter()
            try:
                if known is None or job.attempts > AT_MOST:
                    self._give_up(job, "unknown flow" if known is None else "begun too often")
                    return
                assert self.work is not None
                run = Checkpointed(self.work, self.outside, self.gate, self._steps(job), courteous=job.queue != ANSWERS)
                known[1](run, *job.args)
            except Unavailable as failure:
                self._later(job, str(failure))
            except Exception as failure:
                log.error("%s failed: %s", job.flow, type(failure).__name__, exc_info=failure)
                if job.attempts < UNEXPECTED:
                    self._later(job, type(failure).__name__)
                else:
                    self._give_up(job, type(failure).__name__)
            else:
                self._done.append(job.id)
                log.info("%s ended after %.0f ms", job.flow, (time.perf_counter() - started) * 1000)

    def _steps(self, job: Left) -> Steps:
        """What the steps of a job answered if it was begun before."""
        if job.attempts == 1:
            return Steps(job.id)
        with database.session(self.db) as db:
            return Steps(job.id, jobs.remembered(db, job.id))

    def _later(self, job: Left, why: str) -> None:
        pause = min(LONGEST_PAUSE_SECONDS, 2.0**job.attempts)
        log.info("%s is tried again in %.0f s", job.flow, pause, extra={"after": why})
        self._write(partial(jobs.put_off, job_id=job.id, due=time.time() + pause))

    def _give_up(self, job: Left, why: str) -> None:
        log.error("%s is given up: %s", job.flow, why)
        self._write(partial(jobs.give_up, job_id=job.id, why=why, now=time.time()))

    def _dispatch(self) -> None:
        """Write down what ended, keep what is ours, claim what is due."""
        renew_at = time.monotonic() + RENEW_SECONDS
        while not self._ended.is_set():
            self._wake.wait(POLL_SECONDS)
            self._wake.clear()
            self._write(self._finish)
            if time.monotonic() >= renew_at:
                self._write(partial(jobs.renew, ids=list(self._held), until=time.time() + LEASE_SECONDS))
                renew_at = time.monotonic() + RENEW_SECONDS
            for name, line in self._lines.items():
                if line.qsize() < QUEUES[name]:
                    self._write(partial(self._claim, name))

    def _finish(self, db: Session) -> None:
        if done := self._done[:AT_HAND]:
            jobs.finish(db, done, time.time())
            database.afterwards(db, partial(self._done.__delitem__, slice(len(done))))

    def _claim(self, name: str, db: Session) -> None:
        now = time.time()
        for job in jobs.claim(db, name, self.executor_id, now, now + LEASE_SECONDS, AT_HAND // 2, alone=name in ALONE):
            database.afterwards(db, partial(self._hold, job))

    def _hold(self, job: Left) -> None:
        self._held.add(job.id)
        self._lines[job.queue].put(job)

    def _write(self, what: Callable[[Session], object]) -> None:
        """One small transaction; what the database refuses now is done at the next look, or when the lease has ended."""
        try:
            with database.session(self.db, at_door=True) as db:
                what(db)
                db.commit()
        except (*database.Failure, TimeoutError) as failure:
            log.warning("the jobs cannot be written: %s", database.why(failure))
