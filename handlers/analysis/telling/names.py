"""The ways a company is called, so that each of them can be taken out of a text. Pure."""

import re
from collections.abc import Iterable

_FORMS = re.compile(
    r"[,\s]+(?:gmbh(?: & co\.? kg)?|ag|kg|se|ug|ltd\.?|limited|llc|llp|plc|inc\.?|incorporated|corp\.?|corporation|co\.?|company"
    r"|s\.?a\.?|s\.?l\.?u?\.?|s\.?r\.?l\.?|s\.?a\.?s\.?|sarl|ltda\.?|lda\.?|b\.?v\.?|n\.?v\.?|a/s|aps|ab|oy|pty|k\.?k\.?)$",
    re.IGNORECASE,
)
_JAPANESE_FORMS = re.compile(
    r"^(?:株式会社|有限会社|合同会社|\(株\)|（株）)|(?:株式会社|有限会社|合同会社|\(株\)|（株）)$"
)


def called(name: str, key: str = "", domains: Iterable[str] = ()) -> list[str]:
    """`name` with and without its legal form, its `key` as one word and as several, its domains, and the first part of a
    domain where the name begins with it ("harborline" of Harborline Freight); longest first."""
    domains = list(domains)
    letters = re.sub(r"\W", "", name.casefold())
    short = {label for label in (domain.casefold().split(".")[0] for domain in domains) if letters.startswith(label)}
    bare = _JAPANESE_FORMS.sub("", _FORMS.sub("", _FORMS.sub("", name.strip()))).strip()
    ways = {
        name.strip(),
        bare,
        key,
        re.sub(r"[-_]+", " ", key).strip(),
        *domains,
        *(one for one in short if len(one) > 3),
    }
    return sorted((way for way in ways if len(way) >= 2), key=lambda way: (-len(way), way))


def mentioned(text: str, ways: Iterable[str]) -> list[str]:
    """Those names that could stand in the text at all: a quick look before a careful one. Case is ignored."""
    said = text.casefold()
    return [way for way in ways if way.split() and way.split()[0].casefold() in said]


def stands_in(text: str, ways: Iterable[str]) -> bool:
    """True if one of the names stands in the text, as a word of its own where words are written apart. Case is ignored."""
    possible = mentioned(text, ways)
    return any(_pattern(way).search(text) for way in possible if len(way) >= 3 or not way.isascii())


def _pattern(name: str) -> re.Pattern[str]:
    words = r"\s+".join(map(re.escape, name.split()))
    return re.compile(rf"(?<![A-Za-zÀ-ÖØ-öø-ÿ0-9]){words}(?![A-Za-zÀ-ÖØ-öø-ÿ0-9])", re.IGNORECASE)
