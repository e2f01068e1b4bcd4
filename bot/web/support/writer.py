"""Who writes on a support page, as their browser remembers, and which language they read."""

import json
import re
from dataclasses import asdict, dataclass
from urllib.parse import quote, unquote

from fastapi import Request
from starlette.responses import Response

from storage.database import clean
from storage.vocabulary import LANGUAGES

WRITER_COOKIE = "earshot_writer"
LANGUAGE_COOKIE = "earshot_language"
YEAR = 365 * 86_400
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True)
class Writer:
    """A name and an address as somebody typed them; nobody has checked either."""

    name: str = ""
    email: str = ""


def typed(name: str, email: str) -> Writer:
    """What somebody typed, made fit to keep; an address that is none is left out."""
    return Writer(clean(name).strip()[:200], _address(clean(email)))


def defect(steps: str, environment: str) -> list[str]:
    """How to see a defect, as paragraphs: the steps numbered, then where; empty where neither was told."""
    lines = [
        re.sub(r"^(?:\d{1,2}[.)]|[-*•])\s*", "", line.strip()) for line in clean(steps).splitlines() if line.strip()
    ]
    numbered = "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))
    return [part for part in (numbered, clean(environment).strip()) if part]


def writer_of(request: Request) -> Writer:
    """Who wrote from this browser before."""
    try:
        kept = json.loads(unquote(request.cookies.get(WRITER_COOKIE, "{}")))
        return typed(str(kept.get("name", "")), str(kept.get("email", "")))
    except (ValueError, AttributeError, RecursionError):
        return Writer()


def remember(answer: Response, writer: Writer, path: str) -> Response:
    """The answer with who wrote, for the next time on this page."""
    answer.set_cookie(
        WRITER_COOKIE, quote(json.dumps(asdict(writer))), max_age=YEAR, path=path, httponly=True, samesite="lax"
    )
    return answer


def language_of(request: Request, usual: str | None) -> str:
    """The language somebody chose, else what their browser asks for, else the customer's, else English."""
    asked = [request.query_params.get("lang", ""), request.cookies.get(LANGUAGE_COOKIE, "")]
    wanted = [*asked, *_accepted(request.headers.get("accept-language", "")), usual or ""]
    return next((one for one in wanted if one in LANGUAGES), "en")


def _accepted(header: str) -> list[str]:
    """Languages of an Accept-Language header, the dearest first."""
    weighted = []
    for part in header[:500].split(","):
        name, _, weight = part.partition(";")
        match = re.fullmatch(r"\s*q=([01](?:\.\d{1,3})?)\s*", weight)
        weighted.append((-float(match[1]) if match else -1.0, name.strip().lower().split("-")[0]))
    return [name for _, name in sorted(weighted, key=lambda pair: pair[0])]


def _address(text: str) -> str:
    return text.strip() if _ADDRESS.fullmatch(text.strip()) and len(text) <= 320 else ""
