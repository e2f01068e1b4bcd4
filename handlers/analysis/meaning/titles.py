"""Names for themes: the part of the product and what is wrong with it, or the customers' own words where those are unknown."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence

from handlers.analysis.meaning.glossary import Glossary

MOST = 60
SHARED = 0.5
"""Share of the theme's texts that must speak of a concept before it may name the theme."""
STILL = 0.25
"""Share of them that must speak of what the name says for it to stand."""

_CLAUSE = re.compile(r"[.!?;:…。！？；]+\s*|\s[–—-]+\s|\n+|,\s|、")
_GREETING = re.compile(
    r"^(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|morning|hola|buenos d[ií]as|buenas(?: tardes)?|estimad[oa]s?"
    r"|お世話になって(?:おり|い)ます|こんにちは|おはようございます|お疲れ様です)\b[^,.!。、]{0,25}$",
    re.IGNORECASE,
)


def title(
    glossary: Glossary,
    texts: Sequence[str],
    gists: Sequence[str],
    language: str,
    taken: Collection[str],
    in_general: str = "",
) -> str:
    """A name of at most 60 characters that is not `taken`, in `language` where the glossary knows the words.

    `texts` are what the theme's customers wrote, `gists` a line of each in that language, both without personal data;
    `in_general` says what such a theme is about where its words do not ("wishes").
    """
    areas, symptoms = _shared(glossary, texts)
    area = [glossary.name(concept, language) for concept in areas]
    symptom = [glossary.name(concept, language) for concept in symptoms]
    said = next(filter(None, map(fragment, gists)), "")
    ways: list[str] = []
    if area and symptom:
        ways += [f"{area[0]}: {one}" for one in symptom]
        ways += [f"{one}: {symptom[0]} ({area[0]})" for one in area[1:]]
    if in_general and (len(texts) > 1 or not said):
        ways += [f"{one}: {in_general}" for one in area]
    if said:
        ways += [f"{_capital(one)}: {said}" for one in area + symptom] or [_capital(said)]
    ways += [_capital(one) for one in (*symptom, *area, in_general) if one]
    return unique([cut(way) for way in ways] or ["?"], taken)


def says_what_is_wrong(glossary: Glossary, name: str) -> bool:
    """Whether a machine's name is a part of the product and what is wrong with it, and nobody's half sentence."""
    return all(_meant(glossary, name))


def still_says(glossary: Glossary, name: str, texts: Sequence[str]) -> bool:
    """Whether enough texts still speak of the part of the product, and of what is wrong, that a machine's name names."""
    told = [set(glossary.found(text)) for text in texts]
    area, symptom = _meant(glossary, name)
    return bool(area) and all(
        sum(not one.isdisjoint(meant) for one in told) >= STILL * len(told) for meant in (area, symptom) if meant
    )


def _meant(glossary: Glossary, name: str) -> tuple[set[int], set[int]]:
    """The parts of the product and what is wrong that a name may mean; none for a half sentence."""
    area, _, symptom = name.partition(": ")
    return glossary.called(area, "area"), glossary.called(re.sub(r" \(.+\)$", "", symptom), "symptom")


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
