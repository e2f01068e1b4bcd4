"""What a model is asked to put into another language, and the shape its answer must have."""

from typing import Annotated

from pydantic import BaseModel, StringConstraints

from prompts.render import Question, ask


class TranslationAnswer(BaseModel, extra="forbid"):
    """`text` says the same in the language asked for."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=30_000)]


def question(text: str, language: str) -> Question:
    """Asks for a TranslationAnswer in `language` (ISO 639-1) to a redacted text."""
    return ask("translate", text=text, language=language)
