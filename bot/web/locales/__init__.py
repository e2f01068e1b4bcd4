"""The console in the reader's language and zone: gettext catalogues, and what our verbs say in English said anew.

`es.po` and `ja.po` beside this file are the catalogues, English is in the code. `make catalogues` brings them up to the code.
"""

import gettext as catalogues
import re
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

HERE = Path(__file__).parent
LANGUAGES = {"en": "English", "es": "Español", "ja": "日本語"}
"""What the console speaks, each by its own name."""
ZONE_COOKIE = "earshot_zone"
_COUNTED = re.compile(r"([\d,]+) ([a-z ]+?)s?")


@dataclass
class Reader:
    """Whom an answer is for. Set by the place that knows: the browser first, then who is signed in."""

    language: str = "en"
    zone: ZoneInfo | None = None


_reader: ContextVar[Reader | None] = ContextVar("earshot_reader", default=None)


def reader() -> Reader:
    """Who reads the answer to this request; outside of one, somebody who reads English."""
    return _reader.get() or Reader()


def spoken() -> str:
    """The reader's language."""
    return reader().language


class Reading:
    """ASGI middleware: what the browser says of its reader (`Accept-Language`, and the zone that `theme.js` keeps in a cookie)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            asked = HTTPConnection(scope)
            _reader.set(
                Reader(preferred(asked.headers.get("accept-language", "")), known_zone(asked.cookies.get(ZONE_COOKIE)))
            )
        await self.app(scope, receive, send)


def preferred(accept_language: str) -> str:
    """The one of ours that an `Accept-Language` header likes best (RFC 9110, 12.5.4), else English."""
    wanted: list[tuple[float, str]] = []
    for part in accept_language[:400].split(","):
        tag, _, weight = part.strip().partition(";q=")
        if re.fullmatch(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*", tag):
            wanted.append((float(weight) if re.fullmatch(r"[01](\.\d{0,3})?", weight) else float(not weight), tag))
    liked = [tag for weight, tag in sorted(wanted, key=lambda one: -one[0]) if weight]
    return negotiate_locale(liked, list(LANGUAGES), sep="-") or "en"


@cache
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return None


def known_zone(name: str | None) -> ZoneInfo | None:
    """The zone of that name (IANA), None for none."""
    plain = (name or "").replace("%2F", "/")
    return _zone(plain) if re.fullmatch(r"[A-Za-z][A-Za-z0-9_+/-]{0,59}", plain) else None


@cache
def _translations(language: str) -> catalogues.NullTranslations:
    path = HERE / f"{language}.po"
    if not path.exists():
        return catalogues.NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as text:
        write_mo(compiled, read_po(text, locale=language))
    compiled.seek(0)
    return catalogues.GNUTranslations(compiled)


def gettext(message: str) -> str:
    """`message` in the reader's language; as it is where nobody has translated it."""
    return _translations(spoken()).gettext(message) if message else ""


def ngettext(one: str, many: str, number: int) -> str:
    """The form of the two for `number`, in the reader's language."""
    return _translations(spoken()).ngettext(one, many, number)


@cache
def _patterns(language: str) -> list[tuple[str, re.Pattern[str], str]]:
    """Sentences with places to fill in (`{0}`), those with the most words of their own first."""
    path, found = HERE / f"{language}.po", []
    if path.exists():
        with path.open("rb") as text:
            for one in read_po(text, locale=language):
                if isinstance(one.id, str) and one.string and re.search(r"\{\d\}", one.id):
                    found.append((one.id, str(one.string)))
    found.sort(key=lambda pair: -len(re.sub(r"\{\d\}", "", pair[0])))
    return [(message, re.compile(_matching(message), re.DOTALL), said) for message, said in found]


def _matching(message: str) -> str:
    return "".join(
        f"(?P<at{part[1]}>.*)" if re.fullmatch(r"\{\d\}", part) else re.escape(part)
        for part in re.split(r"(\{\d\})", message)
    )


def sentence(said: str) -> str:
    """What a verb said, or wrote down, in English, in the reader's language; as it was where nobody has translated it."""
    if spoken() == "en" or not said:
        return said
    if (exact := gettext(said)) != said:
        return exact
    for message, pattern, words in _patterns(spoken()):
        if found := pattern.fullmatch(said):
            quoted = set(re.findall(r"“\{(\d)\}”", message))
            values = {
                name[2:]: value if name[2:] in quoted else _value(value) for name, value in found.groupdict().items()
            }
            return re.sub(r"\{(\d)\}", lambda place: values[place[1]], words)  # noqa: B023
    return said


def _value(text: str) -> str:
    """What fills a place: a counted noun or a name of ours (`in progress`) in the reader's language, anything else as it is."""
    if (found := _COUNTED.fullmatch(text)) and found[2] in NOUNS:
        return counted(int(found[1].replace(",", "")), found[2])
    return gettext(text) if re.fullmatch(r"[a-z]+(,? [a-z]+)*", text) else text


def plural(one: str, many: str) -> tuple[str, str]:
    """Marks the two forms of a noun for the catalogues."""
    return one, many


NOUNS: Mapping[str, tuple[str, str]] = {
    "answer": plural("%(number)s answer", "%(number)s answers"),
    "colleague": plural("%(number)s colleague", "%(number)s colleagues"),
    "customer": plural("%(number)s customer", "%(number)s customers"),
    "day": plural("%(number)s day", "%(number)s days"),
    "draft": plural("%(number)s draft", "%(number)s drafts"),
    "earlier flag": plural("%(number)s earlier flag", "%(number)s earlier flags"),
    "issue": plural("%(number)s issue", "%(number)s issues"),
    "message": plural("%(number)s message", "%(number)s messages"),
    "minute": plural("%(number)s minute", "%(number)s minutes"),
    "step": plural("%(number)s step", "%(number)s steps"),
    "theme": plural("%(number)s theme", "%(number)s themes"),
    "ticket": plural("%(number)s ticket", "%(number)s tickets"),
    "time": plural("%(number)s time", "%(number)s times"),
    "week": plural("%(number)s week", "%(number)s weeks"),
}


def counted(number: int, noun: str) -> str:
    """A number with its noun of `NOUNS`: "1 ticket", "1,200 tickets"."""
    return ngettext(*NOUNS[noun], int(number)) % {"number": f"{number:,}"}
