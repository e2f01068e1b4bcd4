"""Which words stand for a theme, cut to what matters, and without anybody's name."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from handlers.analysis.redaction import redact
from handlers.analysis.telling import names

MOST = 240
READ = 20_000
"""Characters of a message that are looked at."""
NAME = "[name]"

_LETTER = r"[A-Za-zÀ-ÖØ-öø-ÿ0-9]"
_JAPANESE = re.compile(r"[぀-ヿ一-鿿々]")
_END = re.compile(r"(?<=[.!?…])[\"”’)»]*\s+|(?<=[。！？])[」』）]*\s*|\n+")
_CAPITAL = r"[A-ZÀ-ÖØ-Þ][\w’'-]+"
_WHO = rf"{_CAPITAL}(?: (?:de |la |del |van |von )*{_CAPITAL}){{0,2}}"
# How people say who they are: the name goes, and the company where it stands beside it.
_INTRODUCTIONS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<=[Mm]y name is ){_WHO}(?: from {_WHO})?",
        rf"(?:(?<=[Tt]his is )|(?<=I am )|(?<=I'm )|(?<=I’m )){_WHO} from {_WHO}",
        rf"(?:(?<=[Mm]e llamo )|(?<=[Ss]oy )){_WHO}(?:,? de {_WHO})?",
        r"[^。、\n\s]{1,24}(?=と申します)",
    )
)
_GREETED = re.compile(
    r"((?:お世話になって(?:おり|い)ます|お世話様です|お疲れ様です|はじめまして|初めまして|いつもありがとうございます)[。、！\s]{1,4})"
    r"[^。、\n]{1,24}?(?=です[。\n]|と申します|でございます[。\n])"
)
_SIGNATURE = re.compile(
    rf"((?:^|\n)[ \t]*(?i:thanks|thank you|cheers|(?:kind |best )?regards|best|(?:un )?saludos?|gracias)[,.! ]*\n+[ \t]*)"
    rf"{_WHO}(?=\s*(?:\n|$))|(\n\s*[-–—]+ ?){_WHO}\s*$"
)
# "Dr. Whitcomb", "la Sra. Luz Paredes", 髙橋さん; not お客様, 皆さん, 担当者様.
_TITLED = re.compile(
    rf"(?<!{_LETTER})((?:Dr|Mr|Mrs|Ms|Mx|Prof|Sr|Sra|Srta|Dra?|Don|Doña|Lic|Ing)\.? ){_WHO}"
    r"|(?<![おご一-鿿])[一-鿿々]{1,4}(?=」?(?:さん|様|氏)(?![一-鿿]))(?<![客皆者社店員何各先業])"
)
# Names that are words as well: these go only where they are written as names.
_ALSO_WORDS = frozenset(
    re.findall(
        r"\w+",
        "april art august amber bill chase dean drew faith frank grace grant hope jack joy june mar mark max may miles "
        "pat paz ray rich rob rosa rose sol sue will",
    )
)


def anonymous(text: str, companies: Iterable[str] = (), people: Iterable[str] = ()) -> str:
    """The text without personal data, secrets, the given names, and names told in greetings and signatures."""
    plain = redact(text)
    plain = _GREETED.sub(rf"\1{NAME}", plain)
    plain = _SIGNATURE.sub(lambda match: (match[1] or match[2]) + NAME, plain)
    for introduction in _INTRODUCTIONS:
        plain = introduction.sub(NAME, plain)
    plain = _TITLED.sub(lambda match: (match[1] or "") + NAME, plain)
    known = {*companies, *(part for person in people for part in _parts(person))}
    standing = sorted(names.mentioned(plain, known), key=lambda name: (-len(name), name))
    for pattern in filter(None, map(_pattern, standing)):
        plain = pattern.sub(NAME, plain)
    return re.sub(rf"{re.escape(NAME)}(?:[ ,]+{re.escape(NAME)})+", NAME, plain)


def says_something(text: str) -> bool:
    """False for greetings and bare words: too short to be worth a reader's time."""
    told = text.replace(NAME, "").strip(" .,!?…。、！？")
    return len(told) >= (8 if _JAPANESE.search(told) else 20)


def stacked(numbers: Sequence[bytes]) -> NDArray[np.float32]:
    """Vectors kept as bytes as rows of one array; what is missing, or of another length, is a row of zeros."""
    dimension = max((len(one) // 4 for one in numbers), default=0)
    rows = np.zeros((len(numbers), dimension), dtype=np.float32)
    for place, one in enumerate(numbers):
        if len(one) == dimension * 4:
            rows[place] = np.frombuffer(one, dtype=np.float32)
    return rows


def _parts(name: str) -> list[str]:
    """A person's name as others may write it: whole, and each part that is long enough to be one."""
    return [name, *name.split()]


@lru_cache(maxsize=10_000)
def _pattern(name: str) -> re.Pattern[str] | None:
    japanese = _JAPANESE.search(name) is not None
    if len(name.strip()) < (2 if japanese else 3):
        return None
    words = r"\s+".join(map(re.escape, name.split()))
    if japanese:
        return re.compile(words)
    ambiguous = all(part in _ALSO_WORDS for part in name.lower().split())
    return re.compile(rf"(?<!{_LETTER}){words}(?!{_LETTER})", 0 if ambiguous else re.IGNORECASE)


def excerpt(text: str, gist: str = "", most: int = MOST) -> str:
    """Whole sentences of the text, on one line, at most `most` characters, from where it says the gist; … where it is cut."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    sentences = [" ".join(one.split()) for one in _END.split(text[:READ]) if one and one.strip()]
    start = max(range(len(sentences)), key=lambda place: (_shared(sentences[place], gist), -place))
    told = sentences[start]
    for sentence in sentences[start + 1 :]:
        joined = told + ("" if _JAPANESE.search(told[-2:]) else " ") + sentence
        if len(joined) > most - 2:
            break
        told = joined
    whole = told if len(told) <= most - 2 else told[: most - 3].rstrip() + "…"
    before = "… " if start > 0 else ""
    return before + whole + ("" if whole.endswith("…") or line.endswith(whole) else " …")


def _shared(sentence: str, gist: str) -> float:
    """Share of the gist's letter triples that the sentence has."""
    wanted = {gist[at : at + 3].lower() for at in range(max(0, len(gist) - 2))}
    return sum(triple in sentence.lower() for triple in wanted) / len(wanted) if wanted else 0.0


def choose(vectors: NDArray[np.float32], who: Sequence[object], texts: Sequence[str], most: int = 3) -> list[int]:
    """Places of up to `most` texts that stand for all and differ: the most typical first, then far from the chosen.

    `vectors` (n, dimension) of length one; `who` said each: nobody is quoted twice while others are there. The same words
    are quoted once.
    """
    if not len(vectors):
        return []
    centre = vectors.mean(axis=0)
    typical = vectors @ (centre / (float(np.linalg.norm(centre)) or 1.0))
    chosen: list[int] = []
    while len(chosen) < most:
        spoken = {who[place] for place in chosen}
        said = {_bare(texts[place]) for place in chosen}
        left = [place for place in range(len(texts)) if place not in chosen and _bare(texts[place]) not in said]
        if not left:
            break
        chosen.append(
            max(
                left,
                key=lambda place: (who[place] not in spoken, _worth(place, chosen, vectors, typical, texts), -place),
            )
        )
    return chosen


def _worth(
    place: int, chosen: list[int], vectors: NDArray[np.float32], typical: NDArray[np.float32], texts: Sequence[str]
) -> float:
    alike = max((float(vectors[place] @ vectors[one]) for one in chosen), default=0.0)
    readable = 0.0 if 25 <= len(texts[place]) <= MOST else 0.15
    return float(typical[place]) - alike - readable


def _bare(text: str) -> str:
    return re.sub(r"\W+", " ", text.lower()).strip()
