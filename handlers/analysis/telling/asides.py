"""What engineers write for customers in a comment: a line that begins with a prefix such as `customer:`. Pure."""

import re
from datetime import date
from typing import Literal, NamedTuple

Kind = Literal["workaround", "question", "expected", "reason"]

_KINDS: dict[str, Kind] = {
    "workaround": "workaround", "meanwhile": "workaround", "question": "question", "ask": "question",
    "expected": "expected", "eta": "expected", "due": "expected", "fix": "expected", "reason": "reason", "declined": "reason",
}  # fmt: skip
_KIND = re.compile(rf"\s*({'|'.join(_KINDS)})\s*:\s*", re.IGNORECASE)
_DAY = re.compile(r"\b(20\d\d)-(\d\d)-(\d\d)\b")
_MENTION = re.compile(r"\[~[^\]]*\]|(?<!\w)@[\w.-]+[,:]?\s*")
MOST = 2000


class Aside(NamedTuple):
    """Words for customers. `day` is what an expected date says."""

    kind: Kind
    text: str
    day: date | None = None


def read(comment: str, prefix: str) -> Aside | None:
    """The aside in a comment, None without one. It lasts until an empty line; nobody is mentioned in it.

    After the prefix `workaround:`, `question:`, `expected:` (a day like 2026-12-24) or `reason:` may say what it is; else a
    day alone is an expected date, a question mark at the end makes a question, and all else is a workaround.
    """
    begin = prefix.strip().lower()
    lines = comment.splitlines()
    start = next((at for at, line in enumerate(lines) if begin and line.strip().lower().startswith(begin)), None)
    if start is None:
        return None
    said = [lines[start].strip()[len(begin) :]]
    for line in lines[start + 1 :]:
        if not line.strip():
            break
        said.append(line)
    text = _MENTION.sub("", "\n".join(said)).strip()
    named = _KIND.match(text)
    if named:
        text = text[named.end() :].strip()
    day = _day(text)
    kind = _KINDS[named[1].lower()] if named else _guessed(text, day)
    if not text or (kind == "expected" and day is None):
        return None
    return Aside(kind, text[:MOST], day if kind == "expected" else None)


def _guessed(text: str, day: date | None) -> Kind:
    if day is not None and len(text) <= 14:
        return "expected"
    return "question" if text.endswith(("?", "？")) else "workaround"


def _day(text: str) -> date | None:
    found = _DAY.search(text)
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None
