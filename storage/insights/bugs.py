"""Bugs: one defect, one bug, however many customers report it. The built-in tracker is this table."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, SQLModel, col, or_, select

from storage.database import JsonType, UtcDateTime, is_sqlite
from storage.insights.themes import Theme

SETTLED = ("fixed", "released", "declined", "duplicate")


class Bug(SQLModel, table=True):
    """A defect. `proposed` bugs wait for a person; `tracker` and `external_key` say where the filed one lives.

    `key` makes a proposal unique. `origin` says who worded it: rules, llm or person. `quotes` are customers' words, redacted.
    `attempts` and `error` tell how filing goes; `reason` why it was declined. What its tracker says: `external_id` stays when
    it is moved, `status` is the word of its workflow, `heard_at` how new that is, `gone` that it was deleted there. `block` is
    what the issue shows of whom it concerns; `told` the version and day that the issue named last, and how it looked when it was `seen`; `overdue_on` the expected day that passed and was told; `fields` a tracker's own;
    `file_at` before which it does not go there.
    """

    __tablename__ = "bug"

    id: int | None = Field(default=None, primary_key=True)
    key: str | None = Field(default=None, unique=True)
    theme_id: int | None = Field(default=None, foreign_key="theme.id", index=True)
    state: str = Field(default="proposed", index=True)
    title: str
    happens: str = ""
    expected: str = ""
    steps: str = ""
    environment: str = ""
    affected: str = ""
    quotes: list[str] = Field(default_factory=list, sa_type=JsonType)
    origin: str = "rules"
    severity: int = 3
    tracker: str = "local"
    external_key: str | None = None
    external_id: str | None = None
    url: str | None = None
    status: str = ""
    assignee: str | None = None
    heard_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    gone: bool = False
    block: str = ""
    fields: dict[str, str] = Field(default_factory=dict, sa_type=JsonType)
    overdue_on: date | None = None
    told: dict[str, str] = Field(default_factory=dict, sa_type=JsonType)
    attempts: int = 0
    error: str = ""
    reason: str | None = None
    version: str | None = None
    workaround: str | None = None
    due_on: date | None = None
    filed_by: int | None = Field(default=None, foreign_key="staff.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    filed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    file_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    fixed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    changed_at: datetime = Field(sa_type=UtcDateTime)


def get(db: Session, bug_id: int) -> Bug:
    """The bug; raises KeyError if there is none."""
    found = db.get(Bug, bug_id)
    if found is None:
        raise KeyError(f"bug {bug_id}")
    return found


def add(db: Session, bug: Bug) -> Bug:
    """Keep a new bug."""
    db.add(bug)
    db.flush()
    return bug


def propose(db: Session, bug: Bug) -> int | None:
    """Keep a new bug once per key. Its id, or None if a bug with this key is there."""
    insert = (sqlite if is_sqlite(db) else postgresql).insert(Bug).values(**bug.model_dump(exclude={"id"}))
    new_id: int | None = db.execute(
        insert.on_conflict_do_nothing(index_elements=["key"]).returning(col(Bug.id))
    ).scalar()
    return new_id


def by_key(db: Session, key: str) -> Bug | None:
    """The bug that was proposed or filed under this key."""
    return db.exec(select(Bug).where(Bug.key == key)).first()


def unfiled(db: Session, now: datetime | None = None) -> list[Bug]:
    """Bugs that a person wants in a tracker outside which has not taken them yet, oldest first; only what may go there `now`."""
    waiting = select(Bug).where(
        Bug.state == "new", Bug.tracker != "local", col(Bug.external_key).is_(None), Bug.error == ""
    )
    if now is not None:
        waiting = waiting.where(or_(col(Bug.file_at).is_(None), col(Bug.file_at) <= now))
    return list(db.exec(waiting.order_by(col(Bug.id))))


def listed(db: Session, state: str | None = None) -> list[Bug]:
    """Bugs, newest first, of one state or all."""
    wanted = select(Bug) if state is None else select(Bug).where(Bug.state == state)
    return list(db.exec(wanted.order_by(col(Bug.id).desc())))


def unfinished(db: Session) -> list[Bug]:
    """Bugs somebody could still add evidence to."""
    done = ("released", "declined", "duplicate")
    return list(db.exec(select(Bug).where(col(Bug.state).not_in(done)).order_by(col(Bug.id))))


def of_theme(db: Session, theme_id: int) -> list[Bug]:
    """A theme's bugs, newest first, those of themes merged into it included."""
    theirs = select(Theme.id).where(or_(Theme.id == theme_id, Theme.merged_into == theme_id))
    return list(db.exec(select(Bug).where(col(Bug.theme_id).in_(theirs)).order_by(col(Bug.id).desc())))


def in_tracker(db: Session, tracker: str, external_id: str, keys: Sequence[str]) -> Bug | None:
    """The bug that a tracker calls so: by what stays when it is moved, else by one of the keys."""
    theirs = select(Bug).where(Bug.tracker == tracker)
    theirs = theirs.order_by(col(Bug.gone), col(Bug.id))
    found = db.exec(theirs.where(Bug.external_id == external_id)).first() if external_id else None
    named = [key for key in keys if key]
    if found is None and named:
        found = db.exec(theirs.where(col(Bug.external_key).in_(named))).first()
    return found


def outside(db: Session, tracker: str) -> list[Bug]:
    """Bugs that have an issue in this tracker, oldest first."""
    filed = select(Bug).where(Bug.tracker == tracker, col(Bug.external_key).is_not(None))
    return list(db.exec(filed.order_by(col(Bug.id))))


def outdated(db: Session, tracker: str) -> list[Bug]:
    """Bugs whose issue there does not show whom they concern now."""
    behind = select(Bug).where(
        Bug.tracker == tracker, col(Bug.external_key).is_not(None), col(Bug.gone).is_(False), Bug.affected != "",
        Bug.affected != Bug.block,
    )  # fmt: skip
    return list(db.exec(behind.order_by(col(Bug.id))))


def overdue(db: Session, today: date) -> list[Bug]:
    """Bugs whose expected day is over, which are not done, and of which this was not told yet."""
    late = select(Bug).where(
        col(Bug.due_on) < today,
        col(Bug.state).not_in(("proposed", *SETTLED)),
        or_(col(Bug.overdue_on).is_(None), col(Bug.overdue_on) != col(Bug.due_on)),
    )
    return list(db.exec(late.order_by(col(Bug.due_on))))


def by_external_key(db: Session, tracker: str, key: str) -> Bug | None:
    """The bug that a tracker calls so."""
    return db.exec(select(Bug).where(Bug.tracker == tracker, Bug.external_key == key)).first()
