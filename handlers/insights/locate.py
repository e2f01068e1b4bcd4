"""Locate: a person says which part of the product a theme is about. Its opposite is to take that back."""

from handlers.errors import NotFound, Refused
from handlers.unit_of_work import UnitOfWork
from storage.database import clean, one_at_a_time
from storage.desk import history
from storage.insights import themes

MOST = 40


def locate(uow: UnitOfWork, theme_id: int, staff_id: int, area: str) -> None:
    """Put the theme into an area; an empty one is chosen by the machine again, from the next week on. Raises Refused, NotFound."""
    one_at_a_time(uow.db, "themes")
    theme = themes.alive(uow.db, theme_id)
    if theme is None:
        raise NotFound("There is no such theme.")
    wanted = " ".join(clean(area).split())
    if len(wanted) > MOST:
        raise Refused(f"An area has at most {MOST} characters.")
    uow.record(
        "theme_located",
        by=staff_id,
        theme_id=theme_id,
        theme=theme_id,
        before=theme.area,
        after=wanted,
        was_by=theme.area_by,
    )
    theme.area, theme.area_by = wanted, "person" if wanted else "machine"
    uow.db.add(theme)


def take_back(uow: UnitOfWork, theme_id: int, staff_id: int) -> None:
    """It is in the area it was in before. Raises Refused where nobody put it anywhere."""
    one_at_a_time(uow.db, "themes")
    theme = themes.alive(uow.db, theme_id)
    if theme is None:
        raise NotFound("There is no such theme.")
    put = history.still_standing(history.of_theme(uow.db, theme_id, 1000), "theme_located", "theme_unlocated")
    if put is None:
        raise Refused("Nobody put this theme into an area.")
    before, theme.area, theme.area_by = theme.area, put.detail["before"], put.detail.get("was_by", "machine")
    uow.record("theme_unlocated", by=staff_id, theme_id=theme_id, theme=theme_id, before=before, after=theme.area)
    uow.db.add(theme)
