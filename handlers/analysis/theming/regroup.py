"""Grouping anew what was grouped before: themes last, what people said of them stands, and what changed can be told."""

from collections import Counter
from collections.abc import Collection
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from handlers.analysis.theming import granularity
from handlers.analysis.theming.discover import FEW, copies
from handlers.analysis.theming.graph import Numbers, Rows, checked, middle
from handlers.analysis.theming.lasting import go_on, recent, young
from handlers.analysis.theming.leaders import leaders


class Edits(NamedTuple):
    """What people said: rows that stay where they are, themes that are not the same, themes that a person named."""

    pinned: NDArray[np.bool_]
    apart: Collection[frozenset[int]]
    named: Collection[int]

    def differ(self, one: int, other: int) -> bool:
        """True for themes that may not become one: said so, or both named by a person."""
        return frozenset((one, other)) in self.apart or (one != other and one in self.named and other in self.named)


class Change(NamedTuple):
    """What became of themes: `merged` (theme → where most of it went), `split` (new theme → the one it was part of),
    `started` (new themes that are nobody's part), and `moved` rows that went one by one."""

    merged: dict[int, int]
    split: dict[int, int]
    started: list[int]
    moved: list[int]


def regroup(
    rows: Rows, unrelated: Rows, themes: Numbers, resolution: float | None, edits: Edits, weeks: Numbers | None = None
) -> Numbers:
    """The theme of each row; `themes` are ids as they were, `weeks` when each was told (counted on; None: all in one).

    New themes are numbered on. The same input gives the same themes.
    """
    unnamed = np.array([one not in edits.named for one in themes.tolist()], dtype=bool)
    weeks = np.zeros(len(themes), dtype=np.int64) if weeks is None else weeks
    free, late = young(themes, weeks) & unnamed & ~edits.pinned, recent(weeks) & ~edits.pinned
    found = go_on(rows, unrelated, themes, resolution, free, late)
    found = np.where(edits.pinned, themes, found)
    return _kept_apart(_named_survive(found, themes, edits), themes, edits)


def fineness(rows: Rows) -> float | None:
    """The resolution to be frozen: the most stable one under resampling; None for too few messages to tell."""
    rows = checked(rows)
    first, _ = copies(rows)
    if len(first) < FEW:
        return None
    _, points = leaders(rows[first], middle=middle(rows[first]))
    return granularity.resolution(points)


def _named_survive(found: Numbers, themes: Numbers, edits: Edits) -> Numbers:
    """Where a theme with a person's name went into one without, the person's goes on."""
    found = found.copy()
    for theme in sorted(set(edits.named) & set(themes.tolist()) - set(found.tolist())):
        went = Counter(found[themes == theme].tolist()).most_common(1)[0][0]
        if went not in edits.named:
            found[found == went] = theme
    return found


def _kept_apart(found: Numbers, themes: Numbers, edits: Edits) -> Numbers:
    """Of themes that are not the same, only the one with most in a group stays there; the others' rows go home."""
    found = found.copy()
    for group in np.unique(found).tolist():
        here = Counter(themes[found == group].tolist())
        order = sorted(here, key=lambda theme: (theme != group, -here[theme], theme))
        stay: list[int] = []
        for theme in order:
            if any(edits.differ(theme, other) for other in (group, *stay)):
                found[(found == group) & (themes == theme)] = theme
            else:
                stay.append(theme)
    return found


def changes(found: Numbers, themes: Numbers) -> Change:
    """What to tell of a regrouping."""
    before, after = Counter(themes.tolist()), set(found.tolist())
    merged = {
        theme: Counter(found[themes == theme].tolist()).most_common(1)[0][0] for theme in before if theme not in after
    }
    fresh = sorted(after - set(before))
    origins = {theme: Counter(themes[found == theme].tolist()).most_common(1)[0] for theme in fresh}
    split = {
        theme: origin
        for theme, (origin, count) in origins.items()
        if origin in after and count > 1 and 2 * count >= (found == theme).sum()
    }
    told = set(merged) | set(split.values())
    moved = [
        row
        for row in np.flatnonzero(found != themes).tolist()
        if not (
            merged.get(int(themes[row])) == found[row]
            or (int(themes[row]) in told and split.get(int(found[row])) == themes[row])
            or (int(found[row]) in fresh and int(found[row]) not in split)
        )
    ]
    return Change(merged, split, [theme for theme in fresh if theme not in split], moved)
