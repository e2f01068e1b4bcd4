"""Vectors by hashing: equal texts get equal vectors, texts that share words or letters get near ones. No learning."""

import base64
import re
import zlib

import numpy as np
from numpy.typing import NDArray

DIMENSIONS = 256
_WORD = re.compile(r"\w+")


def vector(text: str, dimensions: int = DIMENSIONS) -> NDArray[np.float32]:
    """A vector of length 1 for `text`; the same on every machine."""
    found = np.zeros(dimensions, dtype=np.float32)
    for word in _WORD.findall(text.lower())[:2000]:
        padded = f"^{word}$"
        parts = [(word, 1.0)] + [(padded[at : at + 3], 0.5) for at in range(len(padded) - 2)]
        for part, weight in parts:
            number = zlib.crc32(part.encode())
            found[number % dimensions] += weight if number & 0x8000_0000 else -weight
    length = float(np.linalg.norm(found))
    if length == 0.0:
        found[0] = length = 1.0
    return np.asarray(found / length, dtype=np.float32)


def encoded(values: NDArray[np.float32], as_base64: bool) -> str | list[float]:
    """As it travels: base64 of little-endian floats, which the openai client asks for, or a list."""
    if as_base64:
        return base64.b64encode(values.astype("<f4").tobytes()).decode()
    return [float(value) for value in values]
