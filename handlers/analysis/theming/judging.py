"""How good themes are, judged on messages whose true theme somebody has written down. The labels only judge; nothing is chosen by them."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from handlers.analysis.theming import lasting, naming, scores
from handlers.analysis.theming.discover import discover
from handlers.analysis.theming.graph import Numbers, Rows, checked

GROWTH = 1.25
"""Each week a quarter more than there was."""
LATE = 0.1
"""Share of the true themes of which nothing is said in the first week."""
SMALLEST = 3
"""A theme of fewer messages is not counted as one that lasts."""


def judge(rows: Rows, unrelated: Rows, truth: Sequence[str]) -> dict[str, Any]:
    """NMI, ARI, B-cubed, the number of themes, and the share in none (a theme of one is one)."""
    found = discover(rows, unrelated)
    return {"n": len(truth), **_judged(truth, found.labels), "resolution": found.resolution}


def _judged(truth: Sequence[str], labels: Numbers) -> dict[str, Any]:
    given, found = list(truth), labels.tolist()
    return {
        "themes": len(set(found)),
        "nmi": scores.nmi(given, found),
        "ari": scores.ari(given, found),
        "b3_f1": scores.b_cubed(given, found),
        "unassigned": float(np.mean(labels < 0)),
    }


def judge_weeks(
    rows: Rows, unrelated: Rows, truth: Sequence[str], texts: Sequence[str], weeks: int, seed: int
) -> dict[str, Any]:
    """The same after so many weeks, each with a quarter more messages, and what has lasted from each week to the next.

    `kept_ids`: share of the messages of themes of at least three that are in the theme they were in; `kept_themes`: share of those themes
    that are still there; `kept_names`: share that are still called so; `late_found`: share of the true themes not heard of in the first week
    for which a theme was born later that is mostly theirs; `cold_ari`: what themes made anew from everything reach.
    """
    rows = checked(rows)
    order, late, sizes = _weeks(truth, weeks, seed)
    rows, truth, texts = rows[order], [truth[one] for one in order], [texts[one] for one in order]
    first = discover(rows[: sizes[0]], unrelated)
    themes, names = first.labels, naming.named(texts[: sizes[0]], first.labels, {})
    old_ids = set(themes.tolist())
    told = np.repeat(np.arange(weeks), np.diff([0, *sizes]))
    kept: dict[str, list[float]] = {"kept_ids": [], "kept_themes": [], "kept_names": []}
    for before, now in pairwise(sizes):
        known = np.concatenate([themes, np.full(now - before, lasting.NEW)])
        free, late_on = lasting.young(known, told[:now]), lasting.recent(told[:now])
        after = lasting.go_on(rows[:now], unrelated, known, first.resolution, free, late_on)
        called = naming.named(texts[:now], after, names)
        grown = [one for one in set(themes.tolist()) if (themes == one).sum() >= SMALLEST]
        of_grown = np.isin(themes, grown)
        kept["kept_ids"].append(float(np.mean(after[:before][of_grown] == themes[of_grown])))
        kept["kept_themes"].append(float(np.mean([one in after for one in grown])))
        kept["kept_names"].append(float(np.mean([called.get(one) == names[one] for one in grown])))
        themes, names = after, called
    cold = discover(rows, unrelated, first.resolution)
    return {
        "n": len(truth),
        **_judged(truth, themes),
        **{name: float(np.mean(shares)) for name, shares in kept.items() if shares},
        "late_found": _late_found(truth, themes, late, old_ids),
        "cold_ari": scores.ari(list(truth), cold.labels.tolist()),
        "resolution": first.resolution,
    }


def _weeks(truth: Sequence[str], weeks: int, seed: int) -> tuple[list[int], list[str], list[int]]:
    """(the messages in the order in which they come, the labels that come late, how many there are after each week)."""
    drawn = np.random.default_rng(seed)
    known = sorted(set(truth))
    late = [known[one] for one in drawn.permutation(len(known))[: max(1, round(LATE * len(known)))]]
    shuffled = drawn.permutation(len(truth)).tolist()
    early = [one for one in shuffled if truth[one] not in late]
    sizes = [max(1, round(len(truth) / GROWTH ** (weeks - 1 - week))) for week in range(weeks)]
    opening = early[: sizes[0]]
    rest = set(opening)
    sizes[0] = len(opening)
    return opening + [one for one in shuffled if one not in rest], late, sizes


def _late_found(truth: Sequence[str], themes: Numbers, late: Sequence[str], old_ids: set[int]) -> float:
    """A late theme is found when most of some theme born later is its."""
    labels = np.array(truth)
    found = 0
    for label in late:
        among = themes[labels == label]
        born = [one for one in set(among.tolist()) if one not in old_ids and (among == one).sum() >= 2]
        found += any((among == one).sum() > 0.5 * (themes == one).sum() for one in born)
    return found / len(late)
