"""Meaning that is asked for outside, with no transaction open; and all of it made anew when the embedder is another."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from handlers.analysis.meaning import joined, memory
from handlers.analysis.meaning.glossary import Glossary
from handlers.analysis.meaning.memory import Rows
from handlers.outside import Outside
from handlers.unit_of_work import UnitOfWork
from storage.desk import tickets
from storage.insights import themes, voices
from storage.insights.themes import Vector


class Wanted(NamedTuple):
    """Texts whose meaning is asked for: of tickets that wait for a theme or that another embedder read; `unrelated`: also of
    those that have nothing in common, which nobody here knows yet.
    """

    others: list[int]
    texts: list[str]
    unrelated: bool
    glossary: Glossary


class Meant(NamedTuple):
    """A ticket's row, other tickets' rows, and those of texts that have nothing in common."""

    row: NDArray[np.float32]
    others: list[int]
    rows: Rows
    unrelated: Rows | None


def wanted(uow: UnitOfWork, ticket_id: int) -> Wanted | None:
    """What to ask about a ticket that waits for its theme; None for one that does not, or not any more."""
    if tickets.get(uow.db, ticket_id).theme_id is not None:
        return None
    new = uow.memory.name != uow.meant_by
    look = new or uow.memory.others_to_renew
    others = themes.without_vector(uow.db, uow.meant_by, uow.memory.portion) if look else []
    return Wanted(others, texts(uow, [ticket_id, *others]), new, uow.glossary)


def mean(outside: Outside, asked: Wanted) -> Meant:
    """Ask for it. Raises Unavailable to be asked again later."""
    assert outside.embedder is not None
    background = memory.unrelated() if asked.unrelated else ()
    rows = joined.meanings(outside.embedder, [*asked.texts, *background], asked.glossary)
    known = len(asked.texts)
    return Meant(rows[0], asked.others, rows[1:known], rows[known:] if asked.unrelated else None)


def stale(uow: UnitOfWork) -> Wanted | None:
    """A portion of what another embedder read, one of every theme before the second of any; None when all is made anew."""
    others = themes.without_vector(uow.db, uow.meant_by, uow.memory.portion)
    if not others:
        themes.forget_vectors_but(uow.db, uow.meant_by)
        return None
    return Wanted(others, texts(uow, others), False, uow.glossary)


def read_anew(outside: Outside, asked: Wanted) -> Rows | None:
    """Its meaning; None where that is made here."""
    return joined.meanings(outside.embedder, asked.texts, asked.glossary) if outside.embedder is not None else None


def renew(uow: UnitOfWork, others: list[int], rows: Rows | None) -> None:
    """Keep the new meaning of tickets, made outside or (None) here."""
    made = joined.meanings(uow.embedder, texts(uow, others), uow.glossary) if rows is None else rows
    for one, row in zip(others, made, strict=True):
        themes.keep_vector(uow.db, Vector(ticket_id=one, embedder=uow.meant_by, numbers=row.tobytes()))


def is_stale(uow: UnitOfWork) -> bool:
    """Whether another embedder read some of what is there."""
    return themes.any_other_vector(uow.db, uow.meant_by)


def progress(uow: UnitOfWork) -> tuple[int, int]:
    """(tickets whose meaning is of the embedder in force, tickets with any)."""
    return themes.count_vectors(uow.db, uow.meant_by), themes.count_all_vectors(uow.db)


def texts(uow: UnitOfWork, ticket_ids: list[int]) -> list[str]:
    """What each ticket's customer wrote first; its gist where that was deleted."""
    said = voices.opening_words(uow.db, ticket_ids)
    return [said[one].text if one in said else tickets.get(uow.db, one).gist for one in ticket_ids]
