"""Reads the word lists that lie beside this file."""

from importlib import resources


def sections(name: str) -> dict[str, list[str]]:
    """The lines under each `[heading]` of a list, in order; blank lines and those that start with `#` left out."""
    found: dict[str, list[str]] = {}
    heading = ""
    for line in resources.files(__package__).joinpath(name).read_text(encoding="utf-8").splitlines():
        if line.startswith("[") and line.endswith("]"):
            heading = line[1:-1]
            found.setdefault(heading, [])
        elif line.strip() and not line.startswith("#"):
            found.setdefault(heading, []).append(line.strip())
    return found
