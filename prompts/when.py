"""A moment as people say it: "tomorrow at 11:00", "on Tuesday 24 November at 11:00 CET"."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from babel.dates import format_date


@dataclass(frozen=True)
class _Phrases:
    today: str
    tomorrow: str
    day: str  # pattern of Unicode TR 35, then how the time joins it
    day_of_another_year: str
    joined: str
    hour: str = "{:%H:%M}"
    one_o_clock: str | None = None
    zone: str = " ({})"
    locale: str | None = None


_PHRASES = {
    "en": _Phrases(
        "today", "tomorrow", "'on' EEEE d MMMM", "'on' EEEE d MMMM y", "{} at {}", zone=" {}", locale="en_GB"
    ),
    "es": _Phrases(
        "hoy",
        "mañana",
        "'el' EEEE d 'de' MMMM",
        "'el' EEEE d 'de' MMMM 'de' y",
        "{} a las {}",
        one_o_clock="{} a la {}",
    ),
    "ja": _Phrases("本日", "明日", "M月d日(EEEEE)", "y年M月d日(EEEEE)", "{}{}", zone="({})"),
    "de": _Phrases("heute", "morgen", "'am' EEEE, d. MMMM,", "'am' EEEE, d. MMMM y,", "{} um {}", hour="{:%H:%M} Uhr"),
    "fr": _Phrases("aujourd’hui", "demain", "'le' EEEE d MMMM", "'le' EEEE d MMMM y", "{} à {}", hour="{:%Hh%M}"),
    "pt": _Phrases(
        "hoje",
        "amanhã",
        "EEEE, d 'de' MMMM,",
        "EEEE, d 'de' MMMM 'de' y,",
        "{} às {}",
        one_o_clock="{} à {}",
        locale="pt_BR",
    ),
}


def when(moment: datetime, now: datetime, language: str, tz: str | tzinfo, *, zone: bool | None = None) -> str:
    """The aware `moment` as a phrase in the customer's language and time zone, seen from the aware `now`.

    The zone is named from the day after tomorrow on; `zone=True` names it always (say so where `tz` is only assumed),
    `zone=False` never. A language without words of its own gets English; an unknown `tz` raises KeyError.
    """
    here = ZoneInfo(tz) if isinstance(tz, str) else tz
    local, today = moment.astimezone(here), now.astimezone(here).date()
    short = re.split("[-_]", language.lower())[0]
    language = short if short in _PHRASES else "en"
    words = _PHRASES[language]
    near = {today: words.today, today + timedelta(days=1): words.tomorrow}.get(local.date())
    joined = words.one_o_clock if words.one_o_clock and local.hour == 1 else words.joined
    phrase = joined.format(near or _day(local, today.year, words, language), words.hour.format(local))
    named = near is None if zone is None else zone
    return phrase + (words.zone.format(_zone_name(local, language)) if named else "")


def day(on: date, language: str, this_year: int) -> str:
    """A day as a phrase: "on Thursday 24 December"."""
    short = re.split("[-_]", language.lower())[0]
    language = short if short in _PHRASES else "en"
    return _day(datetime(on.year, on.month, on.day, tzinfo=UTC), this_year, _PHRASES[language], language).rstrip(",")


def _day(local: datetime, this_year: int, words: _Phrases, language: str) -> str:
    pattern = words.day if local.year == this_year else words.day_of_another_year
    text = format_date(local.date(), pattern, locale=words.locale or language)
    if language == "pt":
        return ("no " if local.weekday() >= 5 else "na ") + text
    return text


def _zone_name(local: datetime, language: str) -> str:
    name = local.tzname() or "UTC"
    if name == "JST" and language == "ja":
        return "日本時間"
    offset = re.fullmatch(r"([+-])0?(\d+?)(?:(\d\d))?", name)
    if not offset:
        return name
    sign, hours, minutes = offset.groups()
    return f"UTC{sign}{hours}" + (f":{minutes}" if minutes else "")
