"""A week's facts: which themes to tell and how each of them goes. Times are aware; `until` of the week is the horizon."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Protocol

from handlers.analysis.telling import counting, leads, trends
from handlers.analysis.telling.counting import Counted
from handlers.analysis.telling.leads import Lead
from handlers.analysis.telling.weeks import Week, containing

AT_LEAST = 3
"""A quiet week still tells so many of its new themes."""
AT_MOST = 7
"""Themes told in full: with these a week is read in three minutes."""
ON_ITS_WAY = timedelta(days=3)
"""Complaints so soon after a fix may come from where it has not arrived: the theme is not back yet."""


class Voice(counting.Voice, Protocol):
    """One ticket, and what kind of thing it says."""

    @property
    def kind(self) -> str: ...
    @property
    def complaint(self) -> bool: ...
    @property
    def sentiment(self) -> float: ...
    @property
    def gist(self) -> str: ...
    @property
    def queue(self) -> str: ...
    @property
    def bug_id(self) -> int | None: ...


@dataclass(frozen=True)
class Fix:
    """A theme was fixed at a time before the week's end: by a bug, or because an engineer said so."""

    theme_id: int
    fixed_at: datetime
    version: str = ""


@dataclass(frozen=True)
class Facts:
    """What is known of a week. `voices`: of the week and the four before; `first`, `last`: when each theme was heard."""

    week: Week
    voices: Sequence[Voice]
    first: Mapping[int, datetime]
    last: Mapping[int, datetime]
    kinds: Mapping[int, str]
    fixes: Collection[Fix]
    worth: Mapping[int, float]
    flagged: Callable[[int, datetime], bool]
    firsts: Mapping[int, Mapping[int | None, datetime]] = field(default_factory=dict)
    """Theme → customer → their first report of it; None stands for strangers."""
    ever_flagged: Collection[int] = ()
    said: Mapping[int, str] = field(default_factory=dict)
    """What engineers said last to a theme: useful, known, by_design."""

    @cached_property
    def now(self) -> list[Voice]:
        """The week's own voices, oldest first."""
        return [voice for voice in self.voices if voice.opened_at >= self.week.since]

    def one(self, theme_id: int) -> Counted | None:
        """A theme as it counts in the week, told or not; None if nobody told of it in these five weeks."""
        theirs = [voice for voice in self.voices if voice.theme_id == theme_id]
        return counting.themes(theirs, self.week, self.flagged).get(theme_id)

    @cached_property
    def ranked(self) -> list[Counted]:
        """Every theme told in the week, or fixed in it, first things first."""
        counted = counting.themes(self.voices, self.week, self.flagged).values()
        return counting.rank(
            [one for one in counted if one.ticket_ids or self.fixed(one.theme_id)], self.contract_value
        )

    @cached_property
    def full(self) -> list[Counted]:
        """At most seven themes to tell in full: loud, fixed or called useful; new small ones in a quiet week, and one where
        nothing else is new. What engineers know already, or meant to be so, waits until it grows."""
        told = [one for one in self.ranked if not self.known(one)]
        loud = [one for one in told if one.loud or not one.ticket_ids or self.said.get(one.theme_id) == "useful"]
        fresh = [one for one in told if one not in loud and self.trend(one) == "new"]
        wanted = 0 if any(self.trend(one) == "new" for one in loud) else 1
        chosen = loud + fresh[: max(wanted, AT_LEAST - len(loud))]
        return [one for one in self.ranked if one in chosen][:AT_MOST]

    def known(self, one: Counted) -> bool:
        """Engineers said that they know it, or that it is meant so, and nothing about it is worse than it was."""
        worse = one.urgent or self.trend(one) in ("growing", "back again")
        return self.said.get(one.theme_id) in ("known", "by_design") and not worse

    @cached_property
    def rest(self) -> list[Counted]:
        """Themes that are only counted."""
        return [one for one in self.ranked if one not in self.full]

    @property
    def nothing_new(self) -> bool:
        """No theme began, grew or ended, and nobody asked for anything for the first time."""
        return not self.requests and not {"new", "growing", "fixed", "back again"} & {
            self.trend(one) for one in self.ranked
        }

    def contract_value(self, one: Counted) -> float:
        """What the contracts of a theme's customers are worth, EUR a year, each customer once."""
        return sum(self.worth.get(customer, 0.0) for customer in one.customer_ids)

    def trend(self, one: Counted) -> str:
        """new, growing, steady, fading, fixed or back again, against those of the four weeks before in which it was known."""
        began = containing(self.first[one.theme_id], self.week.zone).monday
        known = [
            heard
            for back, heard in zip(range(trends.WEEKS_BEFORE, 0, -1), one.before, strict=True)
            if self.week.later(-back).monday >= began
        ]
        return trends.trend(
            one.heard, known, new=began >= self.week.monday, fixed=self.fixed(one.theme_id), back=self.back(one)
        )

    def back(self, one: Counted) -> bool:
        """Told again after it was fixed, or after four silent weeks."""
        if not one.ticket_ids:
            return False
        fixed_at = self.fixed_at(one.theme_id)
        if fixed_at is not None and any(voice.opened_at > fixed_at + ON_ITS_WAY for voice in self.of_theme(one)):
            return True
        earliest = self.week.later(-trends.WEEKS_BEFORE)
        return self.first[one.theme_id] < earliest.since and not any(one.before)

    def fixed_at(self, theme_id: int) -> datetime | None:
        """When the theme was fixed last, if it ever was."""
        return max((fix.fixed_at for fix in self.fixes if fix.theme_id == theme_id), default=None)

    def fixed_in(self, theme_id: int) -> str:
        """The version that fixed it last, where somebody named one."""
        known = sorted((fix.fixed_at, fix.version) for fix in self.fixes if fix.theme_id == theme_id)
        return known[-1][1] if known else ""

    def lead(self, theme_id: int) -> Lead | None:
        """How much earlier flagged customers told of it than anybody else."""
        return leads.lead(self.firsts.get(theme_id, {}), self.ever_flagged, self.week.until)

    def fixed(self, theme_id: int) -> bool:
        """A bug of the theme is fixed and nobody complained since: told once, in the week in which both became true."""
        fixed_at = self.fixed_at(theme_id)
        if fixed_at is None:
            return False
        last = self.last[theme_id]
        return fixed_at >= self.week.since if last < fixed_at else self.week.later(-1).since <= last < self.week.since

    def of_theme(self, one: Counted) -> list[Voice]:
        """A theme's voices in the week; if it is silent now, those of the four weeks before."""
        theirs = [voice for voice in self.voices if voice.theme_id == one.theme_id]
        return [voice for voice in theirs if voice.opened_at >= self.week.since] or theirs

    @cached_property
    def requests(self) -> list[Voice]:
        """The first voice of each request that nobody had before this week."""
        asked: dict[int, Voice] = {}
        for voice in self.now:
            theme = voice.theme_id
            if theme and self.kinds.get(theme) == "feature_request" and self.first[theme] >= self.week.since:
                asked.setdefault(theme, voice)
        return list(asked.values())

    @cached_property
    def praise(self) -> list[Voice]:
        """Thanks and compliments, the warmest first, one of each customer."""
        warm = [voice for voice in self.now if voice.kind == "praise"]
        by_customer: dict[object, Voice] = {}
        for voice in sorted(warm, key=lambda voice: (-voice.sentiment, voice.ticket_id)):
            by_customer.setdefault(voice.customer_id or f"ticket {voice.ticket_id}", voice)
        return list(by_customer.values())

    def totals(self) -> dict[str, int]:
        """The week in numbers: what came in, how much of it complains, from how many customers, and what is only counted."""
        return {
            "tickets": len(self.now),
            "complaints": sum(voice.complaint for voice in self.now),
            "customers": len({voice.customer_id for voice in self.now} - {None}),
            "other_themes": len(self.rest),
            "other_complaints": sum(len(one.ticket_ids) for one in self.rest),
        }
