"""Many messages as few points: whoever is near enough to a leader follows it, else it leads (Hartigan 1975).

Themes are of very uneven size; so seen, a large one is as many points as it says different things, not as it has messages.
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from handlers.analysis.theming.graph import BLOCK, Numbers, Rows, centred

NEAR = ((2_000, 0.95), (15_000, 0.85))
"""Up to so many messages, the cosine from which one follows: few must stay enough points for a graph."""
NEAR_OF_MANY = 0.75
MOST = 8_000
"""So many leaders at most; the rest follows the nearest."""
ASKED_FIRST = 40_000
"""So many messages, evenly drawn, say who leads; then those that none of them is near to."""
THREADS = 2


def leaders(rows: Rows, near: float | None = None, middle: Rows | None = None) -> tuple[Numbers, Rows]:
    """(the point of each row, the points: means of length one). What is the same always comes out the same.

    Rows are of length one around their middle; or, with a `middle`, they become so block by block, as many take much memory.
    """
    near = near or next((cosine for most, cosine in NEAR if len(rows) < most), NEAR_OF_MANY)
    first = np.unique(np.linspace(0, len(rows) - 1, min(len(rows), ASKED_FIRST)).astype(np.int64))
    leading = _leading(rows, first, near, middle, MOST)
    part, alike = _followed(rows, np.arange(len(rows)), leading, middle)
    far = np.flatnonzero(alike < near)
    if len(far) and len(leading) < MOST:
        more = _leading(rows, far, near, middle, MOST - len(leading))
        where, nearer = _followed(rows, far, more, middle)
        better = nearer > alike[far]
        part[far[better]] = len(leading) + where[better]
        leading = np.vstack([leading, more])
    return _compact(rows, part, len(leading), middle)


def _leading(rows: Rows, among: Numbers, near: float, middle: Rows | None, most: int) -> Rows:
    """Of some rows, in order, those that no row before them is near to."""
    leading = np.zeros((most, rows.shape[1]), dtype=np.float32)
    count = 0
    for begin in range(0, len(among), BLOCK):
        block = _ours(rows[among[begin : begin + BLOCK]], middle)
        if count:
            block = block[(block @ leading[:count].T).max(axis=1) < near]
        alike = block @ block.T >= near
        follows = np.zeros(len(block), dtype=bool)
        for row in range(len(block)):
            if not follows[row] and count < most:
                follows |= alike[row]
                leading[count] = block[row]
                count += 1
        if count == most:
            break
    return leading[:count]


def _followed(rows: Rows, among: Numbers, leading: Rows, middle: Rows | None) -> tuple[Numbers, Rows]:
    """(the leader that each of some rows is nearest to, their cosine)."""
    chosen, best = np.zeros(len(among), dtype=np.int64), np.zeros(len(among), dtype=np.float32)

    def follow(begin: int) -> None:
        alike = _ours(rows[among[begin : begin + BLOCK]], middle) @ leading.T
        nearest = alike.argmax(axis=1)
        chosen[begin : begin + BLOCK] = nearest
        best[begin : begin + BLOCK] = alike[np.arange(len(alike)), nearest]

    with ThreadPoolExecutor(THREADS) as together:
        list(together.map(follow, range(0, len(among), BLOCK)))
    return chosen, best


def _ours(block: Rows, middle: Rows | None) -> Rows:
    return block if middle is None else centred(block, middle)


def _compact(rows: Rows, part: Numbers, count: int, middle: Rows | None) -> tuple[Numbers, Rows]:
    """(the point of each row, counted without those that nobody follows, the mean of each of length one)."""
    sums = np.zeros((count, rows.shape[1]), dtype=np.float32)
    for begin in range(0, len(rows), BLOCK):
        here = part[begin : begin + BLOCK]
        order = np.argsort(here, kind="stable")
        points, first = np.unique(here[order], return_index=True)
        sums[points] += np.add.reduceat(_ours(rows[begin : begin + BLOCK], middle)[order], first, axis=0)
    led, compact = np.unique(part, return_inverse=True)
    return np.asarray(compact, dtype=np.int64), centred(sums[led], np.zeros(rows.shape[1], dtype=np.float32))
