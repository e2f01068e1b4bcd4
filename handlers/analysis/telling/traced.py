"""Whether what a model says of a defect stands in the reports it names: what can be looked up is looked up. Pure."""

import re
import unicodedata
from collections.abc import Sequence

_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_QUOTED = re.compile(r"[“\"「『`]([^“”\"「」『』`]{2,200})[”\"」』`]")
_NAME = re.compile(r"\b(?:[A-Z]{2,}[\w-]*|[A-Z][a-z]+[A-Z]\w*)\b")
_CAPITAL = re.compile(r"\b[A-Z][\w-]+")


def untraced(claim: str, reports: Sequence[str], *, names: bool = False) -> str | None:
    """The first thing in `claim` that none of the `reports` says, None if all is said: a number or version, words in quotation
    marks, an abbreviation or a name written like ThisOne; with `names` any word with a capital letter.
    """
    said = _plain(" \n ".join(reports))
    numbers: set[str] = set(_NUMBER.findall(said))
    wrong: list[str] = [one for one in _NUMBER.findall(_plain(claim)) if one not in numbers]
    if wrong:
        return wrong[0]
    told: list[str] = [*_QUOTED.findall(claim), *_NAME.findall(claim), *(_CAPITAL.findall(claim) if names else [])]
    return next((one for one in told if _plain(one) not in said), None)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
