"""What single words mean: a small table made once from the sentence encoder that ships, so that words alone know paraphrases.

42,000 frequent words of 16 languages in one space, 64 numbers each; read at the first text. A text is the sum of its words,
frequent ones counting less (Arora and others 2017). `handlers/analysis/learning/word_table.py` makes the table.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from handlers.analysis.wording.grams import plain
from handlers.analysis.wording.visible import visible

Rows = NDArray[np.float32]

DIMENSIONS = 64
FILE = "words.npz"
USUAL = 1e-3
"""A word of this share of all words counts half."""
EVEN = 0.9
"""Along the directions in which words differ most they differ so much less, as a power of how much that is: what few of them say apart counts more."""
USUAL_WEIGHS, RARE = 0.6, (-8.0, -13.0)
"""What a word weighs that is as frequent as “when” (logarithm of its share of all words), and the share from which on it weighs all."""
LONGEST = 6
"""Signs of the longest Japanese word that is looked for."""

_RUN = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\u3005]+|[^\W\d_\u3040-\u30ff\u4e00-\u9fff\u3005]+")


def vectors(texts: Sequence[str]) -> Rows:
    """One row of 64 numbers a text, of length 1 (all zero for a text without a known word)."""
    place, table, _ = _table()
    rows = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
    for row, text in zip(rows, texts, strict=True):
        known = [place[word] for word in _words(plain(visible(text)), place) if word in place]
        if known:
            row += table[known].sum(axis=0, dtype=np.float32)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 0, lengths, 1), dtype=np.float32)


def rarity(word: str) -> float:
    """How much a word weighs by how seldom it is said, 1 for one that is not known."""
    place, _, rarities = _table()
    return float(rarities[place[word]]) if word in place else 1.0


def _words(text: str, place: dict[str, int]) -> Iterator[str]:
    """Words in order; of a run of Japanese the longest known one at each place."""
    for run in _RUN.findall(text):
        if run[0] < "\u3000":
            yield run
            continue
        at = 0
        while at < len(run):
            length = next(
                (size for size in range(min(LONGEST, len(run) - at), 0, -1) if run[at : at + size] in place), 0
            )
            if length:
                yield run[at : at + length]
            at += length or 1


@cache
def _table() -> tuple[dict[str, int], Rows, Rows]:
    """The row of each word, the rows (their direction times how much the word tells), and how much each weighs by its rarity."""
    with resources.files(__package__).joinpath(FILE).open("rb") as file, np.load(file) as kept:
        words, directions, chances = str(kept["words"]).split(), kept["directions"], kept["chances"]
    telling = USUAL / (USUAL + np.exp(chances.astype(np.float32)))
    rows = directions.astype(np.float32)
    spread = np.sqrt(np.mean(rows**2, axis=0))
    rows *= (telling / np.maximum(np.linalg.norm(rows, axis=1), 1e-9))[:, None]
    rows *= (spread / spread.max()) ** (EVEN - 1)
    rarities = np.interp(-chances.astype(np.float32), [-RARE[0], -RARE[1]], [USUAL_WEIGHS, 1]).astype(np.float32)
    return {word: number for number, word in enumerate(words)}, rows.astype(np.float16), rarities
