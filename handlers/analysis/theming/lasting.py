"""Themes that last: when messages came, the search goes on from the themes there were, and ids are carried over."""

import numpy as np
from numpy.typing import NDArray

from handlers.analysis.theming.communities import SEED, communities, continued
from handlers.analysis.theming.discover import FEW, TRIALS, copies
from handlers.analysis.theming.few import few
from handlers.analysis.theming.graph import Graph, Numbers, Rows, checked, middle, neighbours
from handlers.analysis.theming.leaders import leaders

NEW = -1
ANEW, AT_HOME = 5, 0.2
"""So many searches from nothing are asked; who is in its theme by this share of them stays there."""
RECENT_WEEKS = 3
"""Messages of the last weeks are not yet held by the theme they came into: what is told for the first time seldom is enough for a
theme of its own in one week, and would stay with the most similar one for ever."""
MOSTLY_RECENT = 0.7
"""A group of which more than this share is new or recent may be a theme of its own."""
MEMBERS, MEMBERS_IN_ONE_WEEK = 3, 8
"""A theme that was told in several weeks is mature with so many messages; one told in a single week needs more."""
LOYALTY = 0.4
"""A message leaves its theme when those near it there weigh less than this share of those near it where it would go."""


def go_on(
    rows: Rows,
    unrelated: Rows,
    themes: Numbers,
    resolution: float | None,
    young: NDArray[np.bool_] | None = None,
    recent: NDArray[np.bool_] | None = None,
) -> Numbers:
    """The theme of each row after messages came. `themes`: ids as they were, `NEW` for rows without one.

    A theme keeps its id where most of it stays together; a new one has the next number. Nobody is left out. What is in a
    `young` theme is as free as what is new; what is `recent` may leave with others for a theme nobody knew of. Few messages are
    linked anew each time, those together before more easily. The same input gives the same themes.
    """
    rows = checked(rows)
    first, place = copies(rows)
    before = themes[first]
    known = np.flatnonzero(themes != NEW)[::-1]
    before[place[known]] = themes[known]  # the first copy that has a theme speaks for all copies
    if resolution is None or len(first) < FEW:
        return carried(few(rows[first], checked(unrelated), before)[place], themes)
    settled = before if young is None else np.where(young[first], NEW, before)
    part, points = leaders(rows[first], middle=middle(rows[first]))
    graph = neighbours(points)
    known = _mostly(part, settled)
    fresh = known == NEW
    if recent is not None:
        fresh |= np.bincount(part, recent[first]) > 0.5 * np.bincount(part)
    cold = communities(graph, resolution, TRIALS)
    own = fresh & (np.bincount(cold, fresh) > MOSTLY_RECENT * np.bincount(cold))[cold]
    start = joined(graph, known)
    start = np.where(own, start.max(initial=NEW) + 1 + cold, start)
    held = np.where(own, NEW, known)
    found = at_home(graph, carried(continued(graph, start, resolution), held), held, resolution)
    found = loyal(graph, found, known)
    return carried(found[part][place], themes)


def young(themes: Numbers, weeks: Numbers) -> NDArray[np.bool_]:
    """Rows of themes that are not mature yet, which counts members and weeks. `weeks`: when each was told; any numbering."""
    ids, place, members = np.unique(themes, return_inverse=True, return_counts=True)
    told, _ = np.unique(np.stack([place, weeks], axis=1), axis=0, return_counts=True)
    several = np.bincount(told[:, 0], minlength=len(ids)) > 1
    return np.asarray((members < np.where(several, MEMBERS, MEMBERS_IN_ONE_WEEK))[place] | (themes == NEW))


def recent(weeks: Numbers) -> NDArray[np.bool_]:
    """Rows told in the last weeks, those of the first of all not among them. `weeks`: counted on, the week of each row."""
    return np.asarray((weeks > weeks.max(initial=0) - RECENT_WEEKS) & (weeks > weeks.min(initial=0)))


def _mostly(part: Numbers, themes: Numbers) -> Numbers:
    """For each point the theme that most of its rows were in, `NEW` where none was in any."""
    found = np.full(int(part.max(initial=-1)) + 1, NEW)
    known = np.flatnonzero(themes != NEW)
    pairs, counts = np.unique(np.stack([part[known], themes[known]], axis=1), axis=0, return_counts=True)
    order = np.argsort(counts, kind="stable")
    found[pairs[order, 0]] = pairs[order, 1]
    return found


def at_home(graph: Graph, found: Numbers, themes: Numbers, resolution: float) -> Numbers:
    """`found`, but who would be in its theme again if all began from nothing stays there: only what holds is moved."""
    stayed = np.zeros(graph.nodes)
    for number in range(ANEW):
        stayed += carried(communities(graph, resolution, seed=SEED + number), themes) == themes
    return np.where((themes != NEW) & (found != themes) & (stayed >= AT_HOME * ANEW), themes, found)


def loyal(graph: Graph, found: Numbers, themes: Numbers) -> Numbers:
    """`found`, but who would move without need stays where it was."""
    home, away = np.zeros(graph.nodes), np.zeros(graph.nodes)
    for one, two in ((graph.one, graph.two), (graph.two, graph.one)):
        home += np.bincount(one, graph.weight * (found[two] == themes[one]), graph.nodes)
        away += np.bincount(one, graph.weight * (found[two] == found[one]), graph.nodes)
    stays = (themes != NEW) & (found != themes) & (home > 0) & (home >= LOYALTY * away)
    return np.where(stays, themes, found)


def joined(graph: Graph, themes: Numbers) -> Numbers:
    """Where each row begins: its theme, for a new one the theme its neighbours weigh most for, else one of its own."""
    start = themes.copy()
    votes: dict[int, dict[int, float]] = {}
    for one, two, weight in zip(graph.one.tolist(), graph.two.tolist(), graph.weight.tolist(), strict=True):
        for newcomer, other in ((one, two), (two, one)):
            if themes[newcomer] == NEW:
                own = votes.setdefault(newcomer, {})
                own[int(themes[other])] = own.get(int(themes[other]), 0.0) + weight
    free = int(themes.max(initial=NEW)) + 1
    for row in np.flatnonzero(themes == NEW).tolist():
        best = max(votes.get(row, {NEW: 1.0}).items(), key=lambda vote: (vote[1], -vote[0]))[0]
        if best == NEW:
            best, free = free, free + 1
        start[row] = best
    return start


def carried(found: Numbers, themes: Numbers) -> Numbers:
    """`found` with the ids of `themes`: one to one, the largest overlaps first; groups without one are numbered on."""
    known = np.flatnonzero(themes != NEW)
    free = int(themes.max(initial=NEW)) + 1
    pairs, counts = np.unique(np.stack([found[known], themes[known]], axis=1), axis=0, return_counts=True)
    given: dict[int, int] = {}
    for place in np.lexsort((pairs[:, 1], pairs[:, 0], -counts)).tolist():
        group, theme = pairs[place].tolist()
        if group not in given and theme not in given.values():
            given[group] = theme
    for group in dict.fromkeys(found.tolist()):
        if group not in given:
            given[group], free = free, free + 1
    return np.array([given[group] for group in found.tolist()], dtype=np.int64)
