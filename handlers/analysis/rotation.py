"""Whose turn it is: a rotation by the calendar, with days that somebody took over, and those who are away passed over; pure."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date


def on_duty(
    people: Sequence[int],
    starts: date,
    days: int,
    day: date,
    *,
    swaps: Mapping[date, int] | None = None,
    away: Collection[int] = (),
) -> int | None:
    """Who has the turn of `day`: each in order for so many `days` since `starts`. None where nobody is here."""
    taken = (swaps or {}).get(day)
    if taken is not None and taken not in away:
        return taken
    if not people:
        return None
    first = (day - starts).days // max(1, days) % len(people)
    order = [people[(first + step) % len(people)] for step in range(len(people))]
    return next((one for one in order if one not in away), None)
