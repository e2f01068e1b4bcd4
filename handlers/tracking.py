"""What a tracker is to us and what it tells: our own shapes, whoever the vendor is."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from pydantic import BaseModel, Field

from handlers.errors import Refused, Unavailable


class Forged(Refused):
    """A webhook that does not carry the signature of who it says it is from."""


class FiledBug(BaseModel):
    """What a tracker says of an issue.

    `key` is what people call it, `id` what stays when it is moved. `signs` are the words of its workflow, the most telling
    first, by which a mapping of one's own finds the state; `state` is what they usually mean. `complete`: a version or day that it
    does not name is none there.
    """

    key: str
    id: str = ""
    url: str | None = None
    state: str = "new"
    signs: list[str] = Field(default_factory=list)
    title: str = ""
    text: str = ""
    assignee: str | None = None
    version: str | None = None
    due_on: date | None = None
    complete: bool = False
    changed_at: datetime | None = None


class Said(BaseModel):
    """A comment in a tracker. `ours`: we wrote it. `gone`: it was deleted."""

    id: str
    author: str = ""
    text: str = ""
    at: datetime
    ours: bool = False
    gone: bool = False


class News(BaseModel):
    """What a tracker tells, at a door or when it is asked.

    `was`: the key it had before it was moved. `bug` is the issue as it was at `at`; `said` what was written on it, and all of it if `whole`. `gone`: it was deleted.
    `ignored` says why nothing is made of it. `seen`: a fingerprint of what was read.
    """

    delivery: str
    key: str = ""
    id: str = ""
    was: str = ""
    at: datetime | None = None
    bug: FiledBug | None = None
    said: list[Said] = Field(default_factory=list)
    whole: bool = False
    gone: bool = False
    ignored: str = ""
    seen: str = ""


class Wanted(BaseModel):
    """A field that a tracker has for a new bug; `choices` where it takes nothing else."""

    id: str
    name: str
    required: bool = False
    choices: list[str] = Field(default_factory=list)


class Fetched(BaseModel):
    """A file's bytes and what kind they are."""

    media_type: str
    content: bytes


class Tracker(Protocol):
    """Where bugs live. Raises Unavailable to be tried again, Refused with what to do, NotFound for an issue that is gone."""

    name: str

    def file(
        self,
        marker: str,
        title: str,
        body: str,
        severity: int,
        *,
        fields: Mapping[str, str] | None = None,
        repeated: bool = False,
    ) -> FiledBug:
        """File it once; found by its marker if it is there already. `repeated`: it was tried before, how it ended is unknown."""
        ...

    def find(self, marker: str) -> FiledBug | None:
        """The issue that carries the marker."""
        ...

    def read(self, key: str) -> News:
        """The issue as it is, with everything written on it; its new key if it was moved."""
        ...

    def comment(self, key: str, marker: str, text: str, *, repeated: bool = False) -> str:
        """Write on it once; the comment's id."""
        ...

    def link(self, key: str, block: str) -> None:
        """Show on the issue whom it concerns and the way back to us: one block, in place of the one before."""
        ...

    def attach(
        self, key: str, marker: str, name: str, media_type: str, content: bytes, *, repeated: bool = False
    ) -> str:
        """Put a file on it once; the file's id there. `repeated`: it was tried before, how it ended is unknown."""
        ...

    def fetch(self, file_id: str, address: str, most: int) -> Fetched | None:
        """A file that engineers put on an issue, by its id and where it is said to be; None where that is but a link.

        Raises Refused for more than `most` bytes.
        """
        ...

    def changed(self, since: datetime, most: int = 500) -> Sequence[FiledBug]:
        """Issues that changed since, newest first, at most so many."""
        ...

    def listen(self, headers: Mapping[str, str], body: bytes) -> News:
        """A webhook's raw bytes as news. Raises Forged, or Refused for what cannot be read."""
        ...

    def wanted(self) -> Sequence[Wanted]:
        """The fields of a new bug beyond its text."""
        ...

    def check(self) -> str:
        """A sentence if bugs can be filed there."""
        ...


def needed(wanted: Sequence[Wanted], given: Mapping[str, Any]) -> str | None:
    """A question to the person where a required field is missing or a choice is not one of those there are; None if all is well."""
    for field in wanted:
        value = str(given.get(field.id) or "")
        one_of = f" It is one of {', '.join(field.choices[:20])}." if field.choices else ""
        if field.required and not value:
            return f"The tracker wants “{field.name}” for a bug. What shall it be?{one_of}"
        if value and field.choices and value not in field.choices:
            return f"The tracker does not take “{value}” as “{field.name}”.{one_of}"
    return None


def asked(tracker: Tracker) -> list[dict[str, Any]] | None:
    """What a new bug needs there now; None if it does not say."""
    try:
        return [one.model_dump() for one in tracker.wanted()]
    except (Refused, Unavailable):
        return None
