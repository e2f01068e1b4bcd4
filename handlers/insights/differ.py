"""Differ: a person says that two themes are not the same. Its opposite is to take that back."""

from handlers.errors import NotFound, Refused
from handlers.unit_of_work import UnitOfWork
from storage.database import one_at_a_time
from storage.insights import edits, themes


def differ(uow: UnitOfWork, theme_id: int, other_id: int, staff_id: int) -> None:
    """No grouping makes the two one. Raises NotFound, Refused for a theme and itself."""
    one_at_a_time(uow.db, "themes")
    if theme_id == other_id:
        raise Refused("A theme is the same as itself.")
    if themes.alive(uow.db, theme_id) is None or themes.alive(uow.db, other_id) is None:
        raise NotFound("There is no such theme.")
    if edits.part(uow.db, theme_id, other_id, staff_id, uow.now()):
        uow.record("theme_differs", by=staff_id, theme_id=theme_id, theme=theme_id, other=other_id)


def resemble(uow: UnitOfWork, theme_id: int, other_id: int, staff_id: int) -> None:
    """They may be the same after all. Raises Refused where nobody said otherwise."""
    one_at_a_time(uow.db, "themes")
    if not edits.rejoin(uow.db, theme_id, other_id):
        raise Refused("Nobody said that these are different.")
    uow.record("theme_resembles", by=staff_id, theme_id=theme_id, theme=theme_id, other=other_id)
