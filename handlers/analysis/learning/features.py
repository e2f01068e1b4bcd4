"""What the lexical model sees of a message: words, letter groups, cues of an emergency, and how it is put."""

import re
import zlib
from dataclasses import dataclass

import numpy as np

from handlers.analysis.cues.read import NO_CUES, Cues, find_cues
from handlers.analysis.wording.grams import Hashes, letter_hashes, plain, word_hashes, words_of

Floats = np.ndarray[tuple[int], np.dtype[np.float32]]

_MONEY = re.compile(r"[€$£¥]|\b(?:eur|usd|euros?|dollars?|pesos)\b|\d円|円")
_TRACE = re.compile(r"(?:error|exception|traceback|null|undefined|stack|\b[45]\d\d\b|エラー)", re.IGNORECASE)


@dataclass(frozen=True)
class Bag:
    """Three blocks of hashed features, each with how often it occurs: words, letters, and how the message is put."""

    words: tuple[Hashes, Floats]
    letters: tuple[Hashes, Floats]
    manner: tuple[Hashes, Floats]
    cues: Cues

    @property
    def blocks(self) -> tuple[tuple[Hashes, Floats], ...]:
        return self.words, self.letters, self.manner


def bag(text: str, language: str) -> Bag:
    """The features of a visible text in a known language. Bounded: only the beginning of a long text is read."""
    folded = plain(text)
    cues = find_cues(text, language)
    return Bag(
        _counted(word_hashes(folded)),
        _counted(letter_hashes(folded)),
        _named(_manner(text, folded, language, cues)),
        cues,
    )


def bare_bag(text: str) -> Bag:
    """The words and letters alone, without cues and manner, at a third of the price."""
    folded = plain(text)
    return Bag(_counted(word_hashes(folded)), _counted(letter_hashes(folded)), _named(set()), NO_CUES)


def _counted(hashes: Hashes) -> tuple[Hashes, Floats]:
    unique, counts = np.unique(hashes, return_counts=True)
    return unique, 1 + np.log(counts, dtype=np.float32)


def _named(names: set[str]) -> tuple[Hashes, Floats]:
    hashes = np.array(sorted(zlib.crc32(f"how: {name}".encode()) for name in names), dtype=np.uint32)
    return hashes, np.ones(len(hashes), dtype=np.float32)


def _manner(text: str, folded: str, language: str, cues: Cues) -> set[str]:
    """How it is put: question, length, money, error text, opening and closing words, and the cues found."""
    words = words_of(folded)
    ending = text.rstrip().rstrip(")」』\"'")[-1:]
    found = {
        f"language {language}",
        f"length {min(7, len(words).bit_length())}",
        f"ends {ending}" if ending in "?!？！…。." else "ends otherwise",
        f"questions {min(3, folded.count('?'))}",
        f"exclamations {min(3, folded.count('!'))}",
        f"{language} opens {' '.join(words[:2])}",
        f"{language} opens {' '.join(words[:1])}",
    }
    found |= {f"strong {kind}" for kind in cues.strong} | {f"weak {kind}" for kind in cues.weak}
    if cues.harmless:
        found.add("harmless")
    if _MONEY.search(folded):
        found.add("money")
    if _TRACE.search(text):
        found.add("trace")
    return found
