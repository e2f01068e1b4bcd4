"""What a stand-in tracker remembers while it runs: issues with comments and files, and who asks."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

OURS, THEIRS, PLACE = "sandbox-our-key", "sandbox-their-key", "acme/product"
PEOPLE = {OURS: (1, "earshot"), THEIRS: (2, "kim")}
"""Key → (id, login)."""


@dataclass
class Comment:
    """Something written on an issue."""

    id: int | str
    author: int
    text: str
    at: datetime
    changed_at: datetime


@dataclass
class Issue:
    """An issue. `place` is the repository, team or project it lives in; `number` counts there."""

    id: int | str
    number: int
    place: str
    title: str
    text: str
    author: int
    at: datetime
    changed_at: datetime
    state: str = "open"
    reason: str | None = None
    labels: list[str] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    gone: bool = False
    moved_from: list[str] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)


class Shelf:
    """One site."""

    def __init__(self) -> None:
        self.issues: list[Issue] = []
        self.calls: list[tuple[str, str, str]] = []
        self.requires: str | None = None
        self.uploads: dict[str, bytes] = {}
        self.ids = count(1)
        self._last = datetime.now(UTC)

    def now(self) -> datetime:
        """The time, never the same twice."""
        self._last = max(datetime.now(UTC), self._last + timedelta(milliseconds=1))
        return self._last

    def make(self, place: str, title: str, text: str, author: int, **more: Any) -> Issue:
        """A new issue."""
        at = self.now()
        number = 1 + max((one.number for one in self.issues if one.place == place), default=0)
        more.setdefault("id", next(self.ids) + 1000)
        made = Issue(number=number, place=place, title=title, text=text, author=author, at=at, changed_at=at, **more)
        self.issues.append(made)
        return made

    def say(self, issue: Issue, author: int, text: str, own: str | None = None) -> Comment:
        """A new comment."""
        at = self.now()
        said = Comment(own or next(self.ids) + 5000, author, text, at, at)
        issue.comments.append(said)
        issue.changed_at = at
        return said

    def comment(self, name: str) -> tuple[Issue, Comment] | None:
        """A comment by its id, and what it stands on."""
        return next(((i, c) for i in self.issues for c in i.comments if str(c.id) == name and not i.gone), None)


def iso(at: datetime, seconds: bool = False) -> str:
    """A time as these write it."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ" if seconds else "%Y-%m-%dT%H:%M:%S.%fZ")
