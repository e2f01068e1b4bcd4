"""The built-in tracker: our own table of bugs. Being kept is being filed; there is nothing outside to ask or tell."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime

from handlers.errors import NotFound, Refused
from handlers.tracking import Fetched, FiledBug, News, Said, Wanted
from handlers.unit_of_work import UnitOfWork
from storage.insights import bugs, comments
from storage.insights.bugs import Bug
from storage.insights.comments import BugComment

Work = Callable[[], AbstractContextManager[UnitOfWork]]


class Local:
    """Bugs live where they were written down."""

    name = "local"

    def __init__(self, work: Work) -> None:
        self.work = work

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
        """The bug, which is here already. Raises Refused if there is none with this marker."""
        known = self.find(marker)
        if known is None:
            raise Refused("There is no such bug.")
        return known

    def find(self, marker: str) -> FiledBug | None:
        """The bug that `earshot-<id>` names."""
        with self.work() as uow:
            bug = _named(uow, marker)
            return _shown(bug) if bug else None

    def read(self, key: str) -> News:
        """The bug with what was written on it."""
        with self.work() as uow:
            bug = _kept(uow, key)
            said = [
                Said(id=str(one.id), author=one.author, text=one.text, at=one.created_at)
                for one in comments.of_bug(uow.db, bug.id or 0)
            ]
            return News(delivery="", key=key, id=str(bug.id), at=bug.changed_at, bug=_shown(bug), said=said, whole=True)

    def comment(self, key: str, marker: str, text: str, *, repeated: bool = False) -> str:
        """Write on the bug, once per marker."""
        with self.work() as uow:
            bug = _kept(uow, key)
            known = comments.by_external_id(uow.db, bug.id or 0, marker)
            if known is None:
                written = BugComment(bug_id=bug.id or 0, external_id=marker, author="", text=text, created_at=uow.now())
                known = comments.add(uow.db, written)
            return str(known.id)

    def link(self, key: str, block: str) -> None:
        """The bug's page shows whom it concerns by itself."""
        with self.work() as uow:
            _kept(uow, key)

    def attach(
        self, key: str, marker: str, name: str, media_type: str, content: bytes, *, repeated: bool = False
    ) -> str:
        """The bug's page shows the files of its tickets by itself."""
        with self.work() as uow:
            return str(_kept(uow, key).id)

    def fetch(self, file_id: str, address: str, most: int) -> Fetched | None:
        """What is put on a bug here is here."""
        return None

    def changed(self, since: datetime, most: int = 500) -> list[FiledBug]:
        """Bugs that changed since, newest first."""
        with self.work() as uow:
            listed = [one for one in bugs.listed(uow.db) if one.changed_at >= since and one.filed_at is not None]
            return [_shown(one) for one in sorted(listed, key=lambda one: one.changed_at, reverse=True)[:most]]

    def listen(self, headers: Mapping[str, str], body: bytes) -> News:
        """Nobody tells us of our own."""
        raise Refused("The built-in tracker has no webhooks; its API is at /api/v1/bugs.")

    def wanted(self) -> list[Wanted]:
        """Nothing beyond the bug's text."""
        return []

    def check(self) -> str:
        """It is always there."""
        return "Bugs are kept by Earshot itself."


def _named(uow: UnitOfWork, name: str) -> Bug | None:
    number = name.rpartition("-")[2]
    return uow.db.get(Bug, int(number)) if number.isdecimal() and len(number) < 10 else None


def _kept(uow: UnitOfWork, key: str) -> Bug:
    bug = _named(uow, key)
    if bug is None:
        raise NotFound(f"There is no bug {key}.")
    return bug


def _shown(bug: Bug) -> FiledBug:
    return FiledBug(
        key=f"BUG-{bug.id}",
        id=str(bug.id),
        url=bug.url,
        state=bug.state,
        title=bug.title,
        text=bug.happens,
        assignee=bug.assignee,
        version=bug.version,
        due_on=bug.due_on,
        changed_at=bug.changed_at,
    )
