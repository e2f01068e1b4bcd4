"""Owe and owe no more: the service levels, by plan, severity or customer."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import available_timezones

from handlers.analysis import business_hours, routing
from handlers.errors import NotFound, Refused
from handlers.unit_of_work import UnitOfWork
from storage.accounts import staff
from storage.routing import levels
from storage.routing.levels import GOALS, Level

CONDITIONS = ("plan", "severity", "customer")
LONGEST = 100_000
"""Business minutes: most of a year."""
RUNGS = 6


def owe(
    uow: UnitOfWork,
    name: str,
    conditions: Mapping[str, Any],
    minutes: Mapping[str, int],
    *,
    level_id: int = 0,
    warn_minutes: int = 30,
    ladder: Sequence[tuple[int, int]] = (),
    opening: str = "",
    time_zone: str = "",
    holidays_country: str = "",
    by: int | None = None,
) -> int:
    """A new level, the last, or other words for one; its id. `ladder`: (business minutes after it was due, staff id).

    Counts at once, for tickets that are open too. Raises Refused for what no level can say, NotFound.
    """
    level = _level(uow, level_id) if level_id else Level(position=0, name="", set_at=uow.now())
    _check(name, conditions, minutes, warn_minutes)
    people = {one.id for one in staff.everyone(uow.db)}
    if unknown := [one for _, one in ladder if one not in people]:
        raise NotFound(f"There is no member of staff {unknown[0]}.")
    if len(ladder) > RUNGS or any(not 0 <= after <= LONGEST for after, _ in ladder):
        raise Refused(f"A ladder has at most {RUNGS} rungs, each so many minutes after it was due.")
    if opening.strip():
        _check_hours(uow, opening, time_zone, holidays_country)
    level.name, level.conditions, level.warn_minutes = name.strip(), dict(conditions), warn_minutes
    level.minutes = {goal: minutes[goal] for goal in GOALS if minutes.get(goal)}
    level.ladder = [{"minutes": after, "staff_id": one} for after, one in sorted(ladder)]
    level.opening, level.time_zone, level.holidays_country = opening.strip(), time_zone, holidays_country.upper()
    level.position = level.position or levels.last_position(uow.db) + 1
    levels.keep(uow.db, level)
    what = "level_changed" if level_id else "level_added"
    uow.record(what, by=by, level=level.id, level_name=level.name, conditions=level.conditions, minutes=level.minutes)
    _look_again(uow)
    return level.id or 0


def end(uow: UnitOfWork, level_id: int, *, by: int | None = None) -> None:
    """Nothing is owed by it any more; what it counted is kept."""
    level = _level(uow, level_id)
    level.ended_at = uow.now()
    levels.keep(uow.db, level)
    levels.stop(uow.db, level_id, uow.now())
    uow.record("level_removed", by=by, level=level_id, level_name=level.name)
    _look_again(uow)


def move(uow: UnitOfWork, level_id: int, position: int, *, by: int | None = None) -> None:
    """Try it at another place, 1 first."""
    level = _level(uow, level_id)
    order = [one for one in levels.in_force(uow.db) if one.id != level_id]
    order.insert(max(0, position - 1), level)
    for place, one in enumerate(order, start=1):
        one.position = place
        levels.keep(uow.db, one)
    uow.record("level_moved", by=by, level=level_id, to=position)
    _look_again(uow)


def _look_again(uow: UnitOfWork) -> None:
    uow.enqueue("levels_changed", f"levels-{uow.now().timestamp()}", 0)


def _level(uow: UnitOfWork, level_id: int) -> Level:
    found = levels.get(uow.db, level_id)
    if found is None:
        raise NotFound("There is no such service level.")
    return found


def _check(name: str, conditions: Mapping[str, Any], minutes: Mapping[str, int], warn: int) -> None:
    if not name.strip():
        raise Refused("A service level needs a name.")
    if wrong := routing.check(conditions):
        raise Refused(wrong[0])
    if other := [one for one in conditions if one not in CONDITIONS]:
        raise Refused(f"A service level is chosen by {', '.join(CONDITIONS)}, not by {other[0]}.")
    given = [minutes.get(goal) or 0 for goal in GOALS]
    if not any(given):
        raise Refused("Say how soon: the first answer, the next, or the end.")
    if not all(0 <= one <= LONGEST for one in (*given, warn)):
        raise Refused(f"Minutes are between 1 and {LONGEST:,}.")


def _check_hours(uow: UnitOfWork, opening: str, zone: str, country: str) -> None:
    if zone and zone not in available_timezones():
        raise Refused(f"“{zone}” is no time zone; an example is Europe/Madrid.")
    try:
        business_hours.parse(zone or uow.policy.time_zone, opening, country=country.upper() or None)
    except ValueError as error:
        raise Refused(f"The hours cannot be read: {error}. An example: Mon-Fri 09:00-18:00.") from None
