"""Counts a week theme by theme: customers before messages, flagged beside unflagged, and the four weeks before."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from handlers.analysis.telling.trends import WEEKS_BEFORE
from handlers.analysis.telling.weeks import Week, containing


class Voice(Protocol):
    """What is counted: one ticket."""

    @property
    def ticket_id(self) -> int: ...
    @property
    def theme_id(self) -> int | None: ...
    @property
    def customer_id(self) -> int | None: ...
    @property
    def opened_at(self) -> datetime: ...
    @property
    def severity(self) -> int: ...
    @property
    def band(self) -> str: ...


@dataclass(frozen=True)
class Counted:
    """One theme in one week. `heard`: distinct voices; `before`: the same in each of the four weeks before, oldest first."""

    theme_id: int
    ticket_ids: tuple[int, ...]
    customer_ids: frozenset[int]
    flagged_ids: frozenset[int]
    flagged_complaints: int
    urgent: bool
    heard: int
    before: tuple[int, ...]
    customers_before: int

    @property
    def unflagged(self) -> int:
        """Distinct customers who hit it without being flagged."""
        return len(self.customer_ids - self.flagged_ids)

    @property
    def flagged_share(self) -> float | None:
        """Share of the complaints that came from flagged customers; None without complaints."""
        return round(self.flagged_complaints / len(self.ticket_ids), 3) if self.ticket_ids else None

    @property
    def loud(self) -> bool:
        """Enough to be told in full: two customers, three complaints, or something urgent."""
        return len(self.customer_ids) >= 2 or len(self.ticket_ids) >= 3 or self.urgent


def themes(voices: Iterable[Voice], week: Week, flagged: Callable[[int, datetime], bool]) -> dict[int, Counted]:
    """Each theme told in `week` or the four weeks before. `flagged(customer_id, when)` says whether a flag stood."""
    by_theme: dict[int, list[Voice]] = {}
    for voice in voices:
        if voice.theme_id is not None:
            by_theme.setdefault(voice.theme_id, []).append(voice)
    return {theme_id: _counted(theme_id, told, week, flagged) for theme_id, told in by_theme.items()}


def _counted(theme_id: int, told: list[Voice], week: Week, flagged: Callable[[int, datetime], bool]) -> Counted:
    now = [voice for voice in told if week.since <= voice.opened_at < week.until]
    known = [(voice.customer_id, voice.opened_at) for voice in now if voice.customer_id is not None]
    by_flagged = [customer for customer, when in known if flagged(customer, when)]
    weeks = [containing(voice.opened_at, week.zone).monday for voice in told]
    earlier = [week.later(-back).monday for back in range(WEEKS_BEFORE, 0, -1)]
    return Counted(
        theme_id=theme_id,
        ticket_ids=tuple(voice.ticket_id for voice in now),
        customer_ids=frozenset(customer for customer, _ in known),
        flagged_ids=frozenset(by_flagged),
        flagged_complaints=len(by_flagged),
        urgent=any(voice.band != "none" or voice.severity == 1 for voice in now),
        heard=_customers(now),
        before=tuple(
            _customers(voice for voice, monday in zip(told, weeks, strict=True) if monday == start) for start in earlier
        ),
        customers_before=_customers(voice for voice, monday in zip(told, weeks, strict=True) if monday in earlier),
    )


def _customers(voices: Iterable[Voice]) -> int:
    """Distinct customers; strangers together count as one, so that what only they say is not lost."""
    return len({voice.customer_id for voice in voices})


def rank(counted: Collection[Counted], contract_value: Callable[[Counted], float]) -> list[Counted]:
    """Distinct customers first, then complaints, then what their contracts are worth."""
    return sorted(
        counted,
        key=lambda one: (-len(one.customer_ids), -len(one.ticket_ids), -contract_value(one), one.theme_id),
    )
