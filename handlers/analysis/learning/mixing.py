"""Brings the scores of words, meaning and cues together."""

from collections.abc import Mapping, Sequence

import numpy as np

from handlers.analysis.cues.read import Cues
from handlers.analysis.learning.weights import Array


def alarm_signs(cues: Cues, scores: Sequence[Mapping[str, Array]]) -> Array:
    """What speaks for an emergency: of each model the log odds that it is one and how well its best kind fits, then the cues."""
    strong, weak, harmless = bool(cues.strong), bool(cues.weak), bool(cues.harmless)
    odds = [float(np.clip(score["alarm"][1] - score["alarm"][0], -8, 8)) for score in scores]
    best = [float(np.clip(score["emergency"].max(), -8, 8)) for score in scores]
    found = (strong, weak, harmless, strong and not harmless, weak and not harmless)
    return np.array([*odds, *best, *found], dtype=np.float32)
