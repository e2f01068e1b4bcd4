"""Business time: when the team is open, and which moment lies so many business minutes after another.

Opening times are wall-clock times in the team's zone. A wall time that the clocks skip, or show twice, is read as
RFC 5545 (3.3.5) does: with the offset before the change. Minutes are real, elapsed minutes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays

Interval = tuple[time, time]

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
QUARTER_HOUR = timedelta(minutes=15)
LONGEST_CLOSURE = timedelta(days=366)


@dataclass(frozen=True)
class Hours:
    """Opening intervals for each weekday (Monday first) in `zone`, less `closed` dates and the country's holidays.

    An interval is (opens, closes), closes excluded; closing at 00:00 means the end of the day.
    `country` is an ISO 3166-1 code, `region` one of its subdivisions as the `holidays` library names them.
    """

    zone: str
    weekly: tuple[tuple[Interval, ...], ...]
    closed: frozenset[date] = field(default_factory=frozenset)
    country: str | None = None
    region: str | None = None

    def __post_init__(self) -> None:
        if len(self.weekly) != len(DAYS):
            raise ValueError("weekly needs seven days, Monday first")
        if not any(self.weekly):
            raise ValueError("the calendar has no opening hours")
        for day in self.weekly:
            _check_order(day)
        _zone(self.zone)
        if self.country:
            _public_holidays(self.country, self.region, 2000)  # an unknown country is refused here, not later


def parse(
    zone: str,
    text: str,
    *,
    closed: frozenset[date] = frozenset(),
    country: str | None = None,
    region: str | None = None,
) -> Hours:
    """Hours from words such as "Mon-Thu 09:00-13:00,14:00-18:00; Fri 09:00-15:00". ValueError tells what is wrong."""
    weekly: list[tuple[Interval, ...]] = [()] * len(DAYS)
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        days, _, times = part.partition(" ")
        intervals = tuple(_interval(piece) for piece in times.split(","))
        for day in _days(days):
            weekly[day] = intervals
    return Hours(zone, tuple(weekly), closed, country, region)


def is_open(hours: Hours, moment: datetime) -> bool:
    """Whether the aware `moment` lies in an opening; the closing moment itself does not."""
    at = _utc(moment)
    return any(_openings(hours, at, at + timedelta.resolution))


def add(hours: Hours, start: datetime, minutes: float) -> datetime:
    """The aware UTC moment `minutes` business minutes (0 or more) after the aware `start`.

    Closed time does not count. May be a closing moment; zero minutes from a closed moment is the next opening.
    """
    if minutes < 0:
        raise ValueError("minutes must not be negative")
    left = timedelta(minutes=minutes)
    for opens, closes in _endless_openings(hours, start):
        if opens + left <= closes:
            return opens + left
        left -= closes - opens
    raise AssertionError("openings never end")


def between(hours: Hours, first: datetime, last: datetime) -> float:
    """Business minutes from `first` to `last`, both aware; negative when `last` is the earlier one."""
    begin, end = _utc(first), _utc(last)
    if end < begin:
        return -between(hours, last, first)
    inside = (closes - opens for opens, closes in _openings(hours, begin, end))
    return sum(inside, timedelta()) / timedelta(minutes=1)


def promise(hours: Hours, now: datetime, minutes: float) -> datetime:
    """When the next news comes: `minutes` business minutes after `now`, up to the next quarter hour while we are open.

    The closing moment counts as open: "by 18:00" can be kept. Aware UTC.
    """
    earliest = add(hours, now, minutes)
    for opens, closes in _endless_openings(hours, earliest - timedelta.resolution):
        quarter = _up_to_quarter(max(opens, earliest))
        if quarter <= closes:
            return quarter
        if opens - earliest > LONGEST_CLOSURE:
            break
    raise ValueError("no opening contains a quarter hour")


def days_after(hours: Hours, start: datetime, days: int) -> datetime:
    """The same wall time on the day that is so many open days after the day of the aware `start`; aware UTC."""
    return _days_away(hours, start, days, 1)


def days_before(hours: Hours, start: datetime, days: int) -> datetime:
    """The same wall time on the day so many open days before that of the aware `start`; aware UTC."""
    return _days_away(hours, start, days, -1)


def _days_away(hours: Hours, start: datetime, days: int, step: int) -> datetime:
    zone = _zone(hours.zone)
    local = _utc(start).astimezone(zone)
    day, left, walked = local.date(), days, 0
    while left > 0:
        day += timedelta(days=step)
        walked += 1
        left -= bool(_intervals(hours, day))
        if walked > LONGEST_CLOSURE.days * (days + 1):
            raise ValueError("the calendar is closed for more than a year")
    return _moment(day, local.timetz().replace(tzinfo=None), zone)


def _openings(hours: Hours, begin: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Openings in UTC, in order and apart, cut to [begin, end]."""
    zone = _zone(hours.zone)
    day, last_day = begin.astimezone(zone).date() - timedelta(days=1), end.astimezone(zone).date()
    reached = begin
    while day <= last_day:
        for opens, closes in _intervals(hours, day):
            # An interval in a skipped hour may come out backwards or overlap its neighbour: never count time twice.
            since = max(_moment(day, opens, zone), reached)
            until = min(_moment(day if closes > opens else day + timedelta(days=1), closes, zone), end)
            if since < until:
                yield since, until
                reached = until
        day += timedelta(days=1)


def _endless_openings(hours: Hours, start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Openings after `start`, for ever; raises ValueError where a whole year has none."""
    begin = _utc(start)
    last = begin
    while True:
        for opens, closes in _openings(hours, begin, begin + timedelta(days=7)):
            last = closes
            yield opens, closes
        begin += timedelta(days=7)
        if begin - last > LONGEST_CLOSURE:
            raise ValueError("the calendar is closed for more than a year")


def _intervals(hours: Hours, day: date) -> tuple[Interval, ...]:
    if day in hours.closed:
        return ()
    if hours.country and day in _public_holidays(hours.country, hours.region, day.year):
        return ()
    return hours.weekly[day.weekday()]


@lru_cache(maxsize=256)
def _public_holidays(country: str, region: str | None, year: int) -> frozenset[date]:
    try:
        return frozenset(holidays.country_holidays(country, subdiv=region, years=year))
    except NotImplementedError as unknown:
        raise ValueError(f"no holidays known for {country} {region or ''}".rstrip()) from unknown


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError as unknown:
        raise ValueError(f"no such time zone: {name}") from unknown


def _moment(day: date, wall: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, wall, zone).astimezone(UTC)


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(UTC)


def _up_to_quarter(moment: datetime) -> datetime:
    past = timedelta(minutes=moment.minute % 15, seconds=moment.second, microseconds=moment.microsecond)
    return moment + (QUARTER_HOUR - past if past else past)


def _check_order(day: tuple[Interval, ...]) -> None:
    reached = time.min
    for position, (opens, closes) in enumerate(day):
        to_midnight = closes == time.min and position == len(day) - 1
        if opens < reached or not (closes > opens or to_midnight):
            raise ValueError("intervals of a day must be in order and apart")
        reached = closes


def _days(text: str) -> range:
    first, _, last = text.lower().partition("-")
    if first not in DAYS or (last or first) not in DAYS:
        raise ValueError(f"no such day: {text}")
    span = range(DAYS.index(first), DAYS.index(last or first) + 1)
    if not span:
        raise ValueError(f"the days run backwards: {text}")
    return span


def _interval(text: str) -> Interval:
    match = re.fullmatch(r"\s*(\d\d):(\d\d)-(\d\d):(\d\d)\s*", text)
    if not match:
        raise ValueError(f"opening hours read like 09:00-18:00, not {text.strip()!r}")
    opens, closes = text.strip().split("-")
    return time.fromisoformat(opens), time.fromisoformat("00:00" if closes == "24:00" else closes)
