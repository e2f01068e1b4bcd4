"""Pages: Jinja2 with autoescape and strict variables, and times as the team reads them."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from bot.web.locales import LANGUAGES, counted, ngettext, sentence, spoken
from bot.web.locales import gettext as _
from prompts import owing, sources
from prompts import slack as words
from prompts.markup import euros, one_line
from storage.desk.tickets import FIRST_NUMBER

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Times:
    """Moments in the reader's language, seen from `now` (aware) in one zone."""

    now: datetime
    zone: ZoneInfo

    def clock(self, moment: datetime) -> str:
        """ "14:05" today, "Mon 14:05" within a week, "2 Nov 14:05" else, with the year where it is another."""
        local, today = moment.astimezone(self.zone), self.now.astimezone(self.zone).date()
        if local.date() == today:
            return f"{local:%H:%M}"
        if abs((local.date() - today).days) < 7:
            return f"{format_date(local, 'EEE', locale=spoken())} {local:%H:%M}"
        return f"{self.day(moment)} {local:%H:%M}"

    def full(self, moment: datetime) -> str:
        """ "Wednesday 18 November 2026, 09:00 UTC"."""
        local = moment.astimezone(self.zone)
        return f"{format_date(local, _('EEEE d MMMM y'), locale=spoken())}, {local:%H:%M %Z}"

    def day(self, when: date) -> str:
        """ "18 Nov", with the year where it is another."""
        local = when.astimezone(self.zone).date() if isinstance(when, datetime) else when
        other = local.year != self.now.astimezone(self.zone).year
        return format_date(local, _("d MMM y") if other else _("d MMM"), locale=spoken())

    def away(self, moment: datetime) -> str:
        """How far a moment is: "in 25 min", "3 h ago"."""
        span = moment - self.now
        if span >= timedelta(0):
            return _("in %(span)s") % {"span": _length(span)}
        return _("%(span)s ago") % {"span": _length(-span)}

    def due(self, moment: datetime) -> str:
        """What is due: "in 25 min", "3 h late"."""
        span = moment - self.now
        if span >= timedelta(0):
            return _("in %(span)s") % {"span": _length(span)}
        return _("%(span)s late") % {"span": _length(-span)}

    def late(self, moment: datetime) -> bool:
        """True once it has passed."""
        return moment < self.now

    def soon(self, moment: datetime) -> bool:
        """True in the last hour before."""
        return self.now <= moment < self.now + timedelta(hours=1)

    def days_to(self, when: date) -> int:
        """Whole days from today, negative for the past."""
        return (when - self.now.astimezone(self.zone).date()).days


def _length(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    if minutes < 60:
        return _("%(number)s min") % {"number": max(minutes, 1)}
    if minutes < 48 * 60:
        return _("%(number)s h") % {"number": minutes // 60}
    return _("%(number)s d") % {"number": minutes // (24 * 60)}


def weekdays() -> list[str]:
    """Monday to Sunday."""
    return [format_date(date(2024, 1, day), "EEEE", locale=spoken()) for day in range(1, 8)]


@cache
def asset(name: str) -> str:
    """The address of a static file, which changes with its content."""
    content = (HERE / "static" / name).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:12]}"


@cache
def pages() -> Environment:
    """The templates of `pages/`."""
    environment = Environment(
        loader=FileSystemLoader(HERE / "pages"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(_, ngettext, newstyle=True)  # type: ignore[attr-defined]
    environment.globals |= {
        "asset": asset,
        "spoken": spoken,
        "LANGUAGES": LANGUAGES,
        "weekdays": weekdays,
        "KINDS": Words(words.KINDS),
        "SEVERITIES": Words(words.SEVERITIES),
        "EMERGENCIES": Words(words.EMERGENCIES),
        "SOURCES": sources,
        "GOALS": Words(owing.GOALS),
        "first_number": FIRST_NUMBER,
    }
    environment.filters |= {
        "count": counted,
        "euros": euros,
        "one_line": one_line,
        "sentence": sentence,
        "words": _words,
    }
    return environment


class Words(Mapping[Any, str]):
    """Words of ours by name, each in the language of who reads it."""

    def __init__(self, english: Mapping[Any, str]) -> None:
        self.english = english

    def __getitem__(self, name: Any) -> str:
        return _(self.english[name])

    def __iter__(self) -> Iterator[Any]:
        return iter(self.english)

    def __len__(self) -> int:
        return len(self.english)


def _words(name: str) -> str:
    """A name of ours as people write it: "in_progress" → "in progress"."""
    return _(name.replace("_", " "))


def as_file(name: str, content: bytes) -> Response:
    """A file of somebody's to keep, never shown as a page of ours."""
    plain = name.encode("ascii", "replace").decode().replace('"', "'").replace("\\", "_")
    headers = {
        "content-disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
        "content-security-policy": "default-src 'none'; sandbox",
    }
    return Response(content, media_type="application/octet-stream", headers=headers)


def html(template: str, /, status: int = 200, **facts: Any) -> HTMLResponse:
    """A page. A fact that the template needs and nobody gave is an error."""
    return HTMLResponse(pages().get_template(template).render(facts), status)
