"""How well one grouping agrees with another: NMI, ARI, B-cubed. Labels are sequences of anything hashable."""

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.float64]


def nmi(truth: Sequence[Hashable], found: Sequence[Hashable]) -> float:
    """Normalised mutual information, arithmetic mean (Strehl and Ghosh 2002), in [0, 1]."""
    cells, rows, columns, _, _ = _table(truth, found)
    total = cells.sum()
    own, other = (
        -np.sum(side / total * np.log(side / total)) for side in (np.bincount(rows, cells), np.bincount(columns, cells))
    )
    if own + other == 0:
        return 1.0
    joint = -np.sum(cells / total * np.log(cells / total))
    return float(max(0.0, 2 * (own + other - joint) / (own + other)))


def ari(truth: Sequence[Hashable], found: Sequence[Hashable]) -> float:
    """Adjusted Rand index (Hubert and Arabie 1985): 1 for the same grouping, about 0 for chance."""
    cells, rows, columns, _, _ = _table(truth, found)
    total = cells.sum()
    both = _pairs(cells)
    one, two = _pairs(np.bincount(rows, cells)), _pairs(np.bincount(columns, cells))
    expected, most = one * two / max(_pairs(np.array([total], dtype=np.float64)), 1.0), (one + two) / 2
    return 1.0 if most == expected else float((both - expected) / (most - expected))


def b_cubed(truth: Sequence[Hashable], found: Sequence[Hashable]) -> float:
    """B-cubed F1 (Bagga and Baldwin 1998): precision and recall of each item's neighbours, averaged over items."""
    cells, rows, columns, _, _ = _table(truth, found)
    total = cells.sum()
    precision = float(np.sum(cells**2 / np.bincount(columns, cells)[columns]) / total)
    recall = float(np.sum(cells**2 / np.bincount(rows, cells)[rows]) / total)
    return 2 * precision * recall / (precision + recall)


def _pairs(counts: NDArray[Any]) -> float:
    return float(np.sum(counts * (counts - 1) / 2))


def numbered(labels: Sequence[Hashable]) -> NDArray[np.int64]:
    """Labels as numbers from 0, in the order in which they first occur."""
    seen: dict[Hashable, int] = {}
    return np.array([seen.setdefault(label, len(seen)) for label in labels], dtype=np.int64)


def _table(
    truth: Sequence[Hashable], found: Sequence[Hashable]
) -> tuple[Counts, NDArray[np.int64], NDArray[np.int64], int, int]:
    """The cells of the contingency table that are not empty, with the row and the column of each."""
    if len(truth) != len(found) or not len(truth):
        raise ValueError("Two groupings of the same items, at least one item.")
    rows, columns = numbered(truth), numbered(found)
    width = int(columns.max()) + 1
    keys, counts = np.unique(rows * width + columns, return_counts=True)
    return counts.astype(np.float64), keys // width, keys % width, int(rows.max()) + 1, width
