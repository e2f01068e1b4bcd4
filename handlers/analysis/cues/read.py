"""Finds the words of an emergency, and of what only sounds like one, in a message."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from handlers.analysis.wording.lists import patterns_in

READ_AT_MOST = 2_400
WRITTEN = ("en", "es", "ja")


@dataclass(frozen=True)
class Cues:
    """The emergencies that are spoken of plainly (`strong`) or perhaps (`weak`), with the words; `harmless` words too."""

    strong: dict[str, str]
    weak: dict[str, str]
    harmless: str

    @property
    def plainest(self) -> tuple[str | None, str]:
        """The kind of emergency that the words speak of most plainly, and those words."""
        for found in (self.strong, self.weak):
            if found:
                kind = max(found, key=lambda kind: len(found[kind]))
                return kind, found[kind]
        return None, ""


NO_CUES = Cues({}, {}, "")


def find_cues(text: str, language: str) -> Cues:
    """The cues in the language's own words; other languages than en, es, ja are read as English and Spanish."""
    folded = unicodedata.normalize("NFKC", text[:READ_AT_MOST]).replace("’", "'")
    strong: dict[str, str] = {}
    weak: dict[str, str] = {}
    harmless = ""
    for written in (language,) if language in WRITTEN else ("en", "es"):
        for heading, pattern in patterns_in("handlers.analysis.cues", f"{written}.txt").items():
            if match := _first(pattern, folded):
                if heading == "harmless":
                    harmless = harmless or match
                else:
                    strength, kind = heading.split()
                    (strong if strength == "strong" else weak).setdefault(kind, match)
    return Cues(strong, weak, harmless)


def _first(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return match[0].strip() if match else ""


@cache
def headings() -> tuple[str, ...]:
    """Every heading of the lists, in a fixed order."""
    kinds = ("outage", "data_loss", "security", "legal", "danger")
    return (*(f"{strength} {kind}" for strength in ("strong", "weak") for kind in kinds), "harmless")
