"""Rename: a person's name for a theme, which the machine never changes again. Its opposite is the name it had before."""

from handlers.analysis.meaning import titles
from handlers.analysis.meaning.titles import MOST
from handlers.errors import NotFound, Refused
from handlers.unit_of_work import UnitOfWork
from storage.database import clean, one_at_a_time
from storage.desk import history
from storage.insights import themes


def rename(uow: UnitOfWork, theme_id: int, staff_id: int, name: str) -> None:
    """Call the theme so: one line of at most 60 characters that no other theme has. Raises Refused otherwise."""
    one_at_a_time(uow.db, "themes")
    theme = themes.alive(uow.db, theme_id)
    if theme is None:
        raise NotFound("There is no such theme.")
    wanted = " ".join(clean(name).split())
    if not wanted or len(wanted) > MOST:
        raise Refused(f"A name has between 1 and {MOST} characters.")
    if wanted.lower() in {one.lower() for one in themes.names(uow.db) - {theme.name}}:
        raise Refused("Another theme has this name; merge the two if they are the same.")
    uow.record(
        "theme_renamed",
        by=staff_id,
        theme_id=theme_id,
        theme=theme_id,
        before=theme.name,
        after=wanted,
        was_by=theme.named_by,
    )
    theme.name, theme.named_by = wanted, "person"
    uow.db.add(theme)


def give_back(uow: UnitOfWork, theme_id: int, staff_id: int) -> None:
    """Take a person's name back: it is called as before, and where that was the machine's name, the machine may change it.
    Pressed again, the name before that is taken back as well.

    Raises Refused where nobody named it.
    """
    one_at_a_time(uow.db, "themes")
    theme = themes.alive(uow.db, theme_id)
    if theme is None:
        raise NotFound("There is no such theme.")
    given = history.still_standing(history.of_theme(uow.db, theme_id, 1000), "theme_renamed", "theme_unnamed")
    if theme.named_by != "person" or given is None:
        raise Refused("This theme has no name that could be taken back.")
    taken = themes.names(uow.db) - {theme.name}
    before, theme.name = theme.name, titles.unique([given.detail["before"]], taken)
    theme.named_by = given.detail.get("was_by", "machine")
    uow.record("theme_unnamed", by=staff_id, theme_id=theme_id, theme=theme_id, before=before, after=theme.name)
    uow.db.add(theme)
