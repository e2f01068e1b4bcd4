"""Groups messages that say the same: a graph of nearest neighbours, and the communities in it."""

from collections.abc import Mapping, Sequence

import graspologic_native as graspologic
import numpy as np

from handlers.analysis.lexical import Vectors

Cosines = np.ndarray[tuple[int], np.dtype[np.float32]]
Labels = np.ndarray[tuple[int], np.dtype[np.int64]]

NEIGHBOURS = 10
RESOLUTION = 1.5
SEED = 20


def group(
    vectors: Vectors,
    names: Sequence[str] | None = None,
    start: Mapping[str, int] | None = None,
    resolution: float = RESOLUTION,
) -> Labels:
    """The group of each row, counted from 0 in the order in which groups first occur; nobody is left out.

    `vectors` rows of length 1. `names` (unique, the row numbers by default) tie rows to `start`, the groups of an earlier
    run, from which the search then begins. The same input gives the same groups.
    """
    names = list(names) if names is not None else [f"{row:09d}" for row in range(len(vectors))]
    if len(names) != len(vectors) or len(set(names)) != len(names):
        raise ValueError("Each row needs a name of its own.")
    if not np.isfinite(vectors).all():
        raise ValueError("Vectors must be finite numbers.")
    first = _same_as(vectors)
    apart = np.flatnonzero(first == np.arange(len(vectors)))
    edges = _edges(vectors[apart], [names[row] for row in apart.tolist()])
    found: dict[str, int] = {}
    if edges:
        _, found = graspologic.leiden(
            edges,
            starting_communities=_beginning(edges, start) if start else None,
            resolution=resolution,
            seed=SEED,
            trials=1 if start else 5,
            iterations=3,
        )
    alone = 1 + max(found.values(), default=-1)
    labels = [found.get(names[row], alone + row) for row in first.tolist()]
    order = {label: place for place, label in enumerate(dict.fromkeys(labels))}
    return np.array([order[label] for label in labels], dtype=np.int64)


def _same_as(vectors: Vectors) -> Labels:
    """For each row the first row equal to it: copies of one message are one point of the graph, not a crowd."""
    seen: dict[bytes, int] = {}
    rounded = np.round(vectors, 4) + 0.0  # no negative zeros
    return np.array(
        [seen.setdefault(row.tobytes(), place) if row.any() else place for place, row in enumerate(rounded)],
        dtype=np.int64,
    )


def _edges(vectors: Vectors, names: Sequence[str]) -> list[tuple[str, str, float]]:
    """Each row with its nearest ones, sorted so that a seeded run repeats; only likeness that says something counts."""
    count = max(1, min(NEIGHBOURS, round(np.sqrt(len(vectors)) / 2) + 1, len(vectors) - 1))
    found: dict[tuple[str, str], float] = {}
    for row, (near, cosines) in enumerate(nearest(vectors, vectors, count + 1)):
        for other, cosine in zip(near.tolist(), cosines.tolist(), strict=True):
            if other != row and cosine > 0.0:
                pair = (names[row], names[other]) if names[row] < names[other] else (names[other], names[row])
                found[pair] = cosine**2
    return [(one, two, weight) for (one, two), weight in sorted(found.items())]


def _beginning(edges: Sequence[tuple[str, str, float]], start: Mapping[str, int]) -> dict[str, int]:
    """Every node of the graph needs a group to begin with: new ones begin alone."""
    nodes = sorted({node for one, two, _ in edges for node in (one, two)})
    alone = 1 + max(start.values(), default=-1)
    return {node: start.get(node, alone + place) for place, node in enumerate(nodes)}


def nearest(vectors: Vectors, others: Vectors, k: int) -> list[tuple[Labels, Cosines]]:
    """For each row the `k` most similar rows of `others` (fewer if there are fewer), best first, with their cosines."""
    k = min(k, len(others))
    if not k:
        return [(np.zeros(0, np.int64), np.zeros(0, np.float32)) for _ in vectors]
    found = []
    for begin in range(0, len(vectors), 1_000):
        cosines = vectors[begin : begin + 1_000] @ others.T
        top = np.argpartition(-cosines, k - 1, axis=1)[:, :k]
        for row, places in zip(cosines, top, strict=True):
            order = places[np.lexsort((places, -row[places]))]
            found.append((order, row[order]))
    return found
