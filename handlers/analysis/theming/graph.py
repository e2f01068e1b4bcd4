"""Who is near whom: rows of length one around their middle, and each row's nearest ones joined into a graph."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.float32]
Numbers = NDArray[np.int64]

NEIGHBOURS = 10
BLOCK = 1_000
"""Rows whose cosines with all others are in memory at once: 4 MB a 1,000 others."""


class Graph(NamedTuple):
    """So many `nodes`, and edges (`one` < `two`, each pair once, sorted) with a weight above 0."""

    nodes: int
    one: Numbers
    two: Numbers
    weight: NDArray[np.float64]


def unit(rows: Rows) -> Rows:
    """Rows of length one; those of length zero stay."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 1e-9, lengths, 1), dtype=np.float32)


def checked(rows: Rows) -> Rows:
    """Rows of length one (or zero): the same ones where they are. Raises ValueError for what is no table of finite numbers."""
    if rows.ndim != 2:
        raise ValueError("Vectors must be a table, as many numbers for each text.")
    squares = np.einsum("ij,ij->i", rows, rows)
    if not np.isfinite(squares).all():
        raise ValueError("Vectors must be finite numbers, as many for each text.")
    fits = rows.dtype == np.float32 and bool(((np.abs(squares - 1) < 1e-5) | (squares == 0)).all())
    return rows if fits else unit(np.asarray(rows, dtype=np.float32))


def middle(rows: Rows) -> Rows:
    """The mean of the rows that are not zero: what everybody says."""
    said = sum(int(rows[begin : begin + BLOCK].any(axis=1).sum()) for begin in range(0, len(rows), BLOCK))
    return np.asarray(rows.sum(axis=0, dtype=np.float64) / max(1, said), dtype=np.float32)


def centred(rows: Rows, around: Rows | None = None) -> Rows:
    """What sets each row apart from the middle of all (or a given one): what everybody says counts for nothing."""
    said = np.asarray(rows.any(axis=1))
    return unit(
        np.asarray((rows - (middle(rows) if around is None else around)) * said.reshape(-1, 1), dtype=np.float32)
    )


def nearest(rows: Rows, count: int, others: Rows | None = None) -> tuple[Numbers, Rows]:
    """For each row its `count` most similar rows, best first, and their cosines; itself left out unless `others` are given."""
    among = rows if others is None else others
    count = max(0, min(count, len(among) - (others is None)))
    places = np.zeros((len(rows), count), dtype=np.int64)
    cosines = np.zeros((len(rows), count), dtype=np.float32)
    for begin in range(0, len(rows) if count else 0, BLOCK):
        alike = rows[begin : begin + BLOCK] @ among.T
        if others is None:
            alike[np.arange(len(alike)), np.arange(begin, begin + len(alike))] = -2
        top = np.argpartition(-alike, count - 1, axis=1)[:, :count]
        near = np.take_along_axis(alike, top, axis=1)
        order = np.lexsort((top, -near), axis=1)
        places[begin : begin + BLOCK] = np.take_along_axis(top, order, axis=1)
        cosines[begin : begin + BLOCK] = np.take_along_axis(near, order, axis=1)
    return places, cosines


def neighbours(rows: Rows, count: int = NEIGHBOURS) -> Graph:
    """The union of everybody's nearest ones; a pair weighs its cosine squared, and only likeness above 0 counts."""
    places, cosines = nearest(rows, count)
    one = np.repeat(np.arange(len(rows)), places.shape[1])
    two, weight = places.ravel(), cosines.ravel()
    alike = weight > 1e-3
    one, two, weight = one[alike], two[alike], weight[alike]
    keys, first = np.unique(np.minimum(one, two) * len(rows) + np.maximum(one, two), return_index=True)
    size = max(1, len(rows))
    return Graph(len(rows), keys // size, keys % size, weight[first].astype(np.float64) ** 2)
