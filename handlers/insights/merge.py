"""Merge and part: two themes are the same thing, or were not after all."""

from handlers.analysis.meaning import titles
from handlers.errors import NotFound, Refused
from handlers.unit_of_work import UnitOfWork
from storage.database import one_at_a_time
from storage.desk import history
from storage.insights import edits, themes
from storage.insights.themes import Theme


def merge(uow: UnitOfWork, theme_id: int, into_id: int, staff_id: int) -> None:
    """Everything of a theme belongs to another one from now on, and no grouping takes it out again. Raises Refused when they
    cannot be merged.
    """
    one_at_a_time(uow.db, "themes")
    if theme_id == into_id:
        raise Refused("A theme cannot be merged into itself.")
    theme, into = _alive(uow, theme_id), _alive(uow, into_id)
    moved = themes.hand_over(uow.db, themes.tickets_of(uow.db, theme_id), theme_id, into_id)
    followers = themes.merged_into(uow.db, theme_id)
    for one in (theme, *followers):
        one.merged_into = into.id
        uow.db.add(one)
    names = [one.id for one in followers]
    edits.rejoin(uow.db, theme_id, into_id)
    edits.pin(uow.db, moved, into_id, staff_id, uow.now())
    uow.record(
        "theme_merged", by=staff_id, theme_id=into_id, theme=theme_id, into=into_id, tickets=moved, followers=names
    )


def part(uow: UnitOfWork, theme_id: int, staff_id: int) -> None:
    """Undo a merge, a person's or the machine's: the theme lives again with the tickets it brought, as far as they are still
    there, and the two are not the same from now on.
    """
    one_at_a_time(uow.db, "themes")
    theme = uow.db.get(Theme, theme_id)
    if theme is None or theme.merged_into is None:
        raise Refused("This theme was not merged into another.")
    merged = next(one for one in history.named(uow.db, "theme_merged") if one.detail["theme"] == theme_id)
    back = themes.hand_over(uow.db, merged.detail["tickets"], theme.merged_into, theme_id)
    edits.unpin(uow.db, back)
    edits.part(uow.db, theme_id, theme.merged_into, staff_id, uow.now())
    uow.record("theme_parted", by=staff_id, theme_id=theme_id, theme=theme_id, source=theme.merged_into, tickets=back)
    for follower in themes.merged_into(uow.db, theme.merged_into):
        if follower.id in merged.detail["followers"]:
            follower.merged_into = theme_id
            uow.db.add(follower)
    theme.merged_into = None
    theme.name = titles.unique([theme.name], themes.names(uow.db))
    uow.db.add(theme)


def _alive(uow: UnitOfWork, theme_id: int) -> Theme:
    theme = themes.alive(uow.db, theme_id)
    if theme is None:
        raise NotFound("There is no such theme.")
    return theme
