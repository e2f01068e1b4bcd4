"""Answer: what is known to help with a theme, written once and suggested to everybody who answers about it."""

from handlers.errors import NotFound, Refused
from handlers.unit_of_work import UnitOfWork
from storage.database import clean
from storage.insights.themes import Theme

LONGEST = 4000


def answer(uow: UnitOfWork, theme_id: int, staff_id: int, text: str) -> None:
    """Keep the theme's known answer; an empty one is none. Raises NotFound, Refused for a text too long."""
    theme = uow.db.get(Theme, theme_id)
    if theme is None:
        raise NotFound("There is no such theme.")
    known = clean(text).strip()
    if len(known) > LONGEST:
        raise Refused(f"That is {len(known):,} characters; a known answer has at most {LONGEST:,}.")
    if known != theme.answer:
        theme.answer = known
        uow.db.add(theme)
        uow.record("theme_answered", by=staff_id, theme=theme_id)
