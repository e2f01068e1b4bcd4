"""What a model is asked about a theme: a name for it, and the shape its answer must have."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, StringConstraints

from prompts.render import Question, ask


class ThemeAnswer(BaseModel, extra="forbid"):
    """`name` says in a few words what all of the messages are about."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


def question(gists: Sequence[str], language: str) -> Question:
    """Asks for a ThemeAnswer in `language` (its English name) from a line of each message, nobody named in them."""
    return ask("theme", gists=list(gists), language=language)
