"""Names for themes, in which nobody is named."""

from collections import Counter
from collections.abc import Mapping, Sequence
from uuid import uuid4

from handlers.analysis.meaning import titles
from handlers.analysis.telling import marks, names, quotes
from handlers.unit_of_work import UnitOfWork
from prompts.theme import in_general
from storage.desk import history, tickets
from storage.desk.tickets import Ticket
from storage.insights import evidence, themes, voices
from storage.insights.themes import Theme
from storage.insights.voices import Said

MOST = 30
"""So many of its newest tickets name a theme."""
LANGUAGES = {"en": "English", "es": "Spanish", "ja": "Japanese", "de": "German", "fr": "French", "pt": "Portuguese"}
SAME = 0.5
"""A theme means the same while so much of what a model named it from is still in it."""
NO_KIND_OF_THEME = ("praise", "other")


def kind(told: Sequence[Ticket]) -> str:
    """The kind most of them are of, leaving out praise and the rest; usability where they are nothing else."""
    counts = Counter(one.kind for one in told if one.kind not in NO_KIND_OF_THEME)
    return max(counts, key=lambda one: (counts[one], one), default="usability")


def area(uow: UnitOfWork, told: list[Ticket]) -> str:
    """The part of the product that most of them name first, as people call it; empty where they name none."""
    named: Counter[str] = Counter()
    for text in _texts(told, _said(uow, told)):
        known = uow.glossary
        first = next((one for one in known.found(text) if known.roles[one] == "area"), None)
        if first is not None:
            named[known.name(first, uow.policy.language)] += 1
    return max(named, key=lambda one: (named[one], one), default="")


def name(uow: UnitOfWork, told: list[Ticket], taken: set[str]) -> str:
    """A name from what the tickets say, in which nobody is named."""
    called = evidence.called(uow.db, sorted({one.customer_id for one in told if one.customer_id}))
    companies = [way for name, key, domains in called.companies for way in names.called(name, key, domains)]
    said = _said(uow, told)
    people = [*called.people, *(one.author for one in said.values())]
    ours = [one for one in sorted(told, key=lambda one: one.id or 0) if one.language == uow.policy.language]
    gists = [marks.without_marks(quotes.anonymous(one.gist, companies, people)) for one in ours or told[-1:]]
    return titles.title(
        uow.glossary, _texts(told, said), gists, uow.policy.language, taken, in_general(kind(told), uow.policy.language)
    )


def better(uow: UnitOfWork, theme: Theme) -> str | None:
    """A name that says what the theme is about, where a machine's does not, or does not any more; None where it may stay."""
    told = tickets.of_theme(uow.db, theme.id or 0, MOST)
    if theme.named_by != "machine" or len(told) < 2:
        return None
    texts = _texts(told, _said(uow, told))
    stands = titles.still_says(uow.glossary, theme.name, texts)
    if stands and titles.says_what_is_wrong(uow.glossary, theme.name):
        return None
    found = name(uow, told, themes.names(uow.db) - {theme.name})
    says_more = titles.says_what_is_wrong(uow.glossary, found) or (
        not stands and titles.still_says(uow.glossary, found, texts)
    )
    return found if says_more and found != theme.name else None


def _said(uow: UnitOfWork, told: Sequence[Ticket]) -> Mapping[int, Said]:
    return voices.opening_words(uow.db, [one.id or 0 for one in told])


def _texts(told: Sequence[Ticket], said: Mapping[int, Said]) -> list[str]:
    return [said[one.id or 0].text if one.id in said else one.gist for one in told]


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
