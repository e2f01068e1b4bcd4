"""The usability review: what is hard to use, by area, with frequency, trend and real examples, for a month or a quarter."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from handlers.analysis.meaning import glossary
from handlers.analysis.telling import periods, trends
from handlers.analysis.telling.periods import Period
from handlers.errors import Refused
from handlers.insights.digest.quoting import Quoted
from handlers.unit_of_work import UnitOfWork
from storage.desk.tickets import FIRST_NUMBER
from storage.insights import bugs, themes, voices
from storage.insights.voices import Voice

KIND = "usability"
ELSEWHERE = "Elsewhere"
"""Where no area of the glossary is named."""
EXAMPLES_FROM = 60


def review(uow: UnitOfWork, period: str | None = None) -> dict[str, Any]:
    """The review of `2026-11` or `2026-Q4`; without one, of the month that is over. Raises Refused if there is none such."""
    wanted = _period(uow, period)
    earlier = wanted.later(-1)
    told = [one for one in voices.between(uow.db, earlier.since, wanted.until) if one.kind == KIND]
    areas = _areas(uow, told)
    grouped: dict[str, list[Voice]] = defaultdict(list)
    for one in told:
        grouped[areas[one.ticket_id]].append(one)
    quoted = Quoted(uow)
    shown = [_area(uow, name, some, wanted, quoted) for name, some in grouped.items()]
    shown = [one for one in shown if one["complaints"] or one["before"]]
    shown.sort(key=lambda one: (one["area"] == ELSEWHERE, -one["customers"], -one["complaints"], one["area"]))
    now = [one for one in told if one.opened_at >= wanted.since]
    return {
        "period": wanted.name,
        "title": wanted.title,
        "from": wanted.first.isoformat(),
        "to": wanted.last.isoformat(),
        "url": f"{uow.console_url}/reviews/{wanted.name}",
        "totals": {
            "complaints": len(now),
            "customers": _customers(now),
            "before": len(told) - len(now),
            "customers_before": _customers([one for one in told if one.opened_at < wanted.since]),
        },
        "areas": shown,
    }


def recent_periods(uow: UnitOfWork) -> list[str]:
    """Periods worth a look: this month, the last one, this quarter and the one before."""
    zone = uow.policy.time_zone
    month, quarter = (periods.containing(uow.now(), zone, months) for months in (1, 3))
    return [month.name, month.later(-1).name, quarter.name, quarter.later(-1).name]


def _period(uow: UnitOfWork, name: str | None) -> Period:
    zone = uow.policy.time_zone
    try:
        return periods.parse(name, zone) if name else periods.containing(uow.now(), zone, 1).later(-1)
    except ValueError:
        raise Refused(f"“{name}” is neither a month such as 2026-11 nor a quarter such as 2026-Q4.") from None


def _areas(uow: UnitOfWork, told: Sequence[Voice]) -> dict[int, str]:
    """The area of each ticket: what its words name first, counted over its theme, so that a theme stays in one area."""
    known = uow.glossary
    said = voices.opening_words(uow.db, [one.ticket_id for one in told])
    own = {
        one.ticket_id: _named(
            known, said[one.ticket_id].text if one.ticket_id in said else one.gist, uow.policy.language
        )
        for one in told
    }
    by_theme: dict[int, Counter[str]] = defaultdict(Counter)
    for one in told:
        if one.theme_id is not None and own[one.ticket_id]:
            by_theme[one.theme_id][own[one.ticket_id]] += 1
    said_so = {one.id: one.area for one in themes.everything(uow.db) if one.area_by == "person"}
    for theme_id in by_theme.keys() & said_so.keys():
        by_theme[theme_id] = Counter({said_so[theme_id]: 1})
    return {one.ticket_id: _most(by_theme.get(one.theme_id or 0)) or own[one.ticket_id] or ELSEWHERE for one in told}


def _named(known: glossary.Glossary, text: str, language: str) -> str:
    areas = (one for one in known.found(text) if known.roles[one] == "area")
    return next((known.name(one, language) for one in areas), "")


def _most(counted: Counter[str] | None) -> str:
    return min(counted, key=lambda name: (-counted[name], name)) if counted else ""


def _area(uow: UnitOfWork, name: str, told: Sequence[Voice], period: Period, quoted: Quoted) -> dict[str, Any]:
    now = [one for one in told if one.opened_at >= period.since]
    before = [one for one in told if one.opened_at < period.since]
    everybody = _customers(told)
    return {
        "area": name,
        "complaints": len(now),
        "customers": _customers(now),
        "before": len(before),
        "customers_before": _customers(before),
        "trend": trends.trend(_customers(now), [_customers(before)], new=not before),
        "themes": _problems(uow, now, before),
        "examples": quoted.typical(now[-EXAMPLES_FROM:] or before[-EXAMPLES_FROM:], alone=everybody < 2),
        "tickets": [f"{uow.policy.reference_prefix}-{FIRST_NUMBER + one.ticket_id}" for one in now],
    }


def _problems(uow: UnitOfWork, now: Sequence[Voice], before: Sequence[Voice]) -> list[dict[str, Any]]:
    """The themes of an area, those of most customers first."""
    names: Mapping[int, str] = {one.id or 0: one.name for one in themes.everything(uow.db)}
    found = []
    for theme_id in dict.fromkeys(one.theme_id for one in now if one.theme_id):
        theirs = [one for one in now if one.theme_id == theme_id]
        found.append(
            {
                "id": theme_id,
                "title": names[theme_id],
                "complaints": len(theirs),
                "customers": _customers(theirs),
                "before": sum(one.theme_id == theme_id for one in before),
                "url": f"{uow.console_url}/themes/{theme_id}",
                "bugs": [
                    {"id": bug.external_key or str(bug.id), "state": bug.state}
                    for bug in bugs.of_theme(uow.db, theme_id)
                ],
            }
        )
    return sorted(found, key=lambda one: (-int(str(one["customers"])), -int(str(one["complaints"])), str(one["title"])))


def _customers(told: Sequence[Voice]) -> int:
    """Distinct customers; strangers together count as one."""
    return len({one.customer_id for one in told})
