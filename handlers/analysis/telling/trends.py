"""How a theme moves: this week against the four before, counted in distinct customers, so that one loud voice moves nothing."""

from collections.abc import Sequence
from math import sqrt

WEEKS_BEFORE = 4


def trend(this: int, before: Sequence[int], *, new: bool = False, fixed: bool = False, back: bool = False) -> str:
    """Where a theme goes: new, growing, steady, fading, fixed or back again. `this` and `before` are distinct customers per week, `before` since the theme is known.

    A change counts when it is larger than the scatter of such small numbers (one standard deviation of a Poisson count,
    with half a customer added so that silence is not certainty).
    """
    if fixed:
        return "fixed"
    if back:
        return "back again"
    if new or not before:
        return "new"
    usual = sum(before) / len(before)
    scatter = sqrt(usual + 0.5)
    if this >= 2 and this > usual + scatter:
        return "growing"
    return "fading" if this < usual - scatter else "steady"
