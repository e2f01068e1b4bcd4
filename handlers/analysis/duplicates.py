"""Which report tells of the same thing as another: words that are rare (BM25), meaning, and when both came. Each
of the three counts the same.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from handlers.analysis.wording.grams import plain
from handlers.analysis.wording.stems import stem

Scores = NDArray[np.float64]
READ = 2_000
"""Characters of a body that are read: what follows is logs."""
TITLE_COUNTS = 3
ASKED_WORDS, MEANT = 60, 600
"""Words, and characters, of a body that say what a report is about; the rest tells of it."""
FORM = 0.03
"""Lines that begin alike in more than this share of the reports belong to the form, not to what was told."""
SATURATION, LENGTH = 1.2, 0.75
BEST = 10
"""A score is measured in how far the mean of the best so many stands out."""
LASTS = 90.0
"""Days: what breaks is told by many within weeks, and mended some time after; so long evidence lasts elsewhere, too."""
NOT_ITSELF = -np.inf

_WORD = re.compile(r"[^\W_]+")
# What a report calls by name: a host ("dict.leo.org" is leo.org), an identifier ("packed_simd"), the number of another report.
_NAME = re.compile(
    r"((?:[a-z0-9-]+\.)+[a-z]{2,})(?=[/\s,;:)\]\"'>]|$)|\b([a-z]+(?:_[a-z0-9]+)+)\b|\b(\d{4,8})\b", re.IGNORECASE
)
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


def beginnings(titles: Sequence[str], bodies: Sequence[str]) -> list[str]:
    """Each title with the beginning of what was told, without the lines of a form that many filled in."""
    heads = Counter(head for body in bodies for head in {_head(line) for line in body.splitlines()})
    usual = {head for head, times in heads.items() if times > FORM * len(bodies)}
    own = ("\n".join(line for line in body.splitlines() if _head(line) not in usual) for body in bodies)
    return [f"{title}. {told[:MEANT]}" for title, told in zip(titles, own, strict=True)]


class Reports:
    """Reports that are searched: `titles` and `bodies`, and rows of length one for each: the `meanings` of titles, of `beginnings`.
    `days`: when each came, counted from any day; NaN where that is not known.
    """

    def __init__(
        self,
        titles: Sequence[str],
        bodies: Sequence[str],
        *meanings: NDArray[np.float32],
        days: Sequence[float] | None = None,
    ) -> None:
        parts = [
            (_words(title) * TITLE_COUNTS, _words(body[:READ])) for title, body in zip(titles, bodies, strict=True)
        ]
        self._asked = [title + body[:ASKED_WORDS] for title, body in parts]
        told = [title + body for title, body in parts]
        usual = sum(map(len, told)) / max(1, len(told)) or 1.0
        self._found: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for place, words in enumerate(told):
            damped = SATURATION * (1 - LENGTH + LENGTH * len(words) / usual)
            for word, times in Counter(words).items():
                self._found[word].append((place, times * (SATURATION + 1) / (times + damped)))
        self._count = len(told)
        self._days = np.full(len(told), np.nan) if days is None else np.asarray(days, dtype=np.float64)
        self._meanings = [_from_the_middle(rows) for rows in meanings]

    def nearest(self, report: int, most: int) -> list[int]:
        """The reports likeliest to tell of the same thing as one of them, likeliest first, itself left out."""
        added = _standing_out(self._worded(report), report)
        for rows in self._meanings:
            added += _standing_out((rows @ rows[report]).astype(np.float64), report) / len(self._meanings)
        added += np.nan_to_num(np.exp(-np.abs(self._days - self._days[report]) / LASTS))
        added[report] = NOT_ITSELF
        return [int(one) for one in np.argsort(-added, kind="stable")[: min(most, self._count - 1)]]

    def _worded(self, report: int) -> Scores:
        scores = np.zeros(self._count)
        for word, times in Counter(self._asked[report]).items():
            found = self._found.get(word, [])
            rarity = math.log(1 + (self._count - len(found) + 0.5) / (len(found) + 0.5))
            for place, weight in found:
                scores[place] += rarity * weight * math.sqrt(min(times, 2))
        return scores


def _standing_out(scores: Scores, report: int) -> Scores:
    others = np.delete(scores, report)
    if not len(others):
        return np.zeros(len(scores))
    best = float(np.sort(others)[-BEST:].mean() - others.mean())
    return np.asarray((scores - others.mean()) / max(best, 1e-9), dtype=np.float64)


def _from_the_middle(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    offsets = rows - rows.mean(axis=0)
    lengths = np.linalg.norm(offsets, axis=1, keepdims=True)
    return np.asarray(offsets / np.where(lengths > 1e-9, lengths, 1), dtype=np.float32)


def _head(line: str) -> str:
    return " ".join(line.split()[:2]).lower()


def _words(text: str) -> list[str]:
    return [stem(word) for word in _WORD.findall(plain(_HUMP.sub(" ", text)))] + _names(text)


def _names(text: str) -> list[str]:
    return [
        f"host {'.'.join(host.lower().split('.')[-2:])}" if host else f"name {(word or number).lower()}"
        for host, word, number in _NAME.findall(text)
    ]


def closed(pairs: Mapping[int, set[int]]) -> dict[int, set[int]]:
    """The same with what follows: if two reports tell the same as a third, they tell the same."""
    groups: dict[int, set[int]] = {}
    for one, others in pairs.items():
        group = {one, *others}.union(*(groups.get(member, ()) for member in {one, *others}))
        groups.update(dict.fromkeys(group, group))
    return {one: groups[one] - {one} for one in pairs}


def recall(reports: Reports, same: Mapping[int, set[int]]) -> dict[str, float]:
    """Share of the reports in `same` one of whose duplicates is among the first 1, 5 and 10 found."""
    found = {report: reports.nearest(report, 10) for report in same}
    return {
        f"recall_at_{most}": sum(bool(theirs & set(found[report][:most])) for report, theirs in same.items())
        / len(same)
        for most in (1, 5, 10)
    }
