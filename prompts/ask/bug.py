"""What a model is asked to draft a bug from customers' words, and the shape its answer must have."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from prompts.render import Question, ask

MOST_REPORTS = 12

Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]
Step = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]


class Sources(BaseModel, extra="forbid"):
    """The numbers of the reports that say it, for each part of the text; the title is what happens."""

    happens: list[int]
    expected: list[int]
    steps: list[int]
    environment: list[int]


class BugAnswer(BaseModel, extra="forbid"):
    """A bug as engineers want to read it. `steps` and `environment` are empty where no report tells them."""

    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=79)]
    happens: Annotated[Words, Field(min_length=1)]
    expected: Words
    steps: Annotated[list[Step], Field(max_length=20)]
    environment: Words
    sources: Sources


def question(reports: Sequence[str], theme: str | None = None, language: str = "English") -> Question:
    """Asks for a BugAnswer from customers' `reports` (redacted, newest last), to be written in `language`."""
    return ask("bug", reports=list(reports)[-MOST_REPORTS:], theme=theme, language=language)
