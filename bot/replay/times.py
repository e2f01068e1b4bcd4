"""When things happen in a replay: the six weeks are moved so that they end now."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

DAY = 24 * 60
JUST_NOW = 3
"""Minutes between the last thing that happens and now."""


@dataclass
class Clock:
    """A clock that the replay sets; it never goes back."""

    time: datetime

    def __call__(self) -> datetime:
        return self.time

    def forward(self, to: datetime) -> None:
        """It is `to` now, unless it is later already."""
        self.time = max(self.time, to)


@dataclass(frozen=True)
class Moved:
    """The six weeks, moved by whole days to end at the newest `ends_at` o'clock (local, in `zone`) that is not after `now`.

    So working hours stay working hours, whatever the hour now. Only the last day is drawn out, so that what happened last (at
    `last` minutes before the end) happened a moment before `now`; the order stays.
    """

    now: datetime
    zone: str
    ends_at: tuple[int, int]
    last: int

    @property
    def end(self) -> datetime:
        """Where minute 0 lies, before the last day is drawn out; UTC."""
        local = self.now.astimezone(ZoneInfo(self.zone))
        end = local.replace(hour=self.ends_at[0], minute=self.ends_at[1], second=0, microsecond=0)
        return (end if end <= local else end - timedelta(days=1)).astimezone(UTC)

    def moment(self, minutes_before_end: float) -> datetime:
        """When something happens that lies so many minutes before the end; UTC."""
        if minutes_before_end >= DAY:
            return self.end - timedelta(minutes=minutes_before_end)
        drawn = self.now - timedelta(minutes=JUST_NOW) - (self.end - timedelta(minutes=DAY))
        passed = (DAY - minutes_before_end) / (DAY - self.last)
        return self.end - timedelta(minutes=DAY) + min(1.0, passed) * drawn
