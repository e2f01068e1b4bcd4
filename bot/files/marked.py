"""Texts in which somebody marked personal data: a JSON list, as data sets of personal data are published, or JSON Lines."""

import json
from pathlib import Path
from typing import Any

from bot.files.rows import Rejected, rows
from handlers.analysis.redacting.judging import Marked, read
from handlers.errors import Refused


def marked(path: Path) -> list[Marked]:
    """Every text with its marks. Raises Refused naming the first that cannot be read, or when there are none."""
    found = []
    for number, row in _rows(path):
        one = read(row) if isinstance(row, dict) else None
        if one is None:
            raise Refused(
                f"Entry {number} of {path.name} is no marked text: it needs “full_text” or “text”, and “spans” with places and types."
            )
        found.append(one)
    if not found:
        raise Refused(f"{path.name} holds no texts.")
    return found


def _rows(path: Path) -> list[tuple[int, Any]]:
    if path.suffix.lower() != ".json":
        told = list(rows(path))
        for one in told:
            if isinstance(one, Rejected):
                raise Refused(f"Line {one.number} of {path.name} {one.reason}.")
        return [(one.number, one.fields) for one in told if not isinstance(one, Rejected)]
    try:
        whole = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError):
        raise Refused(f"{path.name} is not JSON.") from None
    if not isinstance(whole, list):
        raise Refused(f"{path.name} is no list of marked texts.")
    return list(enumerate(whole, start=1))
