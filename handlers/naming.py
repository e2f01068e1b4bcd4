"""Names for themes, in which nobody is named."""

from collections import Counter
from uuid import uuid4

from handlers.analysis.meaning import titles
from handlers.analysis.telling import marks, names, quotes
from handlers.unit_of_work import UnitOfWork
from storage.desk import history
from storage.desk.tickets import Ticket
from storage.insights import evidence, themes, voices
from storage.insights.themes import Theme

MOST = 30
"""So many of its newest tickets name a theme."""
LANGUAGES = {"en": "English", "es": "Spanish", "ja": "Japanese", "de": "German", "fr": "French", "pt": "Portuguese"}
SAME = 0.5
"""A theme means the same while so much of what a model named it from is still in it."""
NO_KIND_OF_THEME = ("praise", "other")


def area(uow: UnitOfWork, told: list[Ticket]) -> str:
    """The part of the product that most of them name first, as people call it; empty where they name none."""
    said = voices.opening_words(uow.db, [one.id or 0 for one in told])
    named: Counter[str] = Counter()
    for text in (said[one.id or 0].text if one.id in said else one.gist for one in told):
        known = uow.glossary
        first = next((one for one in known.found(text) if known.roles[one] == "area"), None)
        if first is not None:
            named[known.name(first, uow.policy.language)] += 1
    return max(named, key=lambda one: (named[one], one), default="")


def name(uow: UnitOfWork, told: list[Ticket], taken: set[str]) -> str:
    """A name from what the tickets say, in which nobody is named."""
    called = evidence.called(uow.db, sorted({one.customer_id for one in told if one.customer_id}))
    companies = [way for name, key, domains in called.companies for way in names.called(name, key, domains)]
    said = voices.opening_words(uow.db, [one.id or 0 for one in told])
    people = [*called.people, *(one.author for one in said.values())]
    ours_first = sorted(told, key=lambda one: (one.language != uow.policy.language, one.id))
    gists = [marks.without_marks(quotes.anonymous(one.gist, companies, people)) for one in ours_first]
    texts = [said[one.id or 0].text if one.id in said else one.gist for one in told]
    return titles.title(uow.glossary, texts, gists, uow.policy.language, taken)


def ask_later(uow: UnitOfWork, theme_id: int) -> None:
    """Leave it to a model to name the theme, where there is one and the theme wants a name."""
    theme = themes.alive(uow.db, theme_id) if uow.has_model else None
    if theme is not None and wants_a_title(uow, theme):
        uow.enqueue("theme_titled", f"titled-{theme_id}-{uuid4()}", theme_id)


def wants_a_title(uow: UnitOfWork, theme: Theme) -> bool:
    """Whether a model is to name it: nobody has, at least two tell of it, and it means another thing than when it was asked last."""
    theirs = set(themes.tickets_of(uow.db, theme.id or 0))
    if theme.named_by == "person" or len(theirs) < 2:
        return False
    asked = ("theme_entitled", "theme_title_refused")
    last = next((one.detail for one in history.of_theme(uow.db, theme.id or 0, 1000) if one.name in asked), None)
    return last is None or len(theirs & set(last["tickets"])) < SAME * len(last["tickets"])
