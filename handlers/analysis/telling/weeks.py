"""ISO weeks in a team's own time zone: from Monday 00:00 to Monday 00:00, 167 to 169 hours where clocks change."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_NAME = re.compile(r"(\d{4})-W(\d{2})", re.ASCII)
_YEARS = range(1971, 3000)


@dataclass(frozen=True)
class Week:
    """The week that begins on the local date `monday` in the time zone `zone` (IANA name)."""

    monday: date
    zone: str

    @property
    def name(self) -> str:
        """`2026-W46`."""
        year, number, _ = self.monday.isocalendar()
        return f"{year}-W{number:02}"

    @property
    def sunday(self) -> date:
        """The local date of the last day."""
        return self.monday + timedelta(days=6)

    @property
    def since(self) -> datetime:
        """The first moment, in UTC."""
        return datetime.combine(self.monday, time.min, ZoneInfo(self.zone)).astimezone(UTC)

    @property
    def until(self) -> datetime:
        """The first moment of the next week, in UTC."""
        return self.later(1).since

    def later(self, weeks: int) -> "Week":
        """The week so many weeks later; earlier when negative."""
        return Week(self.monday + timedelta(weeks=weeks), self.zone)


def parse(name: str, zone: str) -> Week:
    """The week called `2026-W46`. Raises ValueError if there is no such week."""
    match = _NAME.fullmatch(name)
    if match is None or int(match[1]) not in _YEARS:
        raise ValueError(f"{name!r} is not a week such as 2026-W46")
    return Week(date.fromisocalendar(int(match[1]), int(match[2]), 1), zone)


def containing(moment: datetime, zone: str) -> Week:
    """The week in which an aware time lies."""
    day = moment.astimezone(ZoneInfo(zone)).date()
    return Week(day - timedelta(days=day.weekday()), zone)
