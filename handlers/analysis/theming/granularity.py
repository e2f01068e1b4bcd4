"""How fine the themes of a workspace are: as fine as they stay the same when some messages are left out. No label is seen."""

import numpy as np

from handlers.analysis.theming import scores
from handlers.analysis.theming.communities import communities
from handlers.analysis.theming.graph import Graph, Numbers, Rows, neighbours

RESOLUTIONS = (1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 20.0, 24.0, 32.0, 48.0)
SAMPLES = 8
SHARE = 0.8
"""Share of the messages in a sample."""
PLATEAU = 0.05
"""Where themes are nearly as stable as at their most stable, no label would prefer one end: they are taken from within."""
INTO = 0.78
"""So far towards the fine end: two themes are merged more easily than one is split."""
LOOKED_AT = 4_000
"""More rows than these say nothing new about how fine."""
UNSEEN = -1


def resolution(rows: Rows, graph: Graph | None = None) -> float:
    """The resolution from within the plateau of those that are stable under resampling. Rows are centred. Seeded: it repeats."""
    stable = _smooth(stabilities(rows, graph))
    plateau = [fine for fine in stable if stable[fine] >= max(stable.values()) - PLATEAU]
    wanted = (1 - INTO) * np.log(min(plateau)) + INTO * np.log(max(plateau))
    return min(stable, key=lambda fine: abs(np.log(fine) - wanted))


def _smooth(stable: dict[float, float]) -> dict[float, float]:
    """Each with its neighbours: what eight samples say of one alone is half chance."""
    fine, told = sorted(stable), [stable[one] for one in sorted(stable)]
    return {one: float(np.mean(told[max(at - 1, 0) : at + 2])) for at, one in enumerate(fine)}


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
