"""The built-in tracker: our own table of bugs. Being kept is being filed."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from handlers.errors import Refused
from handlers.unit_of_work import FiledBug, UnitOfWork
from storage.insights.bugs import Bug

Work = Callable[[], AbstractContextManager[UnitOfWork]]


class Local:
    """Bugs live where they were written down; there is nothing outside to ask or tell."""

    name = "local"

    def __init__(self, work: Work) -> None:
        self.work = work

    def file(self, marker: str, title: str, body: str, severity: int, *, repeated: bool = False) -> FiledBug:
        """The bug, which is here already. Raises Refused if there is none with this marker."""
        known = self.find(marker)
        if known is None:
            raise Refused("There is no such bug.")
        return known

    def find(self, marker: str) -> FiledBug | None:
        """The bug that `earshot-<id>` names."""
        number = marker.rpartition("-")[2]
        if not number.isdecimal():
            return None
        with self.work() as uow:
            bug = uow.db.get(Bug, int(number))
            return FiledBug(key=f"BUG-{bug.id}", url=bug.url, state=bug.state) if bug else None
