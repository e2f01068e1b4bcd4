"""A name for a theme, in the customers' own words: what its messages say that the others do not."""

import math
import re
from collections import Counter
from collections.abc import Sequence

from handlers.analysis.lexical import similarity, vectors
from handlers.analysis.redaction import redact
from handlers.analysis.wording.grams import plain
from handlers.analysis.wording.stems import stem
from handlers.analysis.wording.visible import sentences, visible

AT_MOST = 60
READ = 60
_JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\d[\d.,]*\s?%?")
_CLAUSE = re.compile(
    r"[,;:()–—、，。]\s*|\s+-\s+|\.\s+|\s+(?:and|but|so|because|since|which|y|pero|porque|así que|aunque|cuando)\s+"
)
# What people say before they come to the point.
_PREAMBLE = re.compile(
    r"^(?:(?:please|i|we|you|my|our|the|is|are|it|there|can|could|would|do|does|did|have|has|hello|hi|also|still|again|but|and"
    r"|so|that|this|just|think|noticed|am|was|want|would like|like|need|to|for|me|us|if|be|get|wondering|trying|tried"
    r"|keep|el|la|los|las|un|una|mi|mis|nuestr[oa]s?|me|nos|se|que|por favor|es|hay|he|ha|hemos|quiero|quería|quisiera|necesito"
    r"|podrían|pueden|favor|de|en|y|yo|a|al|no sé|otra vez|buenas|hola)\s+)+",
    re.IGNORECASE,
)
_POLITE = re.compile(r"(?:のですが|んですが|のでしょうか|でしょうか|ようです|みたいです|ので|けれど|けど|が)+$")


def title_for(texts_in_theme: Sequence[str], other_texts: Sequence[str], language: str = "en") -> str:
    """At most 60 characters that name the theme: the clause most like all of its messages and least like the others.

    In the language of the clause chosen (`language` is preferred where several would do). Personal data is taken out. Empty
    where no message has words. The same texts give the same title, in whatever order.
    """
    inside = [redact(visible(text)) for text in sorted(texts_in_theme)[:READ]]
    outside = [visible(text) for text in sorted(other_texts)[: 4 * READ]]
    candidates = sorted({clause for text in inside for clause in _clauses(text)})
    if not candidates:
        return ""
    telling = _telling(inside, outside)
    center = vectors(inside).mean(axis=0, keepdims=True)
    near = similarity(vectors(candidates), center)[:, 0]
    worth = [
        near_it * 2 + _contrast(clause, telling) + _fits(clause, language)
        for clause, near_it in zip(candidates, near.tolist(), strict=True)
    ]
    return _capital(candidates[worth.index(max(worth))])


def _clauses(text: str) -> list[str]:
    """Parts of sentences that could be a title: 8 to 60 characters, preambles and polite endings taken off."""
    found = []
    for sentence in sentences(text)[:6]:
        for clause in {sentence, *_CLAUSE.split(sentence)}:
            short = _trimmed(clause)
            most = AT_MOST if not _JAPANESE.search(short) else 40
            if _least(short) and len(short) <= most:
                found.append(short)
        if not found and _least(cut := _cut(_trimmed(sentence))):
            found.append(cut)
    return found


def _trimmed(clause: str) -> str:
    short = clause.strip(" .,;:!?¿¡…。、！？\"'“”「」")
    if _JAPANESE.search(short):
        return _POLITE.sub("", short)
    return _PREAMBLE.sub("", short) or short


def _least(clause: str) -> bool:
    return len(_WORD.findall(clause)) >= 2 if not _JAPANESE.search(clause) else len(clause) >= 4


def _cut(clause: str) -> str:
    if len(clause) <= AT_MOST:
        return clause
    cut = clause[: AT_MOST - 1]
    space = cut.rfind(" ")
    return f"{cut[:space] if space > AT_MOST // 2 else cut}…"


def _terms(text: str) -> set[str]:
    folded = plain(text)
    if _JAPANESE.search(folded):
        runs = re.findall(r"[\u30a0-\u30ff\u4e00-\u9fff\u3005a-z0-9]+", folded)
        return {run[start : start + 2] for run in runs for start in range(max(1, len(run) - 1))}
    return {stem(word) for word in _WORD.findall(folded)}


def _telling(inside: Sequence[str], outside: Sequence[str]) -> dict[str, float]:
    """How much oftener a term occurs in the theme than elsewhere (log odds of shares, smoothed), for terms met twice."""
    here = Counter(term for text in inside for term in _terms(text))
    there = Counter(term for text in outside for term in _terms(text))
    return {
        term: math.log((times + 0.3) / (len(inside) + 1)) - math.log((there[term] + 0.3) / (len(outside) + 1))
        for term, times in here.items()
        if times >= min(2, len(inside))
    }


def _contrast(clause: str, telling: dict[str, float]) -> float:
    """What the telling terms of a clause come to, per square root of its length: dense ones win."""
    terms = _terms(clause)
    return 0.35 * sum(max(0.0, telling.get(term, -0.5)) for term in terms) / math.sqrt(len(terms) + 2)


def _fits(clause: str, language: str) -> float:
    """A little for the wanted script and for a readable length."""
    right_script = bool(_JAPANESE.search(clause)) == (language == "ja")
    length = len(clause) * (2 if _JAPANESE.search(clause) else 1)
    return (0.3 if right_script else 0.0) - 0.01 * max(0, 20 - length) - 0.2 * clause.endswith("…")


def _capital(title: str) -> str:
    return title[:1].upper() + title[1:]
