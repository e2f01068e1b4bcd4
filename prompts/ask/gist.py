"""What a model is asked before messages are compared: each in one English line, so that languages and wordings meet."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from prompts.render import Question, ask

AT_ONCE = 16
LONGEST = 1_500
"""Characters of a message that are shown."""


class Gist(BaseModel, extra="forbid"):
    """One message's line, by the number it was asked under."""

    message: Annotated[int, Field(ge=1, le=AT_ONCE)]
    gist: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]


class GistAnswer(BaseModel, extra="forbid"):
    """Lines by message; one that is missing is compared by its own words."""

    gists: Annotated[list[Gist], Field(max_length=AT_ONCE)]


def question(texts: Sequence[str]) -> Question:
    """Asks for a GistAnswer on at most sixteen texts, which must be redacted already."""
    return ask("gist", texts=list(texts)[:AT_ONCE], longest=LONGEST)
