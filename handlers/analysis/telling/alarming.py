"""When many customers suddenly tell of one theme: a bar that counts distinct customers, and what lifts it. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from math import ceil, exp

WINDOW = timedelta(days=7)
WEEKS = 4
LOOKED_AT = WINDOW * (WEEKS + 1)
LEARNING = timedelta(days=14)
"""So long a new workspace only listens: before, nothing is known to be unusual."""
REMEMBERED = timedelta(days=90)
LEAST = 3
CHANCE = 0.05
"""Themes that may pass the bar by chance in a week, all together."""
AFTER_ANOTHER, AFTER_DISMISSAL = 2, 2
"""Customers more that it takes for each alert of the last week, and for each dismissal on this theme."""

Heard = tuple[datetime, int | None]
"""When a complaint came, and from which customer (None: strangers, who count as one)."""


@dataclass(frozen=True)
class Lately:
    """What lifts the bar: how many themes are told of at all, alerts opened in the last week, and what people dismissed."""

    themes: int = 1
    opened: int = 0
    dismissed_here: int = 0
    dismissed: int = 0
    resolved: int = 0
    most_dismissed: int = 0
    """The most customers that a dismissed alert on this theme had: so many are known not to matter."""


def customers(heard: Iterable[Heard], now: datetime) -> int:
    """Distinct customers in the seven days up to `now`."""
    return len({who for when, who in heard if now - WINDOW < when <= now})


def before(heard: Collection[Heard], now: datetime) -> tuple[int, ...]:
    """The same for each of the four weeks before that, oldest first."""
    return tuple(customers(heard, now - WINDOW * back) for back in range(WEEKS, 0, -1))


def bar(weeks: Sequence[int], lately: Lately) -> int:
    """How many customers a week it takes. `weeks`: distinct customers in each of the weeks before.

    So many that chance (a Poisson count around what is usual, with half a customer added) brings a theme there in one of twenty
    weeks over all themes; more after other alerts and dismissals, so that what nobody wanted to hear is heard less.
    """
    usual = max(sum(weeks) / WEEKS, weeks[-1] if weeks else 0) + 0.5
    needed = LEAST
    while _at_least(needed, usual) * max(lately.themes, 1) > CHANCE:
        needed += 1
    needed += AFTER_ANOTHER * lately.opened + AFTER_DISMISSAL * lately.dismissed_here
    needed += max(0, lately.dismissed - lately.resolved) // 3
    return max(needed, ceil(1.5 * lately.most_dismissed))


def over(now: int, needed: int) -> bool:
    """An alert is over when fewer than half as many customers tell of it as it took, or one alone."""
    return now < max(2.0, needed / 2)


def quiet(hours: str, local: datetime) -> bool:
    """Whether a local time lies in quiet hours such as `20:00-08:00`; empty hours are never quiet."""
    if not hours.strip():
        return False
    start, end = (time.fromisoformat(part.strip()) for part in hours.split("-"))
    at = local.time()
    return start <= at < end if start <= end else at >= start or at < end


def _at_least(number: int, mean: float) -> float:
    """P(X >= number) of a Poisson count with that mean."""
    term, below = exp(-mean), 0.0
    for count in range(number):
        below += term
        term *= mean / (count + 1)
    return max(0.0, 1.0 - below)


@dataclass
class Fired:
    """An alert that would have been: when, on which theme, at most how many customers, against which bar, and its end."""

    theme_id: int
    opened_at: datetime
    customers: int
    bar: int
    updates: int = 0
    closed_at: datetime | None = None


@dataclass
class Replay:
    """Lives through complaints in order as the live watch would, dismissing nothing. `fixed`: theme → when it was fixed."""

    started: datetime
    fixed: Mapping[int, datetime] = field(default_factory=dict)
    fired: list[Fired] = field(default_factory=list)
    _heard: dict[int, list[Heard]] = field(default_factory=dict)
    _open: dict[int, Fired] = field(default_factory=dict)

    def hear(self, when: datetime, theme_id: int, customer_id: int | None) -> None:
        """One complaint."""
        self.pass_time(when)
        told = [one for one in self._heard.get(theme_id, ()) if one[0] > when - LOOKED_AT]
        told.append((when, customer_id))
        self._heard[theme_id] = told
        now = customers(told, when)
        if theme_id in self._open:
            alert = self._open[theme_id]
            if now > alert.customers:
                alert.customers, alert.updates = now, alert.updates + 1
            return
        if when < self.started + LEARNING or now < LEAST:
            return
        lately = Lately(
            themes=sum(1 for heard in self._heard.values() if heard[-1][0] > when - LOOKED_AT),
            opened=sum(1 for one in self.fired if one.opened_at > when - WINDOW),
        )
        needed = bar(before(told, when), lately)
        if now >= needed:
            self._open[theme_id] = Fired(theme_id, when, now, needed)
            self.fired.append(self._open[theme_id])

    def pass_time(self, when: datetime) -> None:
        """Up to `when`: what is over ends by itself."""
        for theme_id, alert in list(self._open.items()):
            fixed = self.fixed.get(theme_id)
            done = fixed is not None and alert.opened_at < fixed <= when
            if done or over(customers(self._heard[theme_id], when), alert.bar):
                alert.closed_at = when
                del self._open[theme_id]
