"""Which of many texts a report may be: two rankings made one, and what people said before of such a likeness. Pure."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

RANK_CONSTANT = 60
"""Of reciprocal rank fusion (Cormack, Clarke, Büttcher 2009)."""
ABOUT = 0.1
ENOUGH = 5


def fused(*scores: NDArray[np.float32]) -> list[int]:
    """Places from best to worst by the sum of 1 / (60 + rank) over the rankings that the scores (n,) make."""
    total = np.zeros(len(scores[0]), dtype=np.float64)
    for one in scores:
        ranks = np.empty(len(one), dtype=np.int64)
        ranks[np.argsort(-one, kind="stable")] = np.arange(1, len(one) + 1)
        total += 1.0 / (RANK_CONSTANT + ranks)
    return [int(place) for place in np.argsort(-total, kind="stable")]


def said_before(likeness: float, told: Sequence[tuple[float, bool]]) -> tuple[int, int] | None:
    """(yes, all) of what people said of things about as alike; None while that is too little to say anything."""
    near = [same for other, same in told if abs(other - likeness) <= ABOUT]
    return (sum(near), len(near)) if len(near) >= ENOUGH else None


def priority(severity: int, customers: int, contract_value: float) -> int:
    """From 1 (at once) to 4: the severity, one step up from three distinct customers or 50,000 EUR a year, two from eight or
    200,000.
    """
    steps = 2 if customers >= 8 or contract_value >= 200_000 else 1 if customers >= 3 or contract_value >= 50_000 else 0
    return max(1, severity - steps)
