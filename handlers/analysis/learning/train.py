"""Trains the model that reads messages: `python -m handlers.analysis.learning.train`, after the examples have changed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
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
PAGED_AT_MOST = 0.006
LOOKED_AT_AT_MOST = 0.15


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
    weights = np.array([2 if example.style == "indirect" else 1 for example in examples], np.float32)
    return Material(bags, vectors, answers, weights)


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
    examples = read_examples()
    whole = material(examples)
    lexical, meaning = unseen_scores(whole)
    rows = np.flatnonzero([example.judged for example in examples])
    judged = whole.part(rows)
    numbers = _numbers(judged, "alone", [{target: scores[rows] for target, scores in lexical.items()}])
    if meaning:
        both = [{target: scores[rows] for target, scores in one.items()} for one in (lexical, meaning)]
        numbers |= _numbers(judged, "both", both)
    save(fit_lexical(whole), None if whole.vectors is None else fit_meaning(whole), numbers)


def _numbers(judged: Material, way: str, scores: list[Scores]) -> Scores:
    """How the models' scores are mixed, and where the bars of emergencies are, learned from messages they never saw."""
    found = {
        f"mix {target} {way}": mixture([score[target] for score in scores], judged.answers[target])
        for target in TARGETS
    }
    cues = [bag.cues for bag in judged.bags]
    sounding = np.array([int(bool(one.weak or one.strong)) for one in cues])
    spoken = np.array([int(bool(one.strong) and not one.harmless) for one in cues])
    signs = np.array([alarm_signs(one, [score["alarm"][row] for score in scores]) for row, one in enumerate(cues)])
    labels = judged.answers["alarm"]
    weights = alarm_weights(signs, labels, sounding)
    chances = 1 / (1 + np.exp(-(signs @ weights[1:] + weights[0])))
    found |= {f"alarm {way}": weights, f"bars {way}": bars(chances, labels, sounding, spoken)}
    mixed = np.sum([w * s["kind"] for w, s in zip(found[f"mix kind {way}"], scores, strict=True)], axis=0)
    right = np.mean(mixed.argmax(axis=1) == judged.answers["kind"])
    seen = np.mean(chances[labels == 1] >= found[f"bars {way}"][0])
    print(f"{way}: kind right {right:.3f}, emergencies found {seen:.3f}, bars {found[f'bars {way}']}")
    return found


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
    if meaning is not None:
        stored["anchors"] = np.round(meaning.anchors * 127 / np.abs(meaning.anchors).max()).astype(np.int8)
        stored["pulls"] = meaning.pulls.astype(np.float16)
    path = Path(__file__).with_name("weights.npz")
    np.savez_compressed(path, **stored)
    print(f"{path.name}: {path.stat().st_size // 1024} KB, {len(lexical.keys)} features")


if __name__ == "__main__":
    main()
