"""Lines that are messages: what was said before Earshot came, read into our own terms."""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError

from bot.files.rows import Rejected, Row
from handlers.intake.receive import MAX_TEXT, Author, Incoming
from storage.database import clean

DOOR = "import"
OLDEST = datetime(1990, 1, 1, tzinfo=UTC)


def _text(value: object) -> object:
    """Numbers and the like stand for themselves; what no database keeps is replaced."""
    if isinstance(value, str):
        return clean(value)
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


Word = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300), BeforeValidator(_text)]


class Line(BaseModel):
    """One message of an import file; only `customer` and `text` are required. A time without a zone is the team's."""

    model_config = ConfigDict(extra="ignore")

    customer: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300), BeforeValidator(_text)
    ]
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), BeforeValidator(_text)]
    author: Word = ""
    email: Word | None = None
    sent_at: datetime | None = None
    external_id: Word | None = None
    thread: Word | None = None
    channel: Word = "import"


@dataclass
class Reader:
    """Turns rows of one file into messages. `zone` is the team's, `now` the time of reading (aware)."""

    zone: str
    now: datetime
    ignored: set[str] = field(default_factory=set)
    _repeats: Counter[str] = field(default_factory=Counter)

    def read(self, row: Row) -> Incoming | Rejected:
        """The message of a row, or why it is none."""
        said = {name: value for name, value in row.fields.items() if value is not None}
        self.ignored.update(str(name) for name in said.keys() - Line.model_fields.keys())
        try:
            line = Line.model_validate(said)
            sent_at = self._time(line.sent_at)
        except ValidationError as wrong:
            return Rejected(row.number, _reason(wrong), row.fields)
        except ValueError as wrong:
            return Rejected(row.number, f"sent_at: {wrong}", row.fields)
        return self._incoming(line, sent_at)

    def _time(self, sent_at: datetime | None) -> datetime:
        if sent_at is None:
            return self.now
        if sent_at.tzinfo is None:
            sent_at = sent_at.replace(tzinfo=ZoneInfo(self.zone))
        if not OLDEST < sent_at < self.now + timedelta(days=1):
            raise ValueError(f"{sent_at:%Y-%m-%d} is {'in the future' if sent_at > self.now else 'too long ago'}")
        return sent_at.astimezone(UTC)

    def _incoming(self, line: Line, sent_at: datetime) -> Incoming:
        channel = line.channel or "import"
        name, address = parseaddr(line.author) if "@" in line.author else (line.author, "")
        return Incoming(
            door=DOOR,
            external_id=f"{channel}/{line.external_id or self._own_id(line)}",
            place=f"{DOOR}:{line.customer}",
            thread=f"{channel}/{line.thread}" if line.thread else None,
            text=line.text,
            sent_at=sent_at,
            author=Author(name=name or address, email=(line.email or address).lower() or None),
            customer=line.customer,
            raw={"text": line.text} if len(line.text) > MAX_TEXT else {},
            history=True,
        )

    def _own_id(self, line: Line) -> str:
        """What a line without an id is called: a digest of what it says, and which of several equal ones it is."""
        said = json.dumps(line.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
        digest = hashlib.blake2b(said.encode(), digest_size=12).hexdigest()
        self._repeats[digest] += 1
        return f"{digest}-{self._repeats[digest]}"


def _reason(wrong: ValidationError) -> str:
    """The first thing that is wrong, short."""
    first: Any = wrong.errors(include_url=False, include_context=False)[0]
    name = ".".join(str(part) for part in first["loc"])
    if first["type"] == "missing":
        return f"{name} is missing"
    if first["type"] == "string_too_short":
        return f"{name} is empty"
    return f"{name}: {first['msg'][0].lower()}{first['msg'][1:]}"
