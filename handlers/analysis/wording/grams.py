"""A text as hashed words and letter groups, with how often each occurs: the same numbers on every machine."""

import re
import unicodedata
import zlib
from itertools import pairwise

import numpy as np

Hashes = np.ndarray[tuple[int], np.dtype[np.uint32]]

READ_AT_MOST = 2_400

_JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\u3005]")
_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)*|[?!¿¡？！…]")
_NUMBER = re.compile(r"\d+(?:[.,:/-]\d+)*")
# Two odd 64-bit constants: a rolling polynomial, then a spread of its bits.
_BASE = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xD6E8FEB86659FD93)


def plain(text: str) -> str:
    """Folded for comparing: one width, lower case, every number one sign. At most 2,400 characters are looked at."""
    folded = unicodedata.normalize("NFKC", text[:READ_AT_MOST]).casefold().replace("’", "'")
    return _NUMBER.sub("0", folded)


def words_of(text: str) -> list[str]:
    """Words and the marks ?!… of a `plain` text, in order. Japanese comes in runs of one script."""
    return _TOKEN.findall(text)


def word_hashes(text: str) -> Hashes:
    """One number for each word and each pair of neighbours of a `plain` text."""
    words = words_of(text)
    pairs = [f"{first} {second}" for first, second in pairwise(words)]
    return np.array([zlib.crc32(word.encode()) for word in words + pairs], dtype=np.uint32)


def letter_hashes(text: str) -> Hashes:
    """One number for each group of letters of a `plain` text: 2 to 5 inside words, 1 to 4 anywhere in Japanese."""
    if len(_JAPANESE.findall(text)) * 4 > len(text):
        return _groups("".join(text.split()), range(1, 5), across=True)
    return _groups(f" {' '.join(words_of(text))} ", range(2, 6), across=False)


def _groups(text: str, lengths: range, across: bool) -> Hashes:
    codes = np.frombuffer(text.encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.uint64)
    gaps = np.concatenate(([0], np.cumsum(codes == 32)))
    found = []
    rolling = np.zeros(len(codes), dtype=np.uint64)
    for length in range(1, lengths.stop):
        count = len(codes) - length + 1
        if count <= 0:
            break
        rolling = rolling[:count] * _BASE + codes[length - 1 :] + np.uint64(length)
        if length in lengths:
            hashes = ((rolling ^ (rolling >> np.uint64(29))) * _MIX >> np.uint64(32)).astype(np.uint32)
            inside = gaps[length - 1 : length - 1 + count] - gaps[1 : 1 + count] <= 0 if length > 2 else slice(None)
            found.append(hashes if across else hashes[inside])
    return np.concatenate(found) if found else np.zeros(0, dtype=np.uint32)
