"""Fits the models to examples. Only the training command comes here: scikit-learn is not loaded to read a message."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import solve
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from handlers.analysis.learning.features import Bag
from handlers.analysis.learning.weights import TARGETS, Array, Lexical, Meaning, Turn, closeness

Labels = np.ndarray[tuple[int], np.dtype[np.int64]]

MET_AT_LEAST = 2
STRENGTH = 8.0
STEADY = 0.5
REACH = 8.0
DIRECTIONS = 192


@dataclass(frozen=True)
class Material:
    """Messages as bags and as vectors (or None), and for each target the right answer (-1: this message has none).

    `weights`: how much each message counts for the models of meaning.
    """

    bags: Sequence[Bag]
    vectors: Array | None
    answers: dict[str, Labels]
    weights: Array

    def part(self, rows: Labels) -> "Material":
        vectors = None if self.vectors is None else self.vectors[rows]
        answers = {target: labels[rows] for target, labels in self.answers.items()}
        return Material([self.bags[row] for row in rows.tolist()], vectors, answers, self.weights[rows])


def fit_lexical(material: Material) -> Lexical:
    """A linear model for each target over the features that at least two messages have."""
    met = Counter(key for bag in material.bags for hashes, _ in bag.blocks for key in hashes.tolist())
    keys = np.array(sorted(key for key, times in met.items() if times >= MET_AT_LEAST), dtype=np.uint32)
    times = np.array([met[key] for key in keys.tolist()])
    rarity = (1 + np.log((1 + len(material.bags)) / (1 + times))).astype(np.float32)
    bare = Lexical(keys, rarity, np.zeros((len(keys), 0), np.float32), np.zeros(0, np.float32))
    matrix = _matrix(bare, material.bags)
    columns, biases = [], []
    for target in TARGETS:
        weights, bias = _linear(matrix, material.answers[target], target)
        columns.append(weights)
        biases.append(bias)
    return Lexical(keys, rarity, np.hstack(columns).astype(np.float16), np.concatenate(biases).astype(np.float32))


def _matrix(lexical: Lexical, bags: Sequence[Bag]) -> csr_matrix:
    rows, values = zip(*(lexical.sparse(bag) for bag in bags), strict=True)
    ends = np.cumsum([0, *(len(row) for row in rows)])
    return csr_matrix((np.concatenate(values), np.concatenate(rows), ends), shape=(len(bags), len(lexical.keys)))


def _linear(matrix: csr_matrix, labels: Labels, target: str) -> tuple[Array, Array]:
    """Each class against the rest: five times as fast as all at once, and as good."""
    known = np.flatnonzero(labels >= 0)
    balanced = "balanced" if target in ("alarm", "severity", "complaint") else None
    columns, biases = [], []
    for answer in range(TARGETS[target]):
        model = LogisticRegression(
            C=STRENGTH, solver="liblinear", dual=True, tol=0.01, class_weight=balanced, random_state=1
        )
        model.fit(matrix[known], labels[known] == answer)
        columns.append(model.coef_[0])
        biases.append(model.intercept_[0])
    return np.array(columns).T, np.array(biases)


def _for_every_class(weights: Array, bias: Array, classes: int) -> tuple[Array, Array]:
    """Two-class models keep one column; here each class has its own."""
    if weights.shape[1] == 1 and classes == 2:
        return np.hstack([-weights / 2, weights / 2]), np.concatenate([-bias / 2, bias / 2])
    return weights, bias


def fit_meaning(material: Material) -> Meaning:
    """Kernel ridge regression on the sentence vectors, all targets at once, each message by its weight."""
    assert material.vectors is not None
    turn = _directions(material.vectors)
    anchors = turn(material.vectors)
    goals = np.hstack([_goals(material.answers[target], size, target) for target, size in TARGETS.items()])
    kernel = closeness(anchors @ anchors.T)
    kernel[np.diag_indices_from(kernel)] += STEADY / material.weights
    pulls = solve(kernel, goals.astype(np.float32), assume_a="pos", overwrite_a=True)
    return Meaning(turn, anchors, pulls.astype(np.float32))


def _directions(vectors: Array) -> Turn:
    """The directions in which the vectors differ most: a third of the numbers carries nearly all there is to tell."""
    centre = vectors.mean(axis=0)
    _, directions = np.linalg.eigh(np.cov((vectors - centre).T.astype(np.float64)))
    return Turn(centre.astype(np.float32), directions[:, : -DIRECTIONS - 1 : -1].astype(np.float32))


def _goals(labels: Labels, size: int, target: str) -> Array:
    """1 for the right answer and 0 for others, less the average; nothing where a message has no answer."""
    goals = np.zeros((len(labels), size), np.float32)
    known = np.flatnonzero(labels >= 0)
    goals[known, labels[known]] = 1
    goals[known] -= 1 / size
    if target == "alarm":  # emergencies are few
        goals[labels == 1] *= 6
    return goals * REACH
