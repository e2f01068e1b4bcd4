"""Messages that somebody labelled, from a file of any kind that can be read."""

from pathlib import Path
from typing import Any

from bot.files.rows import Rejected, rows
from handlers.errors import Refused


def labelled(
    file: Path, text: str, label: str, encoding: str | None, *, may_be_empty: bool = False
) -> list[dict[str, Any]]:
    """`text`, `label` and, where given, `language` of each row. Raises Refused for a row that lacks one of the first two."""
    found = []
    for row in rows(file, encoding):
        if isinstance(row, Rejected):
            raise Refused(f"Line {row.number} of {file.name} {row.reason}.")
        words = row.fields.get(text.lower(), row.fields.get(text))
        if words is None or str(words).strip() == "":
            raise Refused(f"Line {row.number} of {file.name} has no column “{text}”, or nothing in it.")
        truth = str(row.fields.get(label.lower(), row.fields.get(label, "")))
        if not truth.strip() and not may_be_empty:
            raise Refused(f"Line {row.number} of {file.name} has no “{label}”.")
        language = row.fields.get("language")
        found.append({"text": str(words), "label": truth, **({"language": str(language)} if language else {})})
    if not found:
        raise Refused(f"{file.name} holds no messages.")
    return found
