"""What hangs together in a graph: the Leiden algorithm (Traag and others 2019), seeded, so that a run repeats."""

import graspologic_native as graspologic
import numpy as np

from handlers.analysis.theming.graph import Graph, Numbers

SEED = 20


def communities(graph: Graph, resolution: float, trials: int = 1, seed: int = SEED) -> Numbers:
    """The community of each node; a node without edges is alone. The higher the resolution, the more communities."""
    if not len(graph.one):
        return np.arange(graph.nodes)
    source = np.concatenate([graph.one, graph.two])
    target = np.concatenate([graph.two, graph.one])
    order = np.lexsort((target, source))
    begins = np.searchsorted(source[order], np.arange(graph.nodes + 1)).astype(np.int64)
    weights = np.concatenate([graph.weight, graph.weight])[order]
    _, found = graspologic.leiden_csr(
        begins,
        target[order].astype(np.int32),
        weights,
        graph.nodes,
        resolution=resolution,
        iterations=3,
        seed=seed,
        trials=trials,
    )
    return _with_the_lonely(graph.nodes, found)


def continued(graph: Graph, start: Numbers, resolution: float, seed: int = SEED) -> Numbers:
    """The communities that the search comes to from `start`, a community (at least 0) for each node."""
    if not len(graph.one):
        return start
    edges = [
        (str(one), str(two), weight)
        for one, two, weight in zip(graph.one.tolist(), graph.two.tolist(), graph.weight.tolist(), strict=True)
    ]
    joined = np.unique(np.concatenate([graph.one, graph.two])).tolist()
    beginning = {str(node): int(start[node]) for node in joined}
    _, found = graspologic.leiden(
        edges, starting_communities=beginning, resolution=resolution, iterations=1, seed=seed, trials=1
    )
    return _with_the_lonely(graph.nodes, {int(node): label for node, label in found.items()})


def _with_the_lonely(count: int, found: dict[int, int]) -> Numbers:
    labels = np.arange(count) + 1 + max(found.values(), default=-1)
    labels[list(found)] = list(found.values())
    return labels
