"""From probabilities to what is said of a message."""

from collections.abc import Mapping

import numpy as np

from handlers.analysis.language import Guess
from handlers.analysis.learning.weights import Array
from handlers.analysis.reading.emergencies import Alarm
from handlers.analysis.reading.gist import shortened
from handlers.analysis.redaction import redact
from handlers.analysis.understanding import Understanding
from storage.vocabulary import KINDS

UNSURE_BELOW = 0.5
AT_WORST = {"bug": 2, "billing": 2, "churn_threat": 2, "praise": 4}
"""What is no emergency is not severe by its words alone: the worst severity of each kind, else 3."""
FIELDS = ("language", "kind", "complaint", "sentiment", "severity", "gist", "emergency")


def conclude(guess: Guess, chances: Mapping[str, Array], alarm: Alarm, gist: str) -> Understanding:
    """`chances` by target, each summing to 1."""
    best = {target: int(np.argmax(chance)) for target, chance in chances.items()}
    mood = chances["sentiment"]
    kind = KINDS[best["kind"]]
    severity = {"certain": 1, "possible": min(2, best["severity"] + 1), "none": best["severity"] + 1}[alarm.band]
    if alarm.band == "none":
        severity = max(severity, AT_WORST.get(kind, 3))
    sure = {
        "language": guess.confidence,
        "kind": chances["kind"].max(),
        "complaint": chances["complaint"].max(),
        "sentiment": mood.max(),
        "severity": chances["severity"].max(),
        "gist": chances["kind"].max() if gist else 0.0,
        "emergency": alarm.chance if alarm.band != "none" else 1 - alarm.chance,
    }
    return Understanding(
        language=guess.language,
        kind=kind,
        complaint=bool(best["complaint"]),
        sentiment=round(float(mood[2] - mood[0]), 2),
        severity=severity,
        gist=gist,
        emergency=alarm.kind,
        band=alarm.band,
        emergency_reason=redact(alarm.reason),
        unsure=bool(sure["kind"] < UNSURE_BELOW),
        confidences={name: round(float(sure[name]), 3) for name in FIELDS},
        origins=dict.fromkeys(FIELDS, "local") | ({"emergency": "rules"} if alarm.reason else {}),
    )


def quiet(guess: Guess, words: str, thanks: bool) -> Understanding:
    """A message that asks nothing: thanks, agreement, a greeting, a thumb up, or no words at all."""
    return Understanding(
        language=guess.language,
        kind="other",
        complaint=False,
        sentiment=0.5 if thanks else 0.0,
        severity=4,
        gist=shortened(redact(words[:400])),
        asks_nothing=True,
        thanks=thanks,
        confidences=dict.fromkeys(FIELDS, 0.95) | {"language": guess.confidence},
        origins=dict.fromkeys(FIELDS, "rules"),
    )
