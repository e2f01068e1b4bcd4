"""Whether a model's name for a theme may be used: it says what the customers say, and nothing else. Pure."""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Sequence

from handlers.analysis.meaning.glossary import Glossary
from handlers.analysis.meaning.titles import MOST
from handlers.analysis.redaction import redact
from handlers.analysis.telling import names
from handlers.analysis.telling.checking import numbers_in
from handlers.analysis.wording.grams import plain
from handlers.analysis.wording.small_words import small_words
from handlers.analysis.wording.stems import stem

LEAST = 3
SHARED = 0.5
"""A word or concept of the name must be in this share of the messages, and in two: one writer alone names nothing."""
NOUNS_IN_CAPITALS = ("de",)

_SIGNS = re.compile(r"[<>{}\[\]`*_#|\\@^~=]|://|www\.|\w\.(?:com|net|org|io)\b", re.IGNORECASE)
_PICTURES = ("So", "Cf", "Cc", "Co", "Cs", "Cn")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_JAPANESE = re.compile(r"[゠-ヿ一-鿿々]")


def unfit(
    name: str, texts: Sequence[str], language: str, glossary: Glossary, nobody: Collection[str] = ()
) -> str | None:
    """Why the name may not be used for a theme of these `texts`, or None. `nobody`: ways in which anybody is called."""
    if not LEAST <= len(name) <= MOST:
        return f"it has {len(name)} characters"
    if _SIGNS.search(name) or any(unicodedata.category(sign) in _PICTURES for sign in name):
        return "it has marks, links or pictures in it"
    if redact(name) != name:
        return "it has personal data in it"
    if names.stands_in(name, nobody):
        return "it names somebody"
    said = {number for text in texts for number in numbers_in(text)}
    if strange := [number for number in numbers_in(name) if number not in said]:
        return f"nobody gave the number {strange[0]:g}"
    if proper := _strange_names(name, texts, language, glossary):
        return f"nobody wrote “{proper}”"
    return None if _is_said(name, texts, glossary) else "it is not what the messages say"


def _strange_names(name: str, texts: Sequence[str], language: str, glossary: Glossary) -> str:
    """A word with a capital, not the first of a part, that no message has: a name from elsewhere."""
    if language in NOUNS_IN_CAPITALS:
        return ""
    known = {word for text in (*texts, *glossary.names("area"), *glossary.names("symptom")) for word in _words(text)}
    inside = [word for part in name.split(":") for word in _WORD.findall(part)[1:]]
    return next((word for word in inside if word[:1].isupper() and plain(word) not in known), "")


def _is_said(name: str, texts: Sequence[str], glossary: Glossary) -> bool:
    wanted = _meant(name, glossary)
    counts = Counter(one for text in texts for one in _meant(text, glossary) & wanted)
    return any(times >= max(min(2, len(texts)), SHARED * len(texts)) for times in counts.values())


def _meant(text: str, glossary: Glossary) -> set[str]:
    """Stems of words that are not small, pairs of Japanese signs, and the glossary's concepts."""
    small = frozenset[str]().union(*small_words().values())
    stems = {f"w{stem(word)}" for word in _words(text) if len(word) > 2 and word not in small}
    signs = "".join(sign if _JAPANESE.match(sign) else " " for sign in plain(text))
    pairs = {f"j{signs[at : at + 2]}" for at in range(len(signs) - 1) if " " not in signs[at : at + 2]}
    return stems | pairs | {f"c{concept}" for concept in glossary.found(text) if glossary.roles[concept] != "generic"}


def _words(text: str) -> list[str]:
    return _WORD.findall(plain(text))
