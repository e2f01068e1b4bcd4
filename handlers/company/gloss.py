"""Gloss: the company's own words for its product's areas, and what goes wrong with them. Its opposite is to drop them."""

from handlers.analysis.meaning import glossary
from handlers.errors import NotFound, Refused
from handlers.unit_of_work import UnitOfWork
from storage.database import clean_all, one_at_a_time
from storage.routing import policy

KEY = "glossary"


def own(uow: UnitOfWork) -> list[dict[str, str]]:
    """The company's rows, on top of those that ship."""
    return list((policy.recall(uow.db, KEY) or {}).get("rows", ()))


def gloss(uow: UnitOfWork, table: str, by: int | None, *, replace: bool = False) -> int:
    """Take over a table (CSV): one line a concept, one that is known already is replaced; with `replace` it is all there is.

    How many lines it had. What is known of every ticket is read anew in the background; themes stay. Raises Refused for a line
    that cannot be read.
    """
    try:
        rows = glossary.read(table)
    except ValueError as problem:
        raise Refused(f"The glossary cannot be read: {problem}.") from None
    one_at_a_time(uow.db, KEY)
    before = [] if replace else own(uow)
    kept = {row["concept"]: row for row in (*before, *clean_all(rows))}
    if len(kept) > glossary.MOST:
        raise Refused(f"A glossary has at most {glossary.MOST:,} concepts.")
    _keep(uow, list(kept.values()))
    uow.record("glossary_changed", by=by, concepts=len(rows), replaced=replace)
    return len(rows)


def drop(uow: UnitOfWork, concept: str, by: int | None) -> None:
    """Let go of one of the company's own concepts: what ships under this name is in force again. Raises NotFound."""
    one_at_a_time(uow.db, KEY)
    rows = own(uow)
    left = [row for row in rows if row["concept"] != concept]
    if len(left) == len(rows):
        raise NotFound("There is no such concept of your own.")
    _keep(uow, left)
    uow.record("glossary_changed", by=by, dropped=concept)


def _keep(uow: UnitOfWork, rows: list[dict[str, str]]) -> None:
    policy.remember(uow.db, KEY, {"rows": rows})
    uow.__dict__.pop("glossary", None)
