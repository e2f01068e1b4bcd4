"""Themes out of everything said so far: each message in one, nobody left out, the same for the same input."""

from hashlib import blake2b
from typing import NamedTuple

import numpy as np

from handlers.analysis.theming import granularity
from handlers.analysis.theming.communities import communities
from handlers.analysis.theming.few import few
from handlers.analysis.theming.graph import BLOCK, Numbers, Rows, checked, middle, neighbours
from handlers.analysis.theming.leaders import leaders

FEW = 200
"""Fewer different messages than these have too few neighbours for a graph."""
TRIALS = 3


class Found(NamedTuple):
    """The theme of each row, counted from 0 in the order in which they first occur, and how fine they are (None: few messages)."""

    labels: Numbers
    resolution: float | None


def discover(rows: Rows, unrelated: Rows, resolution: float | None = None) -> Found:
    """Themes of `rows`, at a `resolution` chosen before or, without one, at the most stable. Raises ValueError for NaN.

    `unrelated`: rows of the same embedder for texts that have nothing in common. Copies of one message are one point.
    """
    rows = checked(rows)
    first, place = copies(rows)
    apart = rows if len(first) == len(rows) else rows[first]
    if len(apart) < FEW:
        return Found(in_order(few(apart, checked(unrelated))[place]), resolution)
    part, points = leaders(apart, middle=middle(apart))
    graph = neighbours(points)
    fine = resolution or granularity.resolution(points, graph)
    return Found(in_order(communities(graph, fine, TRIALS)[part][place]), fine)


def copies(rows: Rows) -> tuple[Numbers, Numbers]:
    """(the first row of each different one, for each row its place among those); rows of zeros are all different."""
    seen: dict[bytes | int, int] = {}
    first: list[int] = []
    place = np.zeros(len(rows), dtype=np.int64)
    for begin in range(0, len(rows), BLOCK):
        rounded = np.round(rows[begin : begin + BLOCK], 4) + np.float32(0.0)  # no negative zeros
        said = np.asarray(rounded.any(axis=1))
        for number, row in enumerate(rounded, begin):
            key = blake2b(row.tobytes(), digest_size=16).digest() if said[number - begin] else number
            if key not in seen:
                seen[key] = len(first)
                first.append(number)
            place[number] = seen[key]
    return np.array(first, dtype=np.int64), place


def in_order(labels: Numbers) -> Numbers:
    """The same grouping, counted from 0 in the order in which groups first occur."""
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return np.asarray(rank[inverse], dtype=np.int64)
