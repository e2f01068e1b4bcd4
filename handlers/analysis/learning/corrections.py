"""What people put right, as examples that pull similar messages their way, at once and without training again."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from handlers.analysis.learning.weights import Array
from handlers.analysis.understanding import Understanding
from storage.vocabulary import EMERGENCIES, KINDS

SAME_FROM = 0.92
REMEMBERED = 1_000
# How far a corrected message must be from the next best answer, in log odds.
MARGIN = 2.5
STEADY = 0.15
SURE = 0.98


@dataclass(frozen=True)
class Correction:
    """What a person said of one field of a message: `kind`, `severity`, `complaint`, `language` or `emergency`."""

    text: str
    field: str
    value: str


@dataclass(frozen=True)
class Corrections:
    """`said` by text what people said of it, the latest word on each field.

    `vectors` has one row for each text, `pulls` by target how much each row moves the log odds of each answer.
    """

    said: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    vectors: Array = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    pulls: Mapping[str, Array] = field(default_factory=dict)

    @property
    def given(self) -> bool:
        """Whether anything was put right."""
        return bool(self.said)

    def pull(self, vector: Array) -> dict[str, Array]:
        """What the corrections add to the log odds of a message, by target."""
        likeness = _likeness(self.vectors @ vector)
        return {target: likeness @ pulls for target, pulls in self.pulls.items()}

    def same(self, text: str, vector: Array | None = None) -> Mapping[str, str] | None:
        """What people said of this message, or else of practically the same one: their word stands."""
        if text in self.said or vector is None:
            return self.said.get(text)
        alike = self.vectors @ vector
        nearest = int(alike.argmax())
        return list(self.said.values())[nearest] if alike[nearest] >= SAME_FROM else None


NOTHING_CORRECTED = Corrections()


def _likeness(cosines: Array) -> Array:
    """Only what is clearly alike counts: 0 below a cosine of 0.3, 1 for the same text."""
    alike: Array = np.clip((cosines - 0.3) / 0.7, 0, 1) ** 1.5
    return alike


def learn(given: Sequence[Correction], score: Callable[[str], tuple[Array, Mapping[str, Array]]]) -> Corrections:
    """From corrections (the latest last; the 1,000 latest texts are kept). `score` gives a text's vector and log odds.

    A kernel regression on what was missing: each corrected message would now be answered as the person said.
    """
    said: dict[str, dict[str, str]] = {}
    for one in given:
        said[one.text] = said.pop(one.text, {}) | {one.field: one.value}
    said = dict(list(said.items())[-REMEMBERED:])
    if not said:
        return NOTHING_CORRECTED
    scored = [score(text) for text in said]
    vectors = np.array([vector for vector, _ in scored])
    kernel = _likeness(vectors @ vectors.T) + STEADY * np.eye(len(said))
    pulls = {}
    for target in ("kind", "severity", "complaint"):
        missing = [
            _missing(_answer(target, values.get(target)), scores[target])
            for values, (_, scores) in zip(said.values(), scored, strict=True)
        ]
        pulls[target] = np.linalg.solve(kernel, np.array(missing)).astype(np.float32)
    return Corrections(said, vectors, pulls)


def _missing(right: int | None, scores: Array) -> Array:
    """What must be added to the scores so that the person's answer leads by the margin; zeros where they said nothing."""
    lacking = np.zeros_like(scores)
    if right is not None:
        others = float(np.delete(scores, right).max())
        lacking[right] = max(0.0, others + MARGIN - float(scores[right]))
    return lacking


def _answer(target: str, value: str | None) -> int | None:
    """The place of a person's word among the answers of a target; None where it is none of them."""
    if value is None:
        return None
    if target == "kind":
        return KINDS.index(value) if value in KINDS else None
    if target == "severity":
        return int(value) - 1 if value in {"1", "2", "3", "4"} else None
    return int(_is_yes(value))


def corrected(understood: Understanding, said: Mapping[str, str] | None) -> Understanding:
    """The understanding with what people said of the same message before put in its place."""
    if not said:
        return understood
    changes: dict[str, object] = {}
    if (kind := said.get("kind")) in KINDS:
        changes |= {"kind": kind, "unsure": False, "asks_nothing": False}
    if (severity := said.get("severity", "")) in {"1", "2", "3", "4"}:
        changes["severity"] = int(severity)
    if "complaint" in said:
        changes["complaint"] = _is_yes(said["complaint"])
    if "language" in said:
        changes["language"] = said["language"]
    if (emergency := said.get("emergency")) == "none":
        changes |= {"emergency": None, "band": "none", "emergency_reason": ""}
    elif emergency in EMERGENCIES:
        changes |= {"emergency": emergency, "band": "certain", "emergency_reason": "a person said so before"}
    names = set(said) & set(understood.confidences)
    changes["confidences"] = understood.confidences | dict.fromkeys(names, SURE)
    return replace(understood, **changes)  # type: ignore[arg-type]


def _is_yes(value: str) -> bool:
    return value.strip().lower() in {"true", "1", "yes"}
