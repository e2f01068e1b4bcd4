"""Brings the scores of words, meaning and cues together."""

from collections.abc import Mapping, Sequence

import numpy as np

from handlers.analysis.cues.read import Cues
from handlers.analysis.learning.weights import Array, softmax

MOODS = ("complaint", "sentiment", "severity")
READ_OF_SCORES = ("alarm", "emergency", "kind", *MOODS)
FAR = 8.0
"""Scores beyond this say nothing more."""


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
    told = np.clip([*odds, *best, *ordinary, agreed], -FAR, FAR)
    found = (strong, weak, harmless, strong and not harmless, weak and not harmless)
    return np.array([*told, *found], dtype=np.float32)


def look_signs(cues: Cues, scores: Sequence[Mapping[str, Array]]) -> Array:
    """What speaks for looking first, also where nobody says what happened: the signs of an emergency, and everything else that is read.

    Of each model how well each kind and each emergency fits; of the last one the mood; how likely each kind is, alone and times the log
    odds of an emergency, as a sentence may be one as a bug and none as praise.
    """
    last = scores[-1]
    told = [score[target] for score in scores for target in ("kind", "emergency")] + [last[mood] for mood in MOODS]
    kinds = softmax(np.sum([score["kind"] for score in scores], axis=0))
    odds = np.clip(last["alarm"][1] - last["alarm"][0], -FAR, FAR)
    found = [alarm_signs(cues, scores), np.clip(np.concatenate(told), -FAR, FAR), kinds, kinds * odds]
    return np.concatenate(found).astype(np.float32)


def chances(signs: Array, weights: Array) -> Array:
    """The probability for a row of signs, or for each of many, by weights with the bias first (logistic regression)."""
    found: Array = 1 / (1 + np.exp(-(signs @ weights[1:] + weights[0])))
    return found
