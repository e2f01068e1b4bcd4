"""Deadlines: “by Friday”, “mañana”, “本日中”: the moment somebody promised something for, in three languages."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

EVENING = time(18)
WEEKDAYS = {
    "monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5, "sunday": 6,
    "lunes": 0, "martes": 1, "miércoles": 2, "miercoles": 2, "jueves": 3, "viernes": 4, "sábado": 5, "domingo": 6,
    "月曜": 0, "火曜": 1, "水曜": 2, "木曜": 3, "金曜": 4, "土曜": 5, "日曜": 6,
}  # fmt: skip
NUMBERS = {"one": 1, "an": 1, "a": 1, "two": 2, "three": 3, "un": 1, "una": 1, "dos": 2, "tres": 3}
DAY = "|".join(WEEKDAYS)
NUMBER = r"\d{1,2}|" + "|".join(NUMBERS)
PATTERNS = (
    ("weekday", rf"\b(?:by|until|before|on|this|el|este|antes del)\s+(?:next\s+)?(?P<day>{DAY})\b|(?P<tag>{DAY})日?(?:まで|中)"),
    ("hours", rf"\b(?:within|in|en|dentro de)\s+(?:the next\s+)?(?P<n>{NUMBER})\s+(?:hours?|horas?)\b|(?P<jn>\d{{1,2}})時間以内"),
    ("days", rf"\b(?:within|in|en|dentro de)\s+(?:the next\s+)?(?P<n>{NUMBER})\s+(?:business\s+)?(?:days?|días?)\b|(?P<jn>\d{{1,2}})日以内"),
    ("today", r"\b(?:today|tonight|by (?:the )?end of (?:the )?day|hoy(?: mismo)?|esta tarde)\b|本日中|今日中"),
    ("tomorrow", r"\b(?:by )?tomorrow\b|(?<!la )(?<!de la )(?<!por la )\bmañana\b(?! mismo por)|明日(?:中|まで)"),
    ("week", r"\b(?:(?:by the )?end of (?:the|this) week|this week|esta semana)\b|今週中"),
    ("next_week", r"\b(?:next week|(?:la )?(?:próxima semana|semana que viene))\b|来週中"),
)  # fmt: skip
READ = tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in PATTERNS)
OURS = re.compile(
    r"\b(?:we|i|we'll|i'll|you(?:'ll| will) (?:have|hear|get))\b|(?:mos|ré|remos|voy a|vamos a)\b|(?:ます|いたします)",
    re.IGNORECASE,
)
"""A deadline is a promise where one of us is who acts."""


@dataclass(frozen=True)
class Deadline:
    """The words as they were written, and the moment (aware, in the zone of `now`) at which they run out."""

    words: str
    at: datetime


def deadlines(text: str, now: datetime) -> list[Deadline]:
    """What a reply written at `now` (aware, local) promises for when, in the order of the text; each moment once."""
    found: dict[datetime, tuple[int, Deadline]] = {}
    for number, sentence in enumerate(re.split(r"(?<=[.!?。！？])\s*|\n", text)):
        if not OURS.search(sentence):
            continue
        for name, pattern in READ:
            for hit in pattern.finditer(sentence):
                at = _moment(name, hit, now)
                if at > now:
                    found.setdefault(at, (number * 10_000 + hit.start(), Deadline(hit[0].strip(), at)))
    return [one for _, one in sorted(found.values(), key=lambda each: each[0])]


def _moment(name: str, hit: re.Match[str], now: datetime) -> datetime:
    groups = hit.groupdict()
    if name == "weekday":
        wanted = WEEKDAYS[(groups["day"] or groups["tag"]).lower()]
        return _evening(now, (wanted - now.weekday()) % 7 or 7)
    if name in ("hours", "days"):
        written = (groups["n"] or groups["jn"]).lower()
        number = NUMBERS.get(written) or int(written)
        return now + timedelta(hours=number) if name == "hours" else _evening(now, number)
    friday = (4 - now.weekday()) % 7
    return _evening(now, {"today": 0, "tomorrow": 1, "week": friday, "next_week": friday + 7}[name])


def _evening(now: datetime, days: int) -> datetime:
    return datetime.combine(now.date() + timedelta(days=days), EVENING, now.tzinfo)
