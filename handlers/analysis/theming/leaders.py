"""Many messages as few points: whoever is near enough to a leader follows it, else it leads (Hartigan 1975)."""

import numpy as np

from handlers.analysis.theming.graph import BLOCK, Numbers, Rows, unit

MANY = 30_000
"""From so many different messages on, points stand for several of them."""
NEAR = (0.9, 0.75)
"""Cosine from which a message follows: up to `VERY_MANY`, and beyond."""
VERY_MANY = 50_000
MOST = 20_000
"""So many leaders at most; what comes later follows the nearest."""


def leaders(rows: Rows, near: float | None = None) -> tuple[Numbers, Rows]:
    """(the point of each row, the points: means of length one). Rows in order; what is the same always comes out the same."""
    near = near or NEAR[len(rows) > VERY_MANY]
    leading = np.zeros((1_024, rows.shape[1]), dtype=np.float32)
    count = 0
    part = np.zeros(len(rows), dtype=np.int64)
    for begin in range(0, len(rows), BLOCK):
        block = rows[begin : begin + BLOCK]
        best = np.full(len(block), -2.0, dtype=np.float32)
        chosen = np.zeros(len(block), dtype=np.int64)
        if count:
            alike = block @ leading[:count].T
            chosen = alike.argmax(axis=1)
            best = alike[np.arange(len(block)), chosen]
        waiting = np.flatnonzero(best < near)
        fresh, among = _leaders_among(block[waiting], near, MOST - count)
        if len(fresh):
            while count + len(fresh) > len(leading):
                leading = np.vstack([leading, np.zeros_like(leading)])
            leading[count : count + len(fresh)] = block[waiting[fresh]]
            led = among >= 0
            chosen[waiting[led]] = count + among[led]
            count += len(fresh)
        part[begin : begin + BLOCK] = chosen
    return part, means(rows, part, count)


def _leaders_among(rows: Rows, near: float, most: int) -> tuple[Numbers, Numbers]:
    """(rows that lead, for each row which of those it follows or -1)."""
    follows = np.full(len(rows), -1, dtype=np.int64)
    leading: list[int] = []
    alike = rows @ rows.T if most > 0 else rows[:, :0]
    for row in range(len(rows)):
        if follows[row] < 0 and len(leading) < most:
            free = (follows < 0) & (alike[row] >= near)
            free[row] = True
            follows[free] = len(leading)
            leading.append(row)
    return np.array(leading, dtype=np.int64), follows


def means(rows: Rows, part: Numbers, count: int) -> Rows:
    """The mean of each part's rows, of length one."""
    order = np.argsort(part, kind="stable")
    begins = np.searchsorted(part[order], np.arange(count))
    sums = np.zeros((count, rows.shape[1]), dtype=np.float32)
    for point, begin in enumerate(begins.tolist()):
        end = begins[point + 1] if point + 1 < count else len(order)
        sums[point] = rows[order[begin:end]].sum(axis=0)
    return unit(sums)
