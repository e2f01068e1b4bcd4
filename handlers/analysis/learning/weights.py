"""The trained numbers, and what they say of a bag of features or of a meaning vector. Read with numpy alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np

from handlers.analysis.learning.features import Bag
from storage.vocabulary import EMERGENCIES, KINDS

Array = np.ndarray[tuple[int, ...], np.dtype[np.float32]]
Keys = np.ndarray[tuple[int], np.dtype[np.uint32]]

# What is learned, and how many numbers each answer has.
TARGETS = {"kind": len(KINDS), "complaint": 2, "sentiment": 3, "severity": 4, "alarm": 2, "emergency": len(EMERGENCIES)}
# How much each block of features weighs: words, letters, manner.
BLOCKS = (1.0, 1.0, 0.35)
OF_MEANING = ("anchors", "pulls", "centre", "directions")


@dataclass(frozen=True)
class Lexical:
    """`keys` sorted hashes of known features, `rarity` of each, `table` their weights for all targets side by side."""

    keys: Keys
    rarity: Array
    table: Array
    bias: Array

    def sparse(self, bag: Bag) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], Array]:
        """Rows of the known features of a message and their values; each block has the length of its weight."""
        rows, values = [], []
        for (hashes, counts), weight in zip(bag.blocks, BLOCKS, strict=True):
            places = np.searchsorted(self.keys, hashes)
            places[places == len(self.keys)] = 0
            known = self.keys[places] == hashes
            value = counts[known] * self.rarity[places[known]]
            length = float(np.sqrt((value**2).sum())) or 1.0
            rows.append(places[known])
            values.append((value * (weight / length)).astype(np.float32))
        return np.concatenate(rows), np.concatenate(values)

    def scores(self, bag: Bag) -> dict[str, Array]:
        """Log odds for each target."""
        rows, values = self.sparse(bag)
        return split(values @ self.table[rows].astype(np.float32) + self.bias)


@dataclass(frozen=True)
class Turn:
    """Sentence vectors (rows or one) seen from their `centre` along fewer `directions` (columns), again of length 1."""

    centre: Array
    directions: Array

    def __call__(self, vectors: Array) -> Array:
        turned = (vectors - self.centre) @ self.directions
        length = np.linalg.norm(turned, axis=-1, keepdims=True)
        seen: Array = turned / np.maximum(length, 1e-6)
        return seen


@dataclass(frozen=True)
class Meaning:
    """Examples as turned sentence vectors (`anchors`, rows of length 1), and how much each pulls each answer (`pulls`)."""

    turn: Turn
    anchors: Array
    pulls: Array

    def scores(self, vector: Array) -> dict[str, Array]:
        """Log odds for each target, up to a factor: the pulls of all examples, the nearer the stronger."""
        return split(closeness(self.anchors @ self.turn(vector)) @ self.pulls)


def closeness(cosines: Array) -> Array:
    """A Gaussian of the distance between vectors of length 1: 1 for the same, 0.37 at a cosine of 0.5, 0.14 at 0."""
    return np.exp(2 * (cosines - 1))


@dataclass(frozen=True)
class Trained:
    """What was learned of words, and how it goes with meaning.

    `mix` holds, by target, the weights of lexical and meaning scores with and without the latter, `bias` what is added to each answer.

    `alarm` are the weights of the bias and of what `alarm_signs` gives, `look weights` those of `look_signs`. From the probability
    `page` of the first on an emergency is certain (the second: where it is spoken of plainly), from `look` of the others on it is
    possible, by language.
    """

    lexical: Lexical
    numbers: Mapping[str, Array]
    fingerprint: str


def split(row: Array) -> dict[str, Array]:
    """The numbers of all targets side by side, as one array for each target."""
    places = np.cumsum([0, *TARGETS.values()])
    return {name: row[..., places[i] : places[i + 1]] for i, name in enumerate(TARGETS)}


def softmax(scores: Array) -> Array:
    """Probabilities over the last axis."""
    odds = np.exp(scores - scores.max(axis=-1, keepdims=True))
    share: Array = odds / odds.sum(axis=-1, keepdims=True)
    return share


@cache
def trained() -> Trained:
    """The numbers that ship with Earshot, without those of meaning, read once."""
    stored = _stored(lambda name: name not in OF_MEANING)
    lexical = Lexical(
        stored["keys"], stored["rarity"].astype(np.float32), stored["table"], stored["bias"].astype(np.float32)
    )
    numbers = {name: stored[name] for name in stored if name.startswith(("mix", "bias", "alarm", "page", "look"))}
    return Trained(lexical, numbers, str(stored["fingerprint"]))


@cache
def trained_meaning() -> Meaning | None:
    """The examples as sentence vectors, about 6 MB, read once; None where the model was trained without an encoder."""
    stored = _stored(lambda name: name in OF_MEANING)
    if "anchors" not in stored:
        return None
    anchors = stored["anchors"].astype(np.float32)
    anchors /= np.linalg.norm(anchors, axis=1, keepdims=True)
    turn = Turn(stored["centre"], stored["directions"].astype(np.float32))
    return Meaning(turn, anchors, stored["pulls"].astype(np.float32))


def _stored(wanted: Callable[[str], bool]) -> dict[str, Any]:
    with (
        resources.files(__package__).joinpath("weights.npz").open("rb") as file,
        np.load(file, allow_pickle=False) as archive,
    ):
        return {name: archive[name] for name in archive.files if wanted(name)}
