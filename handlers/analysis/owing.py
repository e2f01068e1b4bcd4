"""What a ticket is owed, and when a clock is to be looked at: pure calculation over business hours."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from handlers.analysis import business_hours
from handlers.analysis.business_hours import Hours


@dataclass(frozen=True)
class Spell:
    """One thing owed: since when, and when it was given, if it was. All aware."""

    goal: str
    since: datetime
    given_at: datetime | None = None


def spells(
    opened_at: datetime,
    answered_at: datetime | None,
    unanswered_since: datetime | None,
    resolved_at: datetime | None,
    *,
    wants_answer: bool = True,
) -> list[Spell]:
    """The first answer until one of us has written, a next one since the customer wrote after that, and the end.

    `answered_at` is the last word of one of us, `unanswered_since` the first of the customer's after it. What is resolved
    without an answer is owed none.
    """
    found = []
    answered = answered_at is not None and answered_at > opened_at
    if wants_answer and (answered or resolved_at is None):
        found.append(Spell("first", opened_at, answered_at if answered else None))
    if wants_answer and answered and unanswered_since is not None and resolved_at is None:
        found.append(Spell("next", unanswered_since))
    found.append(Spell("resolution", opened_at, resolved_at))
    return found


def due(hours: Hours, since: datetime, minutes: float, paused: float) -> datetime:
    """When it has to be given: `minutes` business minutes after `since`, and those it stood still."""
    return business_hours.add(hours, since, minutes + paused)


def look(
    hours: Hours,
    since: datetime,
    minutes: float,
    paused: float,
    warn: int,
    *,
    warned: bool,
    missed: bool,
    rung: int,
    ladder: Iterable[Mapping[str, int]],
) -> datetime | None:
    """When something is to be said next: the warning, then the miss, then each rung so many business minutes later."""
    owed = minutes + paused
    if not missed:
        early = max(0.0, owed - warn) if warn and not warned else owed
        return business_hours.add(hours, since, early)
    later = [one["minutes"] for one in ladder][rung:]
    return business_hours.add(hours, since, owed + later[0]) if later else None
