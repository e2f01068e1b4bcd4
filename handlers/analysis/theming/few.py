"""Themes among few messages, where a graph says nothing yet: what is alike on average is joined, until nothing is alike enough."""

import numpy as np

from handlers.analysis.theming.graph import Numbers, Rows, unit

SCATTERS = 2.25
"""So many robust standard deviations above texts that have nothing in common, two texts are alike."""
MIDDLE_COUNTS = 100
"""The middle of unrelated texts counts like so many messages: a few messages have no middle of their own."""
HUB = 0.5
"""So much of what makes a message alike to all others is taken off its likeness to each."""
HABIT, HABIT_SCATTERS = 0.1, 3.0
"""What was in one theme before counts as so much more alike; then so many scatters are asked for."""
ALONE = -1


def few(rows: Rows, unrelated: Rows, before: Numbers | None = None) -> Numbers:
    """The theme of each of at most some hundred rows. `unrelated`: rows of texts known to have nothing in common.

    `before`: the theme each row was in, `ALONE` for none.
    """
    middle = (rows.sum(axis=0) + unrelated.mean(axis=0) * MIDDLE_COUNTS) / (len(rows) + MIDDLE_COUNTS)
    said = np.asarray(rows.any(axis=1)).reshape(-1, 1)
    ours = unit(np.asarray((rows - middle) * said, dtype=np.float32))
    alike, background = _apart(ours @ ours.T), unit(unrelated - middle)
    if before is None:
        return linked(alike, enough(background))
    together = (before[:, None] == before[None]) & (before != ALONE)
    return linked(alike + np.float32(HABIT) * together, enough(background, HABIT_SCATTERS))


def _apart(alike: Rows) -> Rows:
    """Less of what each is alike to all: a message like everything (a hub) would hold together what is not alike."""
    others = max(len(alike) - 1, 1)
    to_all = (alike.sum(axis=1) - alike.diagonal()) / others
    return np.asarray(alike - HUB * (to_all[:, None] + to_all[None] - to_all.mean()), dtype=np.float32)


def enough(rows: Rows, scatters: float = SCATTERS) -> float:
    """The likeness that unrelated texts (centred rows) seldom reach: calibrated on this embedder and this workspace."""
    pairs = (rows @ rows.T)[np.triu_indices(len(rows), 1)]
    middle = float(np.median(pairs))
    return middle + scatters * 1.4826 * float(np.median(np.abs(pairs - middle)))


def linked(alike: Rows, least: float) -> Numbers:
    """Average linkage: the two groups most alike are joined as long as their mean likeness is at least `least`."""
    sums = np.array(alike, dtype=np.float64)
    sizes = np.ones(len(sums))
    labels = np.arange(len(sums))
    means = sums.copy()
    np.fill_diagonal(means, -np.inf)
    while len(sums) > 1:
        one, two = sorted(divmod(int(means.argmax()), len(sums)))
        if not means[one, two] >= least:
            break
        sums[one] += sums[two]
        sums[:, one] += sums[:, two]
        sizes[one] += sizes[two]
        labels[labels == two] = one
        means[two], means[:, two] = -np.inf, -np.inf
        sizes[two], sums[two], sums[:, two] = 1, 0, 0
        means[one] = np.where(np.isinf(means[one]), -np.inf, sums[one] / (sizes[one] * sizes))
        means[:, one] = means[one]
    return labels
