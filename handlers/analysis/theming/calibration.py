"""How near is near enough to join a theme: chosen so that the themes there are would be found again, and new ones not be swallowed."""

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from handlers.analysis.meaning.voting import Neighbour, vote

LEAST = 30
"""Fewer complaints in themes of at least two say nothing."""
LOOKED_AT = 300
NEWS = (0.1, 0.5)
"""Between so much and so much of what comes is counted as told for the first time."""

Ask = Callable[[int, int], list[tuple[int, Neighbour]]]
"""(row, how many) → the nearest other rows, each as a neighbour that votes."""


def enough(themes: Sequence[int], ask: Ask, voters: int) -> float | None:
    """The likeness from which the elected theme is right, as often as can be; None where too little is known.

    Each complaint is asked twice: where it would go by the others, and where it would go if its theme did not exist: the
    first should join, the second should wait. Balanced by how often something new was told.
    """
    sizes = Counter(themes)
    told = [row for row, theme in enumerate(themes) if sizes[theme] > 1]
    if len(told) < LEAST or len(sizes) < 2:
        return None
    right: list[float] = []
    wrong: list[float] = []
    unheard: list[float] = []
    for row in [told[place] for place in np.linspace(0, len(told) - 1, min(LOOKED_AT, len(told))).astype(int).tolist()]:
        own = themes[row]
        near = ask(row, voters + sizes[own])
        elected = vote([one for _, one in near[:voters]], {**sizes, own: sizes[own] - 1})
        if elected is not None:
            (right if elected[0] == own else wrong).append(elected[1])
        without = vote([one for _, one in near if one.theme_id != own][:voters], sizes)
        if without is not None:
            unheard.append(without[1])
    if not right:
        return None
    share = min(max(len(sizes) / len(themes), NEWS[0]), NEWS[1])
    weight = share / (1 - share) * (len(right) + len(wrong)) / max(1, len(unheard))
    scores = np.array([*right, *wrong, *unheard])
    worth = np.concatenate([np.ones(len(right)), -np.ones(len(wrong)), -weight * np.ones(len(unheard))])
    order = np.argsort(-scores, kind="stable")
    gained = np.cumsum(worth[order])
    best = int(gained.argmax())
    below = float(scores[order[best + 1]]) if best + 1 < len(order) else float(scores[order[best]])
    return (float(scores[order[best]]) + below) / 2
