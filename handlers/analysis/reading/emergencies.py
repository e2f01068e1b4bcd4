"""Does a message speak of an emergency, and how sure is that: page somebody, look first, or neither."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from handlers.analysis.cues.read import WRITTEN, Cues
from handlers.analysis.learning.mixing import alarm_signs, chances, look_signs
from handlers.analysis.learning.weights import Array, Trained, softmax
from storage.vocabulary import EMERGENCIES, Band, Emergency

PAGE, PAGE_PLAIN_WORDS = 0.6, 0.5
"""Bars to page at least so careful, found on series of messages that the judging model saw nothing of."""


@dataclass(frozen=True)
class Alarm:
    """`kind` is None where `band` is none. `reason` are the message's own words, empty where only the model says so."""

    kind: Emergency | None
    band: Band
    reason: str
    chance: float


NO_ALARM = Alarm(None, "none", "", 0.0)


def judge(numbers: Trained, cues: Cues, scores: Sequence[dict[str, Array]], language: str) -> Alarm:
    """From the cues and each model's scores (words, then meaning where there is one) of a message in that language.

    A page needs plain words or a model that is all but certain: it wakes somebody.
    """
    way = "both" if len(scores) > 1 else "alone"
    chance = float(chances(alarm_signs(cues, scores), numbers.numbers[f"alarm {way}"]))
    perhaps = float(chances(look_signs(cues, scores), numbers.numbers[f"look weights {way}"]))
    certain, plainly = (float(bar) for bar in numbers.numbers[f"page {way}"])
    certain, plainly = max(certain, PAGE), max(plainly, PAGE_PLAIN_WORDS)
    looks = numbers.numbers[f"look {way}"]
    possible = float(looks[WRITTEN.index(language)] if language in WRITTEN else looks.max())
    paged = chance >= certain or (bool(cues.strong) and not cues.harmless and chance >= plainly)
    spoken, words = cues.plainest
    if perhaps < possible and not paged:
        return Alarm(None, "none", "", perhaps)
    mixed = sum(score["emergency"] for score in scores)
    learned = EMERGENCIES[int(np.argmax(softmax(np.asarray(mixed))))]
    kind: Emergency = next((kind for kind in EMERGENCIES if kind == spoken and cues.strong), learned)
    said = cues.strong.get(kind) or cues.weak.get(kind) or words
    return Alarm(kind, "certain" if paged else "possible", " ".join(said.split())[:120], chance if paged else perhaps)
