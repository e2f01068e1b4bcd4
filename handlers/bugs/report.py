"""Report: somebody or a program tells of a defect that no ticket tells of."""

from handlers.unit_of_work import UnitOfWork
from storage.insights import bugs
from storage.insights.bugs import Bug


def report(uow: UnitOfWork, source: str, *, by: int | None = None) -> int:
    """A proposed bug without words yet, to be filed with them (file.file_now); its id."""
    now = uow.now()
    bug = bugs.add(uow.db, Bug(title="", origin="person", created_at=now, changed_at=now))
    uow.record("bug_reported", by=by, bug=bug.id, source=source)
    return bug.id or 0
