"""Jobs on both databases: left once, begun at the commit, taken over from the dead, tried again, given up in the end."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from bot.engine import Durable
from bot.engine.run import Run
from handlers.errors import Unavailable
from handlers.unit_of_work import UnitOfWork
from storage import database, jobs

PATIENCE_SECONDS = 30.0


class Bench:
    """Engines on one database whose flows write down what they did."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.done: list[Any] = []
        self.may_end = threading.Event()
        self.may_end.set()
        self.failing = 0
        self.together = self.most_together = 0
        self.engines: list[Durable] = []

    def engine(self, name: str = "one", launched: bool = True) -> Durable:
        db = database.connect(self.url)
        flows = {"note": ("work", self.note), "stepped": ("work", self.stepped), "flaky": ("intake", self.flaky)}
        flows["told"] = ("tracker", self.told)
        made = Durable(db, flows, executor_id=name)

        @contextmanager
        def work() -> Iterator[Any]:
            with database.session(db) as session:
                yield UnitOfWork(session, time.time, None, None, made.enqueue_in)  # type: ignore[arg-type]
                session.commit()

        made.work = work
        if launched:
            made.launch()
        self.engines.append(made)
        return made

    def note(self, run: Run, what: str) -> None:
        self.may_end.wait(PATIENCE_SECONDS)
        self.done.append(what)

    def told(self, run: Run, what: str) -> None:
        self.together += 1
        self.most_together = max(self.most_together, self.together)
        time.sleep(0.02)
        self.done.append(what)
        self.together -= 1

    def stepped(self, run: Run, what: str) -> None:
        answer = run.step(self.count, what)
        if self.failing:
            self.failing -= 1
            raise Unavailable("the other side is away")
        self.done.append(answer)

    def count(self, uow: UnitOfWork, what: str) -> str:
        self.done.append(f"step {what}")
        return f"answer {what}"

    def flaky(self, run: Run, what: str) -> None:
        if self.failing:
            self.failing -= 1
            raise ZeroDivisionError
        self.done.append(what)

    def leave(self, engine: Durable, flow: str, *args: Any, key: str | None = None, delay_seconds: float = 0) -> None:
        with database.session(engine.db) as db:
            engine.enqueue_in(db, flow, key or f"{flow}-{args}", *args, delay_seconds=delay_seconds)
            db.commit()


@contextmanager
def on(url: str) -> Iterator[Bench]:
    made = Bench(url)
    yield made
    made.may_end.set()
    for engine in made.engines:
        engine.shut_down(1)
        engine.db.dispose()


@pytest.fixture
def bench(database_url: str) -> Iterator[Bench]:
    with on(database_url) as made:
        yield made


def until(true: Callable[[], bool]) -> bool:
    end = time.monotonic() + PATIENCE_SECONDS
    while not true() and time.monotonic() < end:
        time.sleep(0.02)
    return true()


def test_the_same_key_is_left_once_also_after_the_job_has_ended(bench: Bench) -> None:
    engine = bench.engine()
    bench.leave(engine, "note", "a", key="k")
    assert until(lambda: engine.unfinished() == 0)
    bench.leave(engine, "note", "b", key="k")
    bench.leave(engine, "note", "c")
    assert until(lambda: engine.unfinished() == 0)
    assert bench.done == ["a", "c"]


def test_what_is_rolled_back_is_never_begun(bench: Bench) -> None:
    engine = bench.engine()
    with database.session(engine.db) as db:
        engine.enqueue_in(db, "note", "k", "never")
        db.rollback()
    bench.leave(engine, "note", "after")
    assert until(lambda: bench.done == ["after"])
    assert until(lambda: engine.unfinished() == 0)


def test_what_another_process_leaves_and_what_becomes_due_is_claimed(bench: Bench) -> None:
    bench.engine()
    elsewhere = bench.engine("command", launched=False)
    bench.leave(elsewhere, "note", "left")
    bench.leave(elsewhere, "note", "due", delay_seconds=0.5)
    assert until(lambda: bench.done == ["left", "due"])


def test_a_dead_workers_jobs_are_taken_over_when_their_lease_has_ended(bench: Bench) -> None:
    survivor = bench.engine("two")
    with database.session(survivor.db) as db:
        for number, lease in ((1, -1.0), (2, 3600.0)):
            values = {"key": f"k{number}", "queue": "work", "flow": "note", "args": [number], "walk": "", "due_at": 0.0}
            held = {"attempts": 1, "worker": "dead", "leased_until": time.time() + lease, "error": ""}
            jobs.leave(db, {**values, **held})
        db.commit()
    assert until(lambda: bench.done == [1])
    assert survivor.unfinished() >= 1
    bench.engine("dead")  # started again under its name it goes on at once
    assert until(lambda: sorted(bench.done) == [1, 2])


def test_two_workers_never_run_the_same_job_at_once(bench: Bench) -> None:
    elsewhere = bench.engine("command", launched=False)
    for number in range(120):
        bench.leave(elsewhere, "note", number)
    first, _second = bench.engine("one"), bench.engine("two")
    assert until(lambda: first.unfinished() == 0)
    assert sorted(bench.done) == list(range(120))


def test_a_queue_that_is_one_workers_is_never_worked_by_two_at_once(postgres_url: str) -> None:
    with on(postgres_url) as bench:
        first, second = bench.engine("one"), bench.engine("two")
        for number in range(30):
            bench.leave(first, "told", number)
            bench.leave(second, "told", number + 100)
        assert until(lambda: first.unfinished() == 0)
        assert sorted(bench.done) == [*range(30), *range(100, 130)]
        assert bench.most_together == 1


def test_a_step_is_done_once_however_often_its_flow_is_begun(bench: Bench) -> None:
    bench.failing = 1
    engine = bench.engine()
    bench.leave(engine, "stepped", "x")
    assert until(lambda: engine.unfinished() == 0)
    assert bench.done == ["step x", "answer x"]


def test_a_flow_that_fails_unexpectedly_is_tried_again_then_given_up_and_named(bench: Bench) -> None:
    engine = bench.engine()
    bench.failing = 1
    bench.leave(engine, "flaky", "once")
    assert until(lambda: bench.done == ["once"])
    bench.failing = 100
    bench.leave(engine, "flaky", "always")
    assert until(lambda: engine.unfinished() == 0)
    with database.session(engine.db) as db:
        assert [(one.args, one.error) for one in jobs.given_up(db)] == [(["always"], "ZeroDivisionError")]
    assert bench.done == ["once"]


def test_what_was_not_begun_when_it_stops_goes_on_at_the_next_start(bench: Bench) -> None:
    bench.may_end.clear()
    engine = bench.engine()
    for number in range(12):
        bench.leave(engine, "note", number)
    engine.shut_down(0)
    bench.may_end.set()
    engine.launch()
    assert until(lambda: engine.unfinished() == 0)
    assert sorted(set(bench.done)) == list(range(12))


def test_finished_jobs_are_forgotten_after_a_while(bench: Bench) -> None:
    engine = bench.engine()
    bench.leave(engine, "note", "a")
    assert until(lambda: engine.unfinished() == 0)
    assert engine.forget_finished(3600) == 0
    assert engine.forget_finished(-1) == 1
