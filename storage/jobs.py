"""Jobs: flows left to be run once the transaction that left them has committed, and what their steps answered.

A job belongs to one worker until its lease ends; the worker renews it while it lives, so what a dead one had is taken over.
Times are Unix seconds of the real clock: a simulated one does not hold up work.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Index, bindparam, delete, func, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, SQLModel, col

from storage.database import JsonType, is_sqlite, one_at_a_time

WAITING = text("finished_at IS NULL")


class Job(SQLModel, table=True):
    """One flow to be run. `key` is left once, also after the job has ended, until it is forgotten. `error`: why it was given up."""

    __tablename__ = "job"
    __table_args__ = (
        Index("ix_job_waiting", "queue", "id", sqlite_where=WAITING, postgresql_where=WAITING),
        Index("ix_job_finished", "finished_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    queue: str
    flow: str
    args: list[Any] = Field(default_factory=list, sa_type=JsonType)
    walk: str = ""
    due_at: float = 0.0
    attempts: int = 0
    worker: str | None = None
    leased_until: float = 0.0
    finished_at: float | None = None
    error: str = ""


class JobStep(SQLModel, table=True):
    """What a step of a job answered, kept in the transaction that did it."""

    __tablename__ = "job_step"

    job_id: int = Field(primary_key=True)
    number: int = Field(primary_key=True)
    answer: Any = Field(default=None, sa_type=JsonType, nullable=True)


class Left(NamedTuple):
    """A job as a worker gets it; `attempts` counts this one."""

    id: int
    queue: str
    flow: str
    args: list[Any]
    walk: str
    attempts: int


JOB: Any = Job.__table__  # type: ignore[attr-defined]
STEP: Any = JobStep.__table__  # type: ignore[attr-defined]


def leave(db: Session, values: dict[str, Any]) -> int | None:
    """Keep a job once: column → value. Its id, or None if its key was left before."""
    new_id: int | None = db.connection().execute(_once(is_sqlite(db)), values).scalar()
    return new_id


@lru_cache(maxsize=2)
def _once(on_sqlite: bool) -> Any:
    insert = (sqlite if on_sqlite else postgresql).insert(JOB)
    columns = ("key", "queue", "flow", "args", "walk", "due_at", "attempts", "worker", "leased_until", "error")
    named = insert.values({name: bindparam(name) for name in columns})
    return named.on_conflict_do_nothing(index_elements=["key"]).returning(JOB.c.id)


def claim(
    db: Session, queue: str, worker: str, now: float, until: float, most: int, *, alone: bool = False
) -> list[Left]:
    """Make up to `most` due jobs of a queue, that nobody works, the worker's until then; oldest first. `alone`: none while
    another worker has any of this queue.
    """
    free = select(JOB.c.id).where(WAITING, JOB.c.queue == queue, JOB.c.due_at <= now, JOB.c.leased_until < now)
    locked = free.order_by(JOB.c.id).limit(most).with_for_update(skip_locked=True)
    ids = list(db.connection().execute(locked).scalars())
    if not ids or (alone and _others_work(db, queue, worker, now)):
        return []
    mine = update(JOB).where(JOB.c.id.in_(ids), WAITING, JOB.c.leased_until < now)
    taken = mine.values(worker=worker, leased_until=until, attempts=JOB.c.attempts + 1)
    rows = db.connection().execute(taken.returning(*(JOB.c[name] for name in Left._fields)))
    return sorted(Left(*row) for row in rows)


def _others_work(db: Session, queue: str, worker: str, now: float) -> bool:
    """Workers that ask at the same moment are answered one after another."""
    one_at_a_time(db, f"queue-{queue}")
    theirs = select(JOB.c.id).where(WAITING, JOB.c.queue == queue, JOB.c.worker != worker, JOB.c.leased_until >= now)
    return db.connection().execute(theirs.limit(1)).first() is not None


def finish(db: Session, ids: Sequence[int], now: float) -> None:
    """They have ended; what their steps answered is not needed any more."""
    db.connection().execute(update(JOB).where(JOB.c.id.in_(ids)).values(finished_at=now, worker=None))
    db.connection().execute(delete(STEP).where(STEP.c.job_id.in_(ids)))


def give_up(db: Session, job_id: int, why: str, now: float) -> None:
    """It ends without having done what it was for."""
    db.connection().execute(update(JOB).where(JOB.c.id == job_id).values(finished_at=now, worker=None, error=why))


def put_off(db: Session, job_id: int, due: float) -> None:
    """Nobody's again, and not before `due`."""
    db.connection().execute(update(JOB).where(JOB.c.id == job_id).values(due_at=due, worker=None, leased_until=0.0))


def renew(db: Session, ids: Sequence[int], until: float) -> None:
    """Whoever has them lives."""
    db.connection().execute(update(JOB).where(WAITING, JOB.c.id.in_(ids)).values(leased_until=until))


def let_go(db: Session, worker: str) -> None:
    """What a worker of this name had when it ended is free again."""
    mine = update(JOB).where(WAITING, JOB.c.worker == worker)
    db.connection().execute(mine.values(worker=None, leased_until=0.0))


def remember(db: Session, job_id: int, number: int, answer: Any) -> None:
    """Keep what a step answered."""
    db.connection().execute(STEP.insert(), {"job_id": job_id, "number": number, "answer": answer})


def remembered(db: Session, job_id: int) -> dict[int, Any]:
    """What a job's steps answered so far, by their number."""
    theirs = select(STEP.c.number, STEP.c.answer).where(STEP.c.job_id == job_id)
    return {row.number: row.answer for row in db.connection().execute(theirs)}


def unfinished(db: Session) -> int:
    """How many wait or run."""
    return db.connection().execute(select(func.count()).select_from(JOB).where(WAITING)).scalar_one()


def given_up(db: Session, limit: int = 50) -> list[Job]:
    """Jobs that ended without having done what they were for, newest first."""
    theirs = select(Job).where(col(Job.error) != "").order_by(col(Job.id).desc()).limit(limit)
    return list(db.execute(theirs).scalars())


def forget(db: Session, before: float) -> int:
    """Delete what ended before that time and went well; how many."""
    old = delete(JOB).where(JOB.c.finished_at < before, JOB.c.error == "")
    return int(db.connection().execute(old).rowcount)
