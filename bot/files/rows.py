"""Rows of a file of JSON Lines or CSV, whoever wrote it: byte-order marks, CRLF, quotes, blank lines, stray bytes."""

import csv
import json
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from handlers.errors import Refused

LONGEST_LINE = 8_000_000
"""Characters of one line or one CSV field; what is longer is refused, so that no file fills the memory."""
MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))
KINDS = (".jsonl", ".ndjson", ".csv", ".tsv")


@dataclass(frozen=True)
class Row:
    """What a line says: `number` is the line it starts at, `end` how many bytes of the file had been read by then."""

    number: int
    end: int
    fields: dict[str, Any]


@dataclass(frozen=True)
class Rejected:
    """A line that is no message or customer, why, and what it said as far as it could be read."""

    number: int
    reason: str
    said: Any


def rows(path: Path, encoding: str | None = None) -> Iterator[Row | Rejected]:
    """Every row that is not blank, in order. Raises Refused when the file is of no kind that can be read."""
    if path.suffix.lower() not in KINDS:
        raise Refused(f"“{path.name}” is neither JSON Lines nor CSV: its name must end in {', '.join(KINDS)}.")
    with path.open("rb") as raw:
        start = raw.read(4)
    marked = next((name for mark, name in MARKS if start.startswith(mark)), "utf-8")
    try:
        file = path.open(encoding=encoding or marked, errors="surrogateescape", newline=None)
    except LookupError:
        raise Refused(f"There is no encoding “{encoding}”.") from None
    with file:
        yield from (_json_rows if path.suffix.lower() in (".jsonl", ".ndjson") else _csv_rows)(file)


def _json_rows(file: IO[str]) -> Iterator[Row | Rejected]:
    for number, line in enumerate(_lines(file), start=1):
        if not line.strip():
            continue
        if reason := _unreadable(line):
            yield Rejected(number, reason, printable(line))
            continue
        try:
            said = json.loads(line)
        except (ValueError, RecursionError):
            yield Rejected(number, "is not JSON", line.rstrip("\n"))
            continue
        if isinstance(said, dict):
            yield Row(number, _reached(file), said)
        else:
            yield Rejected(number, "is JSON but not an object in braces", said)


def _csv_rows(file: IO[str]) -> Iterator[Row | Rejected]:
    csv.field_size_limit(LONGEST_LINE)
    lines = _lines(file)
    number, first = next(((number, line) for number, line in enumerate(lines, start=1) if line.strip()), (1, ""))
    records = _records(lines, number, first, separator=max(",;\t", key=first.count))
    heading = next(records, None)
    if heading is None or isinstance(heading, Rejected):
        return
    columns = [name.strip().lower() for name in heading[1]]
    for record in records:
        if isinstance(record, Rejected):
            yield record
            continue
        number, cells = record
        fields = dict(zip(columns, cells, strict=False))
        if reason := _unreadable("".join(cells)):
            yield Rejected(number, reason, {name: printable(cell) for name, cell in fields.items()})
        elif len(cells) > len(columns) and any(cells[len(columns) :]):
            yield Rejected(number, f"has {len(cells)} columns where the heading has {len(columns)}", cells)
        else:
            yield Row(number, _reached(file), {name: cell for name, cell in fields.items() if cell != ""})


def _records(
    lines: Iterator[str], number: int, first: str, separator: str
) -> Iterator[tuple[int, list[str]] | Rejected]:
    """CSV records with the line they start at. A broken one costs its first line only: reading goes on at the next."""
    ahead = deque([first])
    taken: list[str] = []

    def feed() -> Iterator[str]:
        while True:
            line = ahead.popleft() if ahead else next(lines, None)
            if line is None:
                return
            taken.append(line)
            yield line

    while True:
        taken.clear()
        try:
            cells = next(csv.reader(feed(), delimiter=separator, strict=True), None)
        except csv.Error as broken:
            yield Rejected(number, f"is broken CSV: {broken}", printable(taken[0].rstrip("\n")))
            ahead.extendleft(reversed(taken[1:]))
            number += 1
            continue
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield number, cells
        number += len(taken)


def _lines(file: IO[str]) -> Iterator[str]:
    while line := file.readline(LONGEST_LINE):
        yield line


def _unreadable(text: str) -> str | None:
    """Bytes that were no text in the file's encoding came in as lone surrogates."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return "holds bytes that are not UTF-8 text: save the file as UTF-8, or say --encoding (cp1252, shift_jis, …)"
    return None


def printable(text: str) -> str:
    """The text with every unreadable byte replaced."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _reached(file: IO[str]) -> int:
    """Bytes of the file read so far, a little ahead of the line at hand; for the progress bar."""
    return file.buffer.tell()  # type: ignore[attr-defined, no-any-return]
