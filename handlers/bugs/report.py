"""Report: somebody or a program tells of a defect that no ticket tells of."""

from collections.abc import Mapping
from typing import Any

from handlers.analysis.telling import reports
from handlers.errors import Refused
from handlers.unit_of_work import UnitOfWork
from storage.database import clean
from storage.insights import bugs
from storage.insights.bugs import Bug

FIELDS = ("title", "happens", "expected", "steps", "environment")
TEXT_MOST = 8000


def report(
    uow: UnitOfWork,
    source: str,
    *,
    by: int | None = None,
    reporter: str = "",
    key: str | None = None,
    text: Mapping[str, str] | None = None,
) -> int:
    """A proposed bug, to be filed (file.file_now) or to wait for a person who does; its id. The same `key` is one bug.

    Raises Refused where `text` has no title.
    """
    told: dict[str, Any] = {name: clean(str((text or {}).get(name, ""))).strip()[:TEXT_MOST] for name in FIELDS}
    if text is not None and not told["title"]:
        raise Refused("The bug needs a title.")
    told["title"] = reports.title(told["title"]) if len(told["title"]) > reports.TITLE_MOST else told["title"]
    given = str((text or {}).get("severity", ""))
    now = uow.now()
    new = Bug(
        key=f"reported:{key}" if key else None,
        origin="person",
        severity=int(given) if given in ("1", "2", "3", "4") else 3,
        created_at=now,
        changed_at=now,
        **told,
    )
    if key is None:
        bug_id = bugs.add(uow.db, new).id
    elif (bug_id := bugs.propose(uow.db, new)) is None:
        known = bugs.by_key(uow.db, f"reported:{key}")
        return (known.id or 0) if known else 0
    detail: dict[str, Any] = {"reporter": reporter} if reporter else {}
    uow.record("bug_reported", by=by, bug=bug_id, source=source, **detail)
    return bug_id or 0
