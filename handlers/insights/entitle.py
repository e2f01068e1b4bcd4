"""Entitle: a model names a theme, once for as long as it means the same; a name that says anything else is refused."""

from collections.abc import Sequence
from typing import Any

from handlers import naming
from handlers.analysis.telling import fitting, marks, names, quotes
from handlers.errors import Refused, Unavailable
from handlers.outside import Outside
from handlers.unit_of_work import UnitOfWork
from prompts.ask import theme as asking
from prompts.ask.theme import ThemeAnswer
from storage.accounts import staff
from storage.database import one_at_a_time
from storage.desk import tickets
from storage.desk.tickets import Ticket
from storage.insights import evidence, themes, voices

READ = 12
"""So many of its newest messages are shown."""


def question(uow: UnitOfWork, theme_id: int) -> dict[str, Any] | None:
    """What to ask of a theme, nobody named; None where a person named it, or the model did while it meant the same."""
    theme = themes.alive(uow.db, theme_id)
    if theme is None or not uow.has_model or not naming.wants_a_title(uow, theme):
        return None
    told = tickets.of_theme(uow.db, theme_id, READ)
    companies, people = _called(uow, told)
    gists = [marks.without_marks(quotes.anonymous(one.gist, companies, people)) for one in told]
    asked = asking.question(gists, naming.LANGUAGES.get(uow.policy.language, "English"))
    return {"system": asked.system, "user": asked.user, "tickets": [one.id for one in told]}


def consult(outside: Outside, asked: dict[str, Any]) -> dict[str, Any]:
    """The model's name, or {"failed": why}: slow, down or nonsense loses nothing."""
    if outside.model is None:
        return {"failed": "no model is configured"}
    try:
        return {"name": outside.model.answer(ThemeAnswer, asked["system"], asked["user"]).name}
    except (Unavailable, Refused) as failure:
        return {"failed": str(failure)}


def entitle(uow: UnitOfWork, theme_id: int, asked: Sequence[int], outcome: dict[str, Any]) -> bool:
    """Take the model's name where it is safe, free and nobody named the theme meanwhile. `asked`: the tickets it was shown.

    True if the theme is called so now.
    """
    one_at_a_time(uow.db, "themes")
    theme = themes.alive(uow.db, theme_id)
    if theme is None or theme.named_by == "person" or "failed" in outcome:
        return False
    uow.db.refresh(theme)
    name = " ".join(str(outcome["name"]).split()).strip(" .。\"“”'")
    told = tickets.by_ids(uow.db, list(asked))
    said = voices.opening_words(uow.db, list(asked))
    texts = [said[one.id or 0].text if one.id in said else one.gist for one in told]
    companies, people = _called(uow, told)
    why = fitting.unfit(name, texts, uow.policy.language, uow.glossary, [*companies, *people])
    if why is None and name.lower() in {one.lower() for one in themes.names(uow.db) - {theme.name}}:
        why = "another theme is called so"
    if why is not None:
        uow.record("theme_title_refused", theme_id=theme_id, theme=theme_id, tickets=list(asked), why=why)
        return False
    uow.record("theme_entitled", theme_id=theme_id, theme=theme_id, tickets=list(asked), before=theme.name, after=name)
    theme.name, theme.named_by, theme.language = name, "model", uow.policy.language
    uow.db.add(theme)
    return True


def _called(uow: UnitOfWork, told: Sequence[Ticket]) -> tuple[list[str], list[str]]:
    """Every way in which a company, and people who may stand in these tickets, are called."""
    who = evidence.called(uow.db, sorted({one.customer_id for one in told if one.customer_id}))
    said = voices.opening_words(uow.db, [one.id or 0 for one in told])
    companies = [way for name, key, domains in who.companies for way in names.called(name, key, domains)]
    ours = [one.name for one in staff.everyone(uow.db)]
    return companies, [*who.people, *(one.author for one in said.values()), *ours]
