"""Brings the scores of words, meaning and cues together."""

from collections.abc import Mapping, Sequence

import numpy as np

from handlers.analysis.cues.read import Cues
from handlers.analysis.learning.weights import Array

READ_OF_SCORES = ("alarm", "emergency", "kind")


def alarm_signs(cues: Cues, scores: Sequence[Mapping[str, Array]]) -> Array:
    """What speaks for an emergency, and against one.

    Of each model the log odds that it is one, how well its best emergency fits, and how well its best ordinary kind does; how
    well the emergency fits on which the models agree most; then the cues.
    """
    strong, weak, harmless = bool(cues.strong), bool(cues.weak), bool(cues.harmless)
    odds = [score["alarm"][1] - score["alarm"][0] for score in scores]
    best = [score["emergency"].max() for score in scores]
    ordinary = [score["kind"].max() for score in scores]
    agreed = np.sum([score["emergency"] for score in scores], axis=0).max()
    told = np.clip([*odds, *best, *ordinary, agreed], -8, 8)
    found = (strong, weak, harmless, strong and not harmless, weak and not harmless)
    return np.array([*told, *found], dtype=np.float32)
