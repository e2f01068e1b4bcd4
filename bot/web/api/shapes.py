"""What the API answers, and what it says in its description about errors."""

import unicodedata
from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel

from bot.web.problems import MEDIA_TYPE
from storage.database import clean
from storage.desk.messages import Message
from storage.insights.bugs import Bug

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


class ProblemOut(BaseModel):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str = ""
    errors: list[dict[str, str]] = []


class Reply(BaseModel):
    """What we said to the customer."""

    text: str
    author: str
    automatic: bool
    sent_at: datetime

    @classmethod
    def of(cls, message: Message) -> "Reply":
        """A message of ours."""
        return cls(text=message.text, author=message.author, automatic=message.automatic, sent_at=message.sent_at)


class MessageOut(BaseModel):
    """A message: `status` received, kept (asks for nothing), looking, fix, answered or done."""

    id: int
    external_id: str
    status: str
    ticket: str | None
    replies: list[Reply]


class Said(BaseModel):
    """One message of a conversation; `from_customer` False for ours."""

    text: str
    author: str
    from_customer: bool
    sent_at: datetime


class TicketOut(BaseModel):
    """A conversation and where it stands; `next_news_at` is promised."""

    reference: str
    status: str
    language: str
    opened_at: datetime
    next_news_at: datetime | None
    messages: list[Said]


class BugOut(BaseModel):
    """A bug of the built-in tracker. `affected` tells how many customers it concerns, never who."""

    id: int
    key: str | None
    state: str
    title: str
    happens: str
    expected: str
    steps: str
    environment: str
    affected: str
    severity: int
    version: str | None
    workaround: str | None
    due_on: date | None
    url: str | None
    created_at: datetime
    changed_at: datetime

    @classmethod
    def of(cls, bug: Bug) -> "BugOut":
        """The bug as it is kept."""
        return cls.model_validate({**bug.model_dump(), "key": bug.external_key})


class CommentOut(BaseModel):
    """What somebody wrote on a bug."""

    author: str
    text: str
    created_at: datetime


def keepable(text: str) -> str:
    """The text as every database can keep it."""
    return clean(text)


def plain(text: str) -> str:
    """The text, if it is something that can be a name: no control characters."""
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
        raise ValueError("has characters that cannot be part of a name")
    return text


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """How these errors look, for the description."""
    content = {MEDIA_TYPE: {"schema": ProblemOut.model_json_schema()}}
    return {one: {"description": HTTPStatus(one).phrase, "content": content} for one in statuses}
