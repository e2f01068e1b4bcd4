"""Fits the models to examples. Only the training command comes here: scikit-learn is not loaded to read a message."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier

from handlers.analysis.learning.features import Bag
from handlers.analysis.learning.weights import TARGETS, Array, Lexical, Meaning

Labels = np.ndarray[tuple[int], np.dtype[np.int64]]

MET_AT_LEAST = 2
STRENGTH = 8.0
SEEDS = (1, 2, 3)
SPREAD = 6.0


@dataclass(frozen=True)
class Material:
    """Messages as bags and as vectors (or None), and for each target the right answer (-1: this message has none)."""

    bags: Sequence[Bag]
    vectors: Array | None
    answers: dict[str, Labels]

    def part(self, rows: Labels) -> "Material":
        vectors = None if self.vectors is None else self.vectors[rows]
        answers = {target: labels[rows] for target, labels in self.answers.items()}
        return Material([self.bags[row] for row in rows.tolist()], vectors, answers)


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
    """A small network for kind and alarm (three of them, their answers averaged), a linear model for the rest."""
    assert material.vectors is not None
    layers = {}
    for target in TARGETS:
        labels = material.answers[target]
        known = np.flatnonzero(labels >= 0)
        if target in ("kind", "alarm"):
            layers[target] = _network(material.vectors[known], labels[known], TARGETS[target])
        else:
            model = LogisticRegression(C=1.0, max_iter=300, tol=1e-3)
            model.fit(material.vectors[known] * 4, labels[known])
            weights, bias = _for_every_class(model.coef_.T, model.intercept_, TARGETS[target])
            layers[target] = [(weights.astype(np.float32) * 4, bias.astype(np.float32))]
    return Meaning(layers)


def _network(vectors: Array, labels: Labels, classes: int) -> list[tuple[Array, Array]]:
    if classes == 2:  # emergencies are few: show each three times
        rows = np.concatenate([np.arange(len(labels)), *(np.flatnonzero(labels == 1) for _ in range(2))])
        vectors, labels = vectors[rows], labels[rows]
    first, first_bias, second, second_bias = [], [], [], []
    for seed in SEEDS:
        model = MLPClassifier(
            (96,), alpha=1.0, max_iter=40, learning_rate_init=2e-3, random_state=seed, early_stopping=False, tol=0.0
        )
        model.fit(vectors * SPREAD, labels)
        weights, bias = _for_every_class(model.coefs_[1], model.intercepts_[1], classes)
        first.append(model.coefs_[0] * SPREAD)
        first_bias.append(model.intercepts_[0])
        second.append(weights / len(SEEDS))
        second_bias.append(bias / len(SEEDS))
    return [
        (np.hstack(first).astype(np.float32), np.concatenate(first_bias).astype(np.float32)),
        (np.vstack(second).astype(np.float32), np.sum(second_bias, axis=0).astype(np.float32)),
    ]
