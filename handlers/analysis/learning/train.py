"""Trains the model that reads messages: `python -m handlers.analysis.learning.train`, after the examples have changed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from handlers.analysis.cues.read import WRITTEN
from handlers.analysis.learning.encoder import encoder
from handlers.analysis.learning.examples import Example, fingerprint, read_examples
from handlers.analysis.learning.features import bag
from handlers.analysis.learning.fit import Labels, Material, fit_lexical, fit_meaning
from handlers.analysis.learning.mixing import READ_OF_SCORES, alarm_signs, chances, look_signs
from handlers.analysis.learning.weights import TARGETS, Array, Lexical, Meaning, softmax
from handlers.analysis.wording.visible import visible
from storage.vocabulary import EMERGENCIES, KINDS

Scores = dict[str, Array]

BALANCED = 0.7
# Of messages that are no emergency but use the words of one, how many may page somebody; and how many indirect ones that are none may
# be looked at first: of plain ones that is 0.05 to 0.10.
PAGED_AT_MOST = 0.004
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
        "language": np.array([WRITTEN.index(example.language) for example in examples]),
        "emergency": np.array([EMERGENCIES.index(e.emergency) if e.emergency else -1 for e in examples]),
    }
    bags = [bag(text, example.language) for text, example in zip(texts, examples, strict=True)]
    return Material(bags, vectors, answers, _weights(examples, answers["kind"]))


def _weights(examples: list[Example], kinds: Labels) -> Array:
    """Indirect messages count twice, they are fewer; and each kind nearly as much as the others, though bugs are many."""
    weights = np.array([2 if example.style == "indirect" else 1 for example in examples], np.float32)
    told = np.bincount(kinds, weights, len(KINDS))
    balanced: Array = (weights * (told.mean() / told)[kinds] ** BALANCED).astype(np.float32)
    return balanced


def unseen_scores(whole: Material, series: list[str]) -> tuple[Scores, Scores]:
    """Scores of each message by models that never saw it: lexical ones, and by meaning (empty without an encoder)."""
    lexical: Scores = {target: np.zeros((len(whole.bags), size), np.float32) for target, size in TARGETS.items()}
    meaning: Scores = {} if whole.vectors is None else {target: scores.copy() for target, scores in lexical.items()}
    for learn, judge in _folds(whole, series):
        by_words = fit_lexical(whole.part(learn))
        by_meaning = None if whole.vectors is None else fit_meaning(whole.part(learn))
        for row in judge.tolist():
            for target, scores in by_words.scores(whole.bags[row]).items():
                lexical[target][row] = scores
            if by_meaning is not None and whole.vectors is not None:
                for target, scores in by_meaning.scores(whole.vectors[row]).items():
                    meaning[target][row] = scores
    return lexical, meaning


def _folds(whole: Material, series: list[str]) -> Iterator[tuple[Labels, Labels]]:
    """What to learn from and what to judge then: each series once, by models that saw nothing of it, and the rest by halves."""
    told = np.array(series)
    for one in sorted(set(series) - {"", "extra"}):
        yield np.flatnonzero(told != one), np.flatnonzero(told == one)
    alone = np.flatnonzero(told == "")
    groups = (whole.answers["kind"] * 2 + whole.answers["alarm"])[alone]
    for _, half in StratifiedKFold(2, shuffle=True, random_state=7).split(groups, groups):
        judge = alone[half]
        yield np.setdiff1d(np.arange(len(told)), judge), judge


def mixture(scores: list[Array], labels: Labels, balanced: bool) -> tuple[Array, Array]:
    """The weight of each kind of score, and what to add to each answer, for which the mixed probabilities fit best.

    `balanced`: every answer counts as much as the others, however often it occurs.
    """
    known = np.flatnonzero(labels >= 0)
    right = labels[known]
    often = np.bincount(right, minlength=scores[0].shape[1])
    counts = (1 / often[right] if balanced else np.ones(len(known))) / (len(often) if balanced else len(known))

    def surprise(numbers: Array) -> float:
        weights, bias = numbers[: len(scores)], numbers[len(scores) :]
        mixed = sum(weight * score[known] for weight, score in zip(weights, scores, strict=True)) + bias
        chance = softmax(np.asarray(mixed))[np.arange(len(known)), right]
        return float(-(counts * np.log(chance + 1e-9)).sum() + 0.001 * (bias**2).sum())

    start = np.concatenate([np.ones(len(scores)), np.zeros(len(often))])
    found = minimize(surprise, start, method="L-BFGS-B").x
    weights: Array = np.maximum(found[: len(scores)], 0).astype(np.float32)
    bias: Array = found[len(scores) :].astype(np.float32)
    return weights, bias


def alarm_weights(signs: Array, labels: Labels, harmless_sounding: Labels) -> Array:
    """Weights of the signs of an emergency, bias first. Harmless messages with alarming words count five times."""
    importance = np.where((labels == 0) & (harmless_sounding == 1), 5.0, 1.0)
    model = LogisticRegression(C=1.0, max_iter=500).fit(signs, labels, sample_weight=importance)
    return np.concatenate([model.intercept_, model.coef_[0]]).astype(np.float32)


def page_bars(chances: Array, labels: Labels, harmless_sounding: Labels, spoken: Labels) -> Array:
    """From which probability on an emergency is certain, and certain where it is spoken of plainly: by messages that are none."""
    sounding = chances[(labels == 0) & (harmless_sounding == 1)]
    certain = np.quantile(sounding, 1 - PAGED_AT_MOST)
    said = chances[(labels == 0) & (spoken == 1)]
    allowed = int(1.5 * PAGED_AT_MOST * len(sounding))
    plainly = np.sort(said)[-1 - allowed] + 0.01 if len(said) > allowed else 0.0
    return np.array([certain, min(certain, plainly)], np.float32)


def look_weights(signs: Array, labels: Labels, indirect: Labels) -> Array:
    """Weights of the signs that one should look first, bias first. Indirect messages count three times: they are what is hard."""
    model = LogisticRegression(C=0.05, max_iter=3000).fit(signs, labels, sample_weight=1 + 2 * indirect)
    return np.concatenate([model.intercept_, model.coef_[0]]).astype(np.float32)


def look_bars(chances: Array, labels: Labels, indirect: Labels, languages: Labels) -> Array:
    """From which probability on an emergency is possible, by language: by indirect messages that are none."""
    rest = (labels == 0) & (indirect == 1)
    found = [np.quantile(chances[rest & (languages == one)], 1 - LOOKED_AT_AT_MOST) for one in range(len(WRITTEN))]
    return np.array(found, np.float32)


def main() -> None:
    """Reads the examples, trains, writes weights.npz beside this file, and prints what unseen messages gave."""
    examples = read_examples()
    whole = material(examples)
    series = [example.series for example in examples]
    lexical, meaning = unseen_scores(whole, series)
    rows = np.flatnonzero([one != "extra" for one in series])
    judged = whole.part(rows)
    indirect = np.array([int(examples[row].style == "indirect") for row in rows.tolist()])
    numbers = _numbers(judged, indirect, "alone", [{target: scores[rows] for target, scores in lexical.items()}])
    if meaning:
        both = [{target: scores[rows] for target, scores in one.items()} for one in (lexical, meaning)]
        numbers |= _numbers(judged, indirect, "both", both)
    save(fit_lexical(whole), None if whole.vectors is None else fit_meaning(whole), numbers)


def _numbers(judged: Material, indirect: Labels, way: str, scores: list[Scores]) -> Scores:
    """How the models' scores are mixed, and where the bars of emergencies are, learned from messages they never saw."""
    found: Scores = {}
    for target in TARGETS:
        told = [score[target] for score in scores]
        found[f"mix {target} {way}"], found[f"bias {target} {way}"] = mixture(
            told, judged.answers[target], balanced=target == "kind"
        )
    cues = [bag.cues for bag in judged.bags]
    sounding = np.array([int(bool(one.weak or one.strong)) for one in cues])
    spoken = np.array([int(bool(one.strong) and not one.harmless) for one in cues])
    rows = [[{name: score[name][row] for name in READ_OF_SCORES} for score in scores] for row in range(len(cues))]
    labels, languages = judged.answers["alarm"], judged.answers["language"]
    signs = np.array([alarm_signs(one, row) for one, row in zip(cues, rows, strict=True)])
    weights = alarm_weights(signs, labels, sounding)
    looks = np.array([look_signs(one, row) for one, row in zip(cues, rows, strict=True)])
    to_look = look_weights(looks, labels, indirect)
    perhaps = chances(looks, to_look)
    found |= {
        f"alarm {way}": weights,
        f"page {way}": page_bars(chances(signs, weights), labels, sounding, spoken),
        f"look weights {way}": to_look,
        f"look {way}": look_bars(perhaps, labels, indirect, languages),
    }
    mixed = np.sum([w * s["kind"] for w, s in zip(found[f"mix kind {way}"], scores, strict=True)], axis=0)
    mixed += found[f"bias kind {way}"]
    right = np.mean(mixed.argmax(axis=1) == judged.answers["kind"])
    page, look = found[f"page {way}"], found[f"look {way}"]
    seen = np.mean(perhaps[labels == 1] >= look[languages[labels == 1]])
    print(f"{way}: kind right {right:.3f}, emergencies found {seen:.3f}, bars to page {page} and to look {look}")
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
        stored["centre"] = meaning.turn.centre
        stored["directions"] = meaning.turn.directions.astype(np.float16)
    path = Path(__file__).with_name("weights.npz")
    np.savez_compressed(path, **stored)
    print(f"{path.name}: {path.stat().st_size // 1024} KB, {len(lexical.keys)} features")


if __name__ == "__main__":
    main()
