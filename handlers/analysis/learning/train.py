"""Trains the model that reads messages: `python -m handlers.analysis.learning.train`, after the examples have changed."""

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from handlers.analysis.learning.encoder import encoder
from handlers.analysis.learning.examples import Example, fingerprint, read_examples
from handlers.analysis.learning.features import bag
from handlers.analysis.learning.fit import Labels, Material, fit_lexical, fit_meaning
from handlers.analysis.learning.mixing import alarm_signs
from handlers.analysis.learning.weights import TARGETS, Array, Lexical, Meaning, softmax
from handlers.analysis.wording.visible import visible
from storage.vocabulary import EMERGENCIES, KINDS

Scores = dict[str, Array]

FOLDS = 4
# Of messages that are no emergency but use the words of one, how many may page somebody, and how many be looked at first.
PAGED_AT_MOST = 0.01
LOOKED_AT_AT_MOST = 0.13


def material(examples: list[Example]) -> Material:
    """The examples as the models see them."""
    texts = [visible(example.text) for example in examples]
    encode = encoder()
    vectors = None if encode is None else encode(texts)
    answers: dict[str, Labels] = {
        "kind": np.array([KINDS.index(example.kind) for example in examples]),
        "complaint": np.array([int(example.complaint) for example in examples]),
        "sentiment": np.array([example.sentiment + 1 for example in examples]),
        "severity": np.array([example.severity - 1 for example in examples]),
        "alarm": np.array([int(example.emergency is not None) for example in examples]),
        "emergency": np.array([EMERGENCIES.index(e.emergency) if e.emergency else -1 for e in examples]),
    }
    bags = [bag(text, example.language) for text, example in zip(texts, examples, strict=True)]
    return Material(bags, vectors, answers)


def unseen_scores(whole: Material) -> tuple[Scores, Scores]:
    """Scores of each message by models that never saw it: lexical ones, and by meaning (empty without an encoder)."""
    lexical: Scores = {target: np.zeros((len(whole.bags), size), np.float32) for target, size in TARGETS.items()}
    meaning: Scores = {} if whole.vectors is None else {target: scores.copy() for target, scores in lexical.items()}
    for learn, judge in _folds(whole):
        by_words = fit_lexical(whole.part(learn))
        by_meaning = None if whole.vectors is None else fit_meaning(whole.part(learn))
        for row in judge.tolist():
            for target, scores in by_words.scores(whole.bags[row]).items():
                lexical[target][row] = scores
            if by_meaning is not None and whole.vectors is not None:
                for target, scores in by_meaning.scores(whole.vectors[row]).items():
                    meaning[target][row] = scores
    return lexical, meaning


def _folds(whole: Material) -> Iterator[tuple[Labels, Labels]]:
    groups = whole.answers["kind"] * 2 + whole.answers["alarm"]
    yield from StratifiedKFold(FOLDS, shuffle=True, random_state=7).split(groups, groups)


def mixture(scores: list[Array], labels: Labels) -> Array:
    """The weight of each kind of score for which the mixed probabilities fit best (most likely answers)."""
    known = np.flatnonzero(labels >= 0)

    def surprise(weights: Array) -> float:
        mixed = sum(weight * score[known] for weight, score in zip(weights, scores, strict=True))
        chance = softmax(np.asarray(mixed))[np.arange(len(known)), labels[known]]
        return float(-np.log(chance + 1e-9).mean())

    found = minimize(surprise, np.ones(len(scores)), method="Nelder-Mead").x
    weights: Array = np.maximum(found, 0).astype(np.float32)
    return weights


def alarm_weights(signs: Array, labels: Labels, harmless_sounding: Labels) -> Array:
    """Weights of the signs of an emergency, bias first. Harmless messages with alarming words count five times."""
    importance = np.where((labels == 0) & (harmless_sounding == 1), 5.0, 1.0)
    model = LogisticRegression(C=1.0, max_iter=500).fit(signs, labels, sample_weight=importance)
    return np.concatenate([model.intercept_, model.coef_[0]]).astype(np.float32)


def bars(chances: Array, labels: Labels, harmless_sounding: Labels, spoken: Labels) -> Array:
    """From which probability on an emergency is possible, certain, and certain where it is spoken of plainly.

    By what happens to messages that are none.
    """
    plain = chances[(labels == 0) & (harmless_sounding == 0)]
    sounding = chances[(labels == 0) & (harmless_sounding == 1)]
    # The bar must hold where every second harmless message sounds like an emergency.
    both = np.concatenate([np.quantile(plain, np.linspace(0, 1, 1001)), np.quantile(sounding, np.linspace(0, 1, 1001))])
    certain = np.quantile(sounding, 1 - PAGED_AT_MOST)
    said = chances[(labels == 0) & (spoken == 1)]
    allowed = int(1.5 * PAGED_AT_MOST * len(sounding))
    plainly = np.sort(said)[-1 - allowed] + 0.01 if len(said) > allowed else 0.0
    return np.array([np.quantile(both, 1 - LOOKED_AT_AT_MOST), certain, min(certain, plainly)], np.float32)


def main() -> None:
    """Reads the examples, trains, writes weights.npz beside this file, and prints what unseen messages gave."""
    warnings.simplefilter("ignore", ConvergenceWarning)
    whole = material(read_examples())
    lexical, meaning = unseen_scores(whole)
    stored: dict[str, Array] = {}
    ways = {"alone": [lexical]} | ({"both": [lexical, meaning]} if meaning else {})
    sounding = np.array([int(bool(bag.cues.weak or bag.cues.strong)) for bag in whole.bags])
    spoken = np.array([int(bool(bag.cues.strong) and not bag.cues.harmless) for bag in whole.bags])
    for way, scores in ways.items():
        for target in TARGETS:
            stored[f"mix {target} {way}"] = mixture([score[target] for score in scores], whole.answers[target])
        signs = np.array([alarm_signs(bag.cues, [s["alarm"][i] for s in scores]) for i, bag in enumerate(whole.bags)])
        labels = whole.answers["alarm"]
        weights = alarm_weights(signs, labels, sounding)
        chances = 1 / (1 + np.exp(-(signs @ weights[1:] + weights[0])))
        stored[f"alarm {way}"] = weights
        stored[f"bars {way}"] = bars(chances, labels, sounding, spoken)
        mixed = sum(w * s["kind"] for w, s in zip(stored[f"mix kind {way}"], scores, strict=True))
        right = np.asarray(mixed).argmax(axis=1) == whole.answers["kind"]
        found = np.mean(chances[labels == 1] >= stored[f"bars {way}"][0])
        print(f"{way}: kind right {right.mean():.3f}, emergencies found {found:.3f}, {stored[f'bars {way}']}")
    save(fit_lexical(whole), None if whole.vectors is None else fit_meaning(whole), stored)


def save(lexical: Lexical, meaning: Meaning | None, numbers: dict[str, Array]) -> None:
    """Writes everything that reading a message needs."""
    stored: dict[str, Any] = {
        "fingerprint": np.array(fingerprint()),
        "keys": lexical.keys,
        "rarity": lexical.rarity.astype(np.float16),
        "table": lexical.table,
        "bias": lexical.bias,
        **numbers,
    }
    for target, layers in (meaning.layers if meaning else {}).items():
        for depth, (weights, bias) in enumerate(layers):
            stored[f"meaning {target} {depth} weights"] = weights.astype(np.float16)
            stored[f"meaning {target} {depth} bias"] = bias
    path = Path(__file__).with_name("weights.npz")
    np.savez_compressed(path, **stored)
    print(f"{path.name}: {path.stat().st_size // 1024} KB, {len(lexical.keys)} features")


if __name__ == "__main__":
    main()
