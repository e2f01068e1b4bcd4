"""What became of a theme, as sentences for its page."""

from collections.abc import Callable, Mapping
from typing import Any

Detail = Mapping[str, Any]

_SAID: dict[str, Callable[[Detail, int, str], str]] = {
    "theme_started": lambda detail, _here, _other: f"Began as “{detail.get('called', '')}”",
    "theme_renamed": lambda detail, _here, _other: f"Renamed from “{detail['before']}” to “{detail['after']}”",
    "theme_named": lambda detail, _here, _other: f"Renamed from “{detail['before']}” to “{detail['after']}”",
    "theme_entitled": lambda detail, _here, _other: f"Renamed from “{detail['before']}” to “{detail['after']}”",
    "theme_unnamed": lambda detail, _here, _other: f"The name “{detail['before']}” was taken back",
    "theme_merged": lambda detail, here, other: (
        f"{other} became part of this: {_tickets(detail)}"
        if detail["into"] == here
        else f"Became part of {other}: {_tickets(detail)}"
    ),
    "theme_parted": lambda detail, _here, other: (
        f"Became a theme of its own again, apart from {other}: {_tickets(detail)}"
    ),
    "theme_split": lambda detail, _here, other: f"A part became {other}: {_tickets(detail)}",
    "theme_moved": lambda _detail, _here, other: f"{{ticket}} came here from {other}",
    "theme_moved_back": lambda _detail, _here, other: f"{{ticket}} went back to {other}",
    "theme_rejoined": lambda detail, _here, other: f"{other} became part of this again: {_tickets(detail)}",
    "theme_differs": lambda _detail, _here, other: f"Is not the same as {other}",
    "theme_resembles": lambda _detail, _here, other: f"May be the same as {other} after all",
    "theme_located": lambda detail, _here, _other: f"Put into the area “{detail['after'] or 'to be found'}”",
    "theme_unlocated": lambda detail, _here, _other: f"The area “{detail['before'] or 'to be found'}” was taken back",
    "theme_answered": lambda _detail, _here, _other: "The known answer was changed",
    "theme_unanswered": lambda _detail, _here, _other: "The known answer is as it was before",
    "left_theme": lambda _detail, _here, _other: "{ticket} was no complaint after all",
}
_OTHER = {
    "theme_merged": ("theme", "into"), "theme_parted": ("source",), "theme_split": ("into",), "theme_moved": ("before",),
    "theme_moved_back": ("after",), "theme_rejoined": ("theme",),
    "theme_differs": ("other",), "theme_resembles": ("other",),
}  # fmt: skip


def other(name: str, detail: Detail, here: int) -> int | None:
    """The other theme that an event on the page of theme `here` speaks of."""
    return next((int(detail[key]) for key in _OTHER.get(name, ()) if detail.get(key) not in (None, here)), None)


def said(name: str, detail: Detail, here: int, called: str, ticket: str) -> str | None:
    """The sentence; None for what is of no interest there. `called`: the other theme's name, `ticket`: a reference."""
    words = _SAID.get(name)
    return words(detail, here, f"“{called}”").replace("{ticket}", ticket) if words else None


def _tickets(detail: Detail) -> str:
    number = len(detail.get("tickets", ()))
    return f"{number} ticket{'' if number == 1 else 's'}"
