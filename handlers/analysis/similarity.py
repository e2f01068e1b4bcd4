"""Whether two texts tell of the same thing, from their vectors."""

import numpy as np
from numpy.typing import NDArray

SAME_THING = 0.5
"""Cosine from which one customer's two reports of the same kind are taken for the same thing."""


def cosine(vector: NDArray[np.float32], others: NDArray[np.float32]) -> NDArray[np.float32]:
    """How alike `vector` (dimension,) is to each row of `others` (n, dimension): (n,) in [-1, 1]. All of length one."""
    return np.asarray(others @ vector, dtype=np.float32)


def same_thing(vector: NDArray[np.float32], others: NDArray[np.float32], threshold: float = SAME_THING) -> list[bool]:
    """For each row of `others` whether it tells of what `vector` tells."""
    return [bool(one >= threshold) for one in cosine(vector, others)]
