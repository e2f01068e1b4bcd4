"""Answer: what is known to help with a theme, written once and suggested to everybody who answers about it. Its opposite is
the answer that was known before.
"""

from handlers.errors import NotFound, Refused
from handlers.unit_of_work import UnitOfWork
from storage.database import clean
from storage.desk import history
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
        uow.record("theme_answered", by=staff_id, theme_id=theme_id, theme=theme_id, before=theme.answer)
        theme.answer = known
        uow.db.add(theme)


def take_back(uow: UnitOfWork, theme_id: int, staff_id: int) -> None:
    """What was known before is known again. Raises NotFound, Refused where nobody wrote anything."""
    theme = uow.db.get(Theme, theme_id)
    if theme is None:
        raise NotFound("There is no such theme.")
    given = history.still_standing(history.of_theme(uow.db, theme_id, 1000), "theme_answered", "theme_unanswered")
    if given is None or "before" not in given.detail:
        raise Refused("Nobody wrote an answer that could be taken back.")
    theme.answer = given.detail["before"]
    uow.db.add(theme)
    uow.record("theme_unanswered", by=staff_id, theme_id=theme_id, theme=theme_id)
