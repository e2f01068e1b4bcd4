"""What a model is asked about a digest's themes: a sentence each, from counted facts only."""

from collections.abc import Sequence
from typing import Annotated, TypedDict

from pydantic import BaseModel, Field, StringConstraints

from prompts.render import Question, ask


class Written(BaseModel, extra="forbid"):
    """One theme's sentence."""

    theme: int
    sentence: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]


class DigestAnswer(BaseModel, extra="forbid"):
    """Sentences by theme; what is missing or may not be used is written by a template."""

    sentences: Annotated[list[Written], Field(max_length=12)]


class Told(TypedDict):
    """A theme as the model sees it: its id and its facts, a line each, without names."""

    id: int
    facts: str


def question(themes: Sequence[Told]) -> Question:
    """Asks for a DigestAnswer on these themes."""
    return ask("digest", themes=list(themes))
