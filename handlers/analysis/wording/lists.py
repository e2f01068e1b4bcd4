"""Reads the word lists that lie in a package beside the code."""

import re
from functools import cache
from importlib import resources


def sections(name: str, package: str = __package__) -> dict[str, list[str]]:
    """The lines under each `[heading]` of a list, in order; blank lines and those that start with `#` left out."""
    found: dict[str, list[str]] = {}
    heading = ""
    for line in resources.files(package).joinpath(name).read_text(encoding="utf-8").splitlines():
        if line.startswith("[") and line.endswith("]"):
            heading = line[1:-1]
            found.setdefault(heading, [])
        elif line.strip() and not line.startswith("#"):
            found.setdefault(heading, []).append(line.strip())
    return found


@cache
def patterns_in(package: str, name: str) -> dict[str, re.Pattern[str]]:
    """The lines under each heading as one regular expression that finds any of them."""
    return {heading: re.compile("|".join(lines), re.IGNORECASE) for heading, lines in sections(name, package).items()}


def patterns(name: str) -> dict[str, re.Pattern[str]]:
    """The same, for a list in this folder."""
    return patterns_in(__package__, name)
