"""The messages the model learns from, written for this project, with what a person would say of each."""

import csv
from dataclasses import dataclass
from hashlib import sha256
from importlib import resources
from io import StringIO

from storage.vocabulary import EMERGENCIES, KINDS

FILES = ("en.csv", "es.csv", "ja.csv", "extra.csv", "voices.csv")
"""A file of one language is named after it; in the others each row says its own."""


@dataclass(frozen=True)
class Example:
    """One message. `sentiment` -1, 0 or 1; `severity` 1 to 4; `emergency` a kind or None, `band` certain, possible or none.

    `series`: messages of one series have siblings in other languages, so they are judged together by a model that saw none of
    them; "" stands alone, and "extra" is never judged.
    """

    text: str
    language: str
    kind: str
    severity: int
    complaint: bool
    sentiment: int
    emergency: str | None
    band: str
    style: str
    series: str = ""


def read_examples() -> list[Example]:
    """All examples, in the order of the files. A wrong label raises ValueError with the file and row."""
    found: list[Example] = []
    for name in FILES:
        with _open(name) as rows:
            for number, row in enumerate(csv.DictReader(rows), start=2):
                try:
                    found.append(_example(row, name))
                except (KeyError, ValueError) as wrong:
                    raise ValueError(f"{name}, row {number}: {wrong}") from wrong
    return found


def fingerprint() -> str:
    """Changes with the examples: the model keeps it, so that one sees when it must be trained again."""
    digest = sha256()
    for name in FILES:
        with _open(name) as rows:
            digest.update("\n".join(rows.read().splitlines()).encode())
    return digest.hexdigest()[:16]


def _open(name: str) -> StringIO:
    return StringIO(resources.files("handlers.analysis").joinpath("examples", name).read_text(encoding="utf-8"))


def _example(row: dict[str, str], name: str) -> Example:
    band, _, emergency = row["emergency"].partition(":")
    if (
        row["kind"] not in KINDS
        or row["severity"] not in {"1", "2", "3", "4"}
        or (band and emergency not in EMERGENCIES)
    ):
        raise ValueError(f"unknown label in {row['kind']}, {row['severity']}, {row['emergency']}")
    return Example(
        text=row["text"],
        language=row.get("language") or name.removesuffix(".csv"),
        kind=row["kind"],
        severity=int(row["severity"]),
        complaint=row["complaint"] == "1",
        sentiment=int(row["sentiment"]),
        emergency=emergency or None,
        band=band or "none",
        style=row["style"],
        series=row.get("series") or ("extra" if name == "extra.csv" else ""),
    )
