"""Query: what somebody typed into the search field, taken apart. `is:open customer:acme "export hangs" before:2026-11-01`"""

import re
from dataclasses import dataclass, field
from datetime import date

OPERATORS = ("is", "customer", "theme", "before", "after", "language", "kind", "tag", "has")
PIECE = re.compile(r'(?:(?P<name>[a-z]+):)?(?:"(?P<quoted>[^"]*)"?|(?P<plain>[^\s"]+))', re.IGNORECASE)


@dataclass(frozen=True)
class Query:
    """`phrases` each to be found as they stand; `asked` operator → its values, in order; what could not be read in `wrong`."""

    phrases: tuple[str, ...] = ()
    asked: dict[str, tuple[str, ...]] = field(default_factory=dict)
    before: date | None = None
    after: date | None = None
    wrong: tuple[str, ...] = ()


def read(text: str) -> Query:
    """Never fails: what is no operator of ours is words."""
    phrases: list[str] = []
    asked: dict[str, tuple[str, ...]] = {}
    days: dict[str, date] = {}
    wrong: list[str] = []
    for piece in PIECE.finditer(text):
        name, value = (piece["name"] or "").lower(), piece["quoted"] if piece["plain"] is None else piece["plain"]
        if name not in OPERATORS:
            phrases.append(f"{piece['name']}:{value}" if name else value)
        elif name in ("before", "after"):
            day = _day(value)
            if day is None:
                wrong.append(f"“{name}:{value}” is no day; an example is {name}:2026-11-01.")
            else:
                days[name] = day
        elif value:
            asked[name] = (*asked.get(name, ()), value)
    return Query(tuple(phrases), asked, days.get("before"), days.get("after"), tuple(wrong))


def _day(value: str) -> date | None:
    """`2026-11-18`, `2026-11` or `2026`: the first day of it."""
    parts = value.split("-")
    try:
        return date(*(int(one) for one in [*parts, "1", "1"][:3])) if len(parts) <= 3 else None
    except ValueError:
        return None
