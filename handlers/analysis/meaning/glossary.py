"""The product's areas and what goes wrong with them, with synonyms per language: joins languages where no model does.

`glossary.csv` is data: `concept, role (area | symptom | generic), rarity, name_en…, en, es, ja` or any other language. Synonyms
are divided by `|`, a word may end in `*`, Japanese and Chinese ones are found anywhere in the text; `rarity` is
ln(1 / share of support messages that have it). A company's own rows come on top: see `with_own`.
"""

import csv
import io
import json
import re
import unicodedata
import zlib
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

READ = 4_000
WEIGHTS = {"area": 1.0, "symptom": 0.9, "generic": 0.35}
UNSPACED = ("ja", "zh")
"""Languages whose words are found anywhere in a text."""
SHORTEST_STEM = 3
USUAL_RARITY = 4.5
FIXED = ("concept", "role", "rarity")
MOST, LONGEST = 1_000, 4_000
_LANGUAGE = re.compile(r"(name_)?[a-z]{2}")

_JAPANESE = re.compile(r"[぀-ヿ一-鿿々]")
_WORD = re.compile(r"[^\W_]+")
_TERM = re.compile(r"[^\W_]+\*?")

Phrase = tuple[tuple[str, ...], int]
Row = Mapping[str, str]


class Glossary:
    """Concepts in a fixed order; `rows` as in `glossary.csv`."""

    def __init__(self, rows: Iterable[Row]) -> None:
        rows = list(rows)
        self.rows = rows
        self.version = zlib.crc32(repr([sorted(row.items()) for row in rows]).encode())
        self.concepts = [row["concept"] for row in rows]
        self.roles = [row["role"] for row in rows]
        self.rarity = [float(row["rarity"]) for row in rows]
        self._names = [
            {key[5:]: value for key, value in row.items() if key.startswith("name_") and value} for row in rows
        ]
        self._weights = np.array([WEIGHTS[role] for role in self.roles], dtype=np.float32)
        self._words: dict[str, set[int]] = {}
        self._stems: dict[str, set[int]] = {}
        self._phrases: dict[str, list[Phrase]] = {}
        self._anywhere: list[tuple[str, int]] = []
        for concept, row in enumerate(rows):
            spoken = {key: words for key, words in row.items() if len(key) == 2 and words}
            for term in (one for language in spoken if language not in UNSPACED for one in spoken[language].split("|")):
                self._learn(_folded(term), concept)
            japanese = [_narrow(one) for way in UNSPACED for one in spoken.get(way, "").split("|") if one.strip()]
            self._anywhere += [(term, concept) for term in japanese if not (term.isascii() and term[0].isalnum())]
            for term in japanese:
                if term.isascii():
                    self._learn(term, concept)

    def _learn(self, term: str, concept: int) -> None:
        words = tuple(_TERM.findall(term))
        if len(words) > 1:
            self._phrases.setdefault(words[0], []).append((words, concept))
        elif words and words[0].endswith("*"):
            self._stems.setdefault(words[0][:-1], set()).add(concept)
        elif words:
            self._words.setdefault(words[0], set()).add(concept)

    def found(self, text: str) -> list[int]:
        """The concepts that a text speaks of, by number, those it names first coming first."""
        narrow = _narrow(text[:READ])
        places = [(narrow.find(term), concept) for term, concept in self._anywhere if term in narrow]
        latin = list(_WORD.finditer(_folded(_JAPANESE.sub(" ", narrow))))
        words = [word[0] for word in latin]
        for number, word in enumerate(words):
            places += [(latin[number].start(), concept) for concept in self._said(word, words, number)]
        return list(dict.fromkeys(concept for _, concept in sorted(places)))

    def _said(self, word: str, words: list[str], number: int) -> set[int]:
        """What a word says by itself, by its beginning, or as the first of a phrase."""
        starts = [word[:length] for length in range(SHORTEST_STEM, len(word) + 1)]
        hits = self._words.get(word, set()).union(*(self._stems.get(start, ()) for start in starts))
        for first in (word, *(f"{start}*" for start in starts)):
            hits |= {concept for phrase, concept in self._phrases.get(first, ()) if _stands(phrase, words, number)}
        return hits

    def vectors(self, texts: Iterable[str]) -> NDArray[np.float32]:
        """A row a text over the concepts, of length one; all zero for a text that names none."""
        rows = np.array([self._row(text) for text in texts], dtype=np.float32).reshape(-1, len(self.concepts))
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        return np.asarray(rows / np.where(lengths > 0, lengths, 1), dtype=np.float32)

    def _row(self, text: str) -> NDArray[np.float32]:
        row = np.zeros(len(self.concepts), dtype=np.float32)
        hits = self.found(text)
        row[hits] = self._weights[hits]
        return row

    def name(self, concept: int, language: str) -> str:
        """What people call the concept; empty for one without a name."""
        names = self._names[concept]
        return names.get(language) or names.get("en", "")

    def names(self, role: str) -> set[str]:
        """What people call the concepts of a role, in every language."""
        return {
            name
            for of_role, names in zip(self.roles, self._names, strict=True)
            if of_role == role
            for name in names.values()
        }

    def called(self, name: str, role: str) -> set[int]:
        """The concepts of a role that people call so, in any language."""
        return {
            concept
            for concept, (of_role, names) in enumerate(zip(self.roles, self._names, strict=True))
            if of_role == role and name in names.values()
        }


def _stands(phrase: tuple[str, ...], words: list[str], place: int) -> bool:
    rest = words[place : place + len(phrase)]
    return len(rest) == len(phrase) and all(
        word.startswith(part[:-1]) if part.endswith("*") else word == part
        for part, word in zip(phrase, rest, strict=True)
    )


def _narrow(text: str) -> str:
    """One width, lower case, no apostrophes."""
    return unicodedata.normalize("NFKC", text).lower().replace("’", "").replace("'", "")


def _folded(text: str) -> str:
    """Narrow, and without accents."""
    narrow = _narrow(text)
    if narrow.isascii():
        return narrow
    return "".join(sign for sign in unicodedata.normalize("NFD", narrow) if not unicodedata.combining(sign))


@cache
def shipped() -> tuple[Row, ...]:
    """The rows that ship: areas of software that businesses use."""
    text = resources.files(__package__).joinpath("glossary.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


@cache
def default() -> Glossary:
    """The glossary that ships."""
    return Glossary(shipped())


def with_own(own: Iterable[Row]) -> Glossary:
    """The glossary that ships with a company's rows on top: one with a concept of ours replaces it, one without words removes it."""
    return _with(json.dumps(list(own), sort_keys=True))


@lru_cache(maxsize=4)
def _with(own: str) -> Glossary:
    if own == "[]":
        return default()
    rows = {row["concept"]: row for row in shipped()} | {row["concept"]: row for row in json.loads(own)}
    return Glossary(row for row in rows.values() if any(words for key, words in row.items() if len(key) == 2))


def read(text: str) -> list[dict[str, str]]:
    """The rows of a glossary written as a table (CSV). Raises ValueError saying which line is wrong and why."""
    table = csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
    columns = [name.strip().lower() for name in table.fieldnames or ()]
    if "concept" not in columns:
        raise ValueError("the first line must name the columns, one of them “concept”")
    if strange := [one for one in columns if one not in FIXED and not _LANGUAGE.fullmatch(one)]:
        raise ValueError(f"there is no column “{strange[0]}”; languages are two letters, names are name_en")
    rows = []
    for line, cells in enumerate(table, 2):
        row = {name: str(cell or "").strip() for name, cell in zip(columns, cells.values(), strict=False)}
        row["role"], row["rarity"] = row.get("role") or "area", row.get("rarity") or str(USUAL_RARITY)
        rows.append(row)
        if why := _wrong(row):
            raise ValueError(f"line {line} {why}")
    if len(rows) > MOST or len({row["concept"] for row in rows}) < len(rows):
        raise ValueError(f"a concept has one line, and there are at most {MOST:,}")
    return rows


def _wrong(row: Row) -> str:
    if not re.fullmatch(r"[a-z0-9_-]{1,40}", row["concept"]):
        return "needs a concept of small letters, digits, - and _"
    if row["role"] not in WEIGHTS:
        return f"has the role “{row['role']}”; it must be one of {', '.join(WEIGHTS)}"
    if not re.fullmatch(r"\d{1,2}(\.\d+)?", row["rarity"]):
        return "has a rarity that is no number"
    return "is too long" if any(len(words) > LONGEST for words in row.values()) else ""


def written(rows: Iterable[Row]) -> str:
    """The table that `read` reads."""
    rows = list(rows)
    columns = dict.fromkeys([*FIXED, *(key for row in rows for key in row)])
    table = io.StringIO()
    writer = csv.DictWriter(table, list(columns), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return table.getvalue()
