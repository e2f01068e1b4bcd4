"""Which theme a complaint joins: its nearest neighbours vote."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

VOTERS = 3
"""A theme speaks with its three members nearest to the newcomer; a smaller one with all it has."""
SAME_CUSTOMER = 0.04
"""People repeat themselves: what the same customer said before is likelier to be meant again."""
OTHER_FAMILY = 0.1
"""A wish and a complaint are seldom the same thing, even about the same part of the product."""


class Neighbour(NamedTuple):
    """A complaint near the newcomer: its likeness (-1 to 1), its theme, and what it shares with the newcomer."""

    likeness: float
    theme_id: int
    same_customer: bool
    same_family: bool


def vote(neighbours: Sequence[Neighbour], sizes: Mapping[int, int]) -> tuple[int, float] | None:
    """(theme, score) of the theme whose nearest members are nearest on average; None without neighbours.

    `sizes`: members of each theme. A member that is not among the neighbours is as far as the farthest of them.
    """
    if not neighbours:
        return None
    farthest = min(one.likeness for one in neighbours)
    scores: dict[int, list[float]] = {}
    for one in neighbours:
        bonus = SAME_CUSTOMER * one.same_customer - OTHER_FAMILY * (not one.same_family)
        scores.setdefault(one.theme_id, []).append(one.likeness + bonus)
    means = {}
    for theme_id, found in scores.items():
        voters = min(VOTERS, max(sizes.get(theme_id, 0), len(found)))
        nearest = sorted(found, reverse=True)[:voters]
        nearest += [farthest] * (voters - len(nearest))
        means[theme_id] = sum(nearest) / voters
    best = max(means, key=lambda theme_id: (means[theme_id], -theme_id))
    return best, means[best]
