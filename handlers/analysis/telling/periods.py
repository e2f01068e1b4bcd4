"""Months and quarters in a team's own time zone, from the first midnight to the next period's."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_NAME = re.compile(r"(?P<year>(?:19|20)\d{2})-(?:(?P<month>0[1-9]|1[0-2])|Q(?P<quarter>[1-4]))", re.ASCII)


@dataclass(frozen=True)
class Period:
    """`months` (1 or 3) from the local date `first` on, in the time zone `zone` (IANA name)."""

    first: date
    months: int
    zone: str

    @property
    def name(self) -> str:
        """`2026-11` or `2026-Q4`."""
        year, month = self.first.year, self.first.month
        return f"{year}-{month:02}" if self.months == 1 else f"{year}-Q{(month + 2) // 3}"

    @property
    def title(self) -> str:
        """`November 2026` or `fourth quarter of 2026`."""
        if self.months == 1:
            return f"{self.first:%B %Y}"
        return f"{('first', 'second', 'third', 'fourth')[(self.first.month - 1) // 3]} quarter of {self.first.year}"

    @property
    def last(self) -> date:
        """The local date of the last day."""
        return self.later(1).first - timedelta(days=1)

    @property
    def since(self) -> datetime:
        """The first moment, in UTC."""
        return datetime.combine(self.first, time.min, ZoneInfo(self.zone)).astimezone(UTC)

    @property
    def until(self) -> datetime:
        """The first moment of the next one, in UTC."""
        return self.later(1).since

    def later(self, periods: int) -> "Period":
        """The period so many later; earlier when negative."""
        month = self.first.year * 12 + self.first.month - 1 + periods * self.months
        return Period(date(month // 12, month % 12 + 1, 1), self.months, self.zone)


def parse(name: str, zone: str) -> Period:
    """The period called `2026-11` or `2026-Q4`. Raises ValueError if there is none such."""
    match = _NAME.fullmatch(name)
    if match is None:
        raise ValueError(f"{name!r} is not a month such as 2026-11 or a quarter such as 2026-Q4")
    quarter = int(match["quarter"] or 0)
    month = int(match["month"] or 0) or 3 * quarter - 2
    return Period(date(int(match["year"]), month, 1), 3 if quarter else 1, zone)


def containing(moment: datetime, zone: str, months: int) -> Period:
    """The month or quarter (`months` 1 or 3) in which an aware time lies."""
    day = moment.astimezone(ZoneInfo(zone)).date()
    return Period(date(day.year, (day.month - 1) // months * months + 1, 1), months, zone)
