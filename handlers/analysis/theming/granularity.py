"""How fine the themes of a workspace are: as fine as they stay the same when some messages are left out. No label is seen."""

import numpy as np

from handlers.analysis.theming import scores
from handlers.analysis.theming.communities import communities
from handlers.analysis.theming.graph import Graph, Numbers, Rows, neighbours

RESOLUTIONS = (1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0, 48.0)
SAMPLES = 8
SHARE = 0.8
"""Share of the messages in a sample."""
AS_GOOD_AS_BEST = 0.0075
"""The finest that is so near to the most stable one is taken: two themes are merged more easily than one is split."""
RISES_AGAIN, FAR_BELOW = 0.03, 0.1
"""The coarsest of all is stable because it says little. Where stability falls from there and rises again by so much, to no more
than so far below, what follows counts."""
LOOKED_AT = 4_000
"""More rows than these say nothing new about how fine."""
UNSEEN = -1


def resolution(rows: Rows, graph: Graph | None = None) -> float:
    """The resolution whose communities are the most stable under resampling. Rows are centred. Seeded: it repeats."""
    stable = _telling(stabilities(rows, graph))
    return max(stable, key=lambda fine: (stable[fine] >= max(stable.values()) - AS_GOOD_AS_BEST, fine))


def _telling(stable: dict[float, float]) -> dict[float, float]:
    """Those of the resolutions that tell something: without the fall from the coarsest, where a second summit follows it."""
    fine = sorted(stable)
    fallen = next((at for at in range(len(fine) - 1) if stable[fine[at + 1]] >= stable[fine[at]]), len(fine) - 1)
    summit = max(stable[one] for one in fine[fallen:])
    rises = summit - stable[fine[fallen]] >= RISES_AGAIN and stable[fine[0]] - summit <= FAR_BELOW
    return {one: stable[one] for one in fine[fallen if rises else 0 :]}


def stabilities(rows: Rows, graph: Graph | None = None) -> dict[float, float]:
    """For each resolution the agreement (ARI) of samples with each other and with the whole."""
    drawn = np.random.default_rng(0)
    if len(rows) > LOOKED_AT:
        rows, graph = rows[np.sort(drawn.permutation(len(rows))[:LOOKED_AT])], None
    graph = graph or neighbours(rows)
    samples = [np.sort(drawn.permutation(len(rows))[: round(SHARE * len(rows))]) for _ in range(SAMPLES)]
    graphs = [neighbours(rows[sample]) for sample in samples]
    return {
        fine: _stability(
            communities(graph, fine),
            [
                _placed(sample, communities(part, fine, seed=number + 1), len(rows))
                for number, (sample, part) in enumerate(zip(samples, graphs, strict=True))
            ],
        )
        for fine in RESOLUTIONS
    }


def _placed(sample: Numbers, labels: Numbers, count: int) -> Numbers:
    placed = np.full(count, UNSEEN)
    placed[sample] = labels
    return placed


def _stability(whole: Numbers, parts: list[Numbers]) -> float:
    with_whole = [_agreement(whole, part) for part in parts]
    with_each_other = [_agreement(one, two) for number, one in enumerate(parts) for two in parts[:number]]
    return float(np.mean(with_whole) + np.mean(with_each_other)) / 2


def _agreement(one: Numbers, two: Numbers) -> float:
    both = (one != UNSEEN) & (two != UNSEEN)
    return scores.ari(one[both].tolist(), two[both].tolist())
