"""Vectors of a text's words and letters: nothing to fit, nothing to fetch, the same for the same text for ever.

Good for joining a message to others that share words or parts of words; blind to paraphrases that share none, and between
languages.
"""

import math
import re
import zlib
from collections.abc import Sequence
from functools import cache

import numpy as np

from handlers.analysis.meaning import memory, words
from handlers.analysis.wording.grams import plain
from handlers.analysis.wording.lists import sections
from handlers.analysis.wording.stems import stem
from handlers.analysis.wording.visible import visible

Vectors = np.ndarray[tuple[int, int], np.dtype[np.float32]]

DIMENSIONS = 1024
PAIRS = 0.5
LETTERS = 0.6
LETTERS_ALONE, SHARE_OF_MEANING = 1.3, 0.45
"""Where words are all there is, letter groups weigh more, and what words mean counts nearly as much as which they are."""

_TOKEN = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\u3005]+|[^\W_\u3040-\u30ff\u4e00-\u9fff\u3005]+(?:['][^\W\d_]+)*")


def vectors(texts: Sequence[str], alone: bool = False) -> Vectors:
    """One row of 1,024 numbers a text, of length 1 (all zero for a text without words). About 0.5 ms a text.

    `alone`: words are all there is; then letter groups weigh more, and how rare a word is counts as well.
    """
    rows = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
    for row, text in zip(rows, texts, strict=True):
        for name, weight in _terms(text, alone).items():
            place = zlib.crc32(name.encode())
            row[place % DIMENSIONS] += weight if place & 0x80000000 else -weight
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    rows /= np.where(lengths > 0, lengths, 1).astype(np.float32)
    return rows


def similarity(first: Vectors, second: Vectors) -> Vectors:
    """Cosine of each row of `first` with each row of `second`, in [-1, 1]."""
    cosines: Vectors = np.clip(first @ second.T, -1.0, 1.0)
    return cosines


def _terms(text: str, alone: bool) -> dict[str, float]:
    """Stems, neighbouring stems and letter groups of a text with their weights; frequent words weigh little."""
    found: dict[str, float] = {}
    before: tuple[str, float] | None = None
    letters = LETTERS_ALONE if alone else LETTERS
    for token in _TOKEN.findall(plain(visible(text))):
        if token[0] > "\u3000":
            before = None
            for name, weight in _japanese(token, alone):
                found[name] = max(found.get(name, 0.0), weight)
            continue
        weight, root = _weight(token, alone), stem(token)
        found[f"w{root}"] = min(1.6, found.get(f"w{root}", 0.0) * 0.4 + weight)
        if before:
            found[f"p{before[0]} {root}"] = PAIRS * min(before[1], weight)
        before = root, weight
        padded = f" {token} "
        share = letters * weight / math.sqrt(len(padded))
        for length in (3, 4):
            for start in range(len(padded) - length + 1):
                name = f"l{padded[start : start + length]}"
                found[name] = max(found.get(name, 0.0), share)
    return found


def _japanese(run: str, alone: bool) -> list[tuple[str, float]]:
    """Pairs and triples of letters; those of hiragana alone carry grammar and weigh little."""
    names = []
    for length in (2, 3):
        for start in range(len(run) - length + 1):
            group = run[start : start + length]
            grammar = all("\u3040" <= letter < "\u30a0" for letter in group)
            names.append((f"j{group}", _weight(group, alone) * (0.15 if grammar else 0.6)))
    return names or [(f"j{run}", 0.5)]


def _weight(word: str, alone: bool) -> float:
    return _frequent().get(word, 1.0) * (words.rarity(word) if alone else 1.0)


@cache
def _frequent() -> dict[str, float]:
    weights: dict[str, float] = {}
    for heading, lines in sections("frequent.txt").items():
        weight = float(heading.split()[1])
        for word in " ".join(lines).split():
            weights[word] = min(weight, weights.get(word, 1.0))
    return weights


class LexicalEmbedder:
    """Meaning by words and letters alone, and by what single words mean: the default that needs nothing."""

    name = "lexical-4"

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """One row of length 1 a text, float32."""
        meant, said = words.vectors(texts), vectors(texts, alone=True)
        rows: Vectors = memory.side_by_side([(meant, SHARE_OF_MEANING), (said, 1 - SHARE_OF_MEANING)])
        return rows
