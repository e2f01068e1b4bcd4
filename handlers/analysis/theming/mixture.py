"""Many vectors out of few real ones: themes of very uneven size, as a queue has them."""

import numpy as np

from handlers.analysis.theming.graph import Numbers, Rows

SKEW = 1.1
"""The n-th largest theme has n to the minus this of the largest (Zipf)."""
BETWEEN = 0.5
"""Up to so far a new vector lies on the way from a real one to another of its theme."""
SHAKEN = 0.25
"""Length of what is added at random."""
AT_ONCE = 20_000


def mixture(rows: Rows, labels: Numbers, count: int, seed: int = 0) -> tuple[Rows, Numbers]:
    """(`count` vectors of length one, the theme of each), each between two real ones of a theme and shaken a little."""
    drawn = np.random.default_rng(seed)
    themes = drawn.permutation(np.unique(labels))
    shares = 1 / np.arange(1, len(themes) + 1) ** SKEW
    truth = drawn.choice(themes, count, p=shares / shares.sum())
    order = np.argsort(labels, kind="stable")
    begins = np.searchsorted(labels[order], themes)
    sizes = np.searchsorted(labels[order], themes, side="right") - begins
    place = np.empty(int(themes.max()) + 1, dtype=np.int64)
    place[themes] = np.arange(len(themes))
    made = np.empty((count, rows.shape[1]), dtype=np.float32)
    for begin in range(0, count, AT_ONCE):
        here = place[truth[begin : begin + AT_ONCE]]
        one, two = (rows[order[begins[here] + (drawn.random(len(here)) * sizes[here]).astype(np.int64)]] for _ in "12")
        way = (drawn.random((len(here), 1)) * BETWEEN).astype(np.float32)
        noise = drawn.standard_normal(one.shape, dtype=np.float32) * np.float32(SHAKEN / np.sqrt(rows.shape[1]))
        block = one + way * (two - one) + noise
        made[begin : begin + AT_ONCE] = block / np.linalg.norm(block, axis=1, keepdims=True)
    return made, truth
