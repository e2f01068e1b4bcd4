"""Names for themes: the part of the product and what is wrong with it, or the customers' own words where those are unknown."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence

from handlers.analysis.meaning.glossary import Glossary

MOST = 60
SHARED = 0.5
"""Share of the theme's texts that must speak of a concept before it may name the theme."""

_CLAUSE = re.compile(r"[.!?;:…。！？；]+\s*|\s[–—-]+\s|\n+|,\s|、")
_GREETING = re.compile(
    r"^(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|morning|hola|buenos d[ií]as|buenas(?: tardes)?|estimad[oa]s?"
    r"|お世話になって(?:おり|い)ます|こんにちは|おはようございます|お疲れ様です)\b[^,.!。、]{0,25}$",
    re.IGNORECASE,
)


def title(glossary: Glossary, texts: Sequence[str], gists: Sequence[str], language: str, taken: Collection[str]) -> str:
    """A name of at most 60 characters that is not `taken`, in `language` where the glossary knows the words.

    `texts` are what the theme's customers wrote, `gists` a line of each, both without personal data.
    """
    areas, symptoms = _shared(glossary, texts)
    area = [glossary.name(concept, language) for concept in areas]
    symptom = [glossary.name(concept, language) for concept in symptoms]
    words = area + symptom
    said = next(filter(None, map(fragment, gists)), "")
    ways: list[str] = []
    if area and symptom:
        ways += [f"{area[0]}: {one}" for one in symptom]
        ways += [f"{one}: {symptom[0]} ({area[0]})" for one in area[1:]]
    if len(texts) > 1:
        ways += [f"{one}: {area[0]}" for one in area[1:]] + [_capital(one) for one in words]
    if said:
        ways += [f"{_capital(one)}: {said}" for one in words] or [_capital(said)]
    return unique([cut(way) for way in (*ways, *map(_capital, words))] or ["?"], taken)


def says_what_is_wrong(glossary: Glossary, name: str) -> bool:
    """Whether a machine's name is a part of the product and what is wrong with it, and nobody's half sentence."""
    area, _, symptom = name.partition(": ")
    return area in glossary.names("area") and re.sub(r" \(.+\)$", "", symptom) in glossary.names("symptom")


def unique(ways: Iterable[str], taken: Collection[str]) -> str:
    """The first way that nobody has yet, case ignored; else the first with a number."""
    used = {name.lower() for name in taken}
    ways = list(ways)
    free = next((way for way in ways if way.lower() not in used), None)
    number = 2
    while free is None:
        numbered = cut(ways[0], MOST - 5) + f" ({number})"
        free = numbered if numbered.lower() not in used else None
        number += 1
    return free


def fragment(gist: str) -> str:
    """The first part of a gist that says something: without greeting, end mark or later clauses."""
    parts = [" ".join(part.split()) for part in _CLAUSE.split(gist)]
    telling = [part for part in parts if part and not _GREETING.match(part)] or [part for part in parts if part]
    long_enough = (part for part in telling if len(part) >= (15 if part.isascii() else 8))
    return next(long_enough, max(telling, key=len, default=""))


def cut(text: str, most: int = MOST) -> str:
    """On one line, at most `most` characters, cut between words where there are any, with … where it was cut."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    whole = line[: most - 1]
    at_word = whole.rpartition(" ")[0]
    return (at_word if len(at_word) > most // 2 else whole).rstrip(" ,;:–—-") + "…"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _shared(glossary: Glossary, texts: Sequence[str]) -> tuple[list[int], list[int]]:
    """Areas and symptoms that at least half of the texts speak of, the most telling first: named early, rare elsewhere."""
    told = [glossary.found(text) for text in texts]
    counts = Counter(concept for found in told for concept in found)
    return _telling(glossary, told, counts, "area"), _telling(glossary, told, counts, "symptom")


def _telling(glossary: Glossary, told: Sequence[list[int]], counts: Counter[int], role: str) -> list[int]:
    weights: dict[int, float] = defaultdict(float)
    for found in told:
        for rank, concept in enumerate(one for one in found if glossary.roles[one] == role):
            weights[concept] += glossary.rarity[concept] / (1 + rank)
    shared = [concept for concept in weights if counts[concept] >= SHARED * len(told)]
    return sorted(shared, key=lambda concept: (-weights[concept], concept))
