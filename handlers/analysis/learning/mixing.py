"""Brings the scores of words, meaning and cues together."""

from collections.abc import Sequence

import numpy as np

from handlers.analysis.cues.read import Cues
from handlers.analysis.learning.weights import Array


def alarm_signs(cues: Cues, scores: Sequence[Array]) -> Array:
    """What speaks for an emergency: the log odds of each model, then the cues."""
    strong, weak, harmless = bool(cues.strong), bool(cues.weak), bool(cues.harmless)
    odds = [float(np.clip(score[1] - score[0], -8, 8)) for score in scores]
    return np.array([*odds, strong, weak, harmless, strong and not harmless, weak and not harmless], dtype=np.float32)
