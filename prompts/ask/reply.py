"""What a model is asked to draft a reply, and the shape its answer must have."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, StringConstraints

from prompts.render import Question, ask

MOST_TURNS = 12


class ReplyAnswer(BaseModel, extra="forbid"):
    """`text` is plain text for the customer, `language` ISO 639-1."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]


@dataclass(frozen=True)
class Turn:
    """One message of the conversation, redacted; `ours` when we wrote it."""

    text: str
    ours: bool


def question(conversation: Sequence[Turn], language: str, facts: Sequence[str]) -> Question:
    """Asks for a ReplyAnswer in `language` (ISO 639-1) to the last turns of a conversation, oldest first.

    `facts` are the only things the draft may state as true, a sentence each: a known answer, the state of a fix, a way
    around it, earlier references, when the next news comes.
    """
    return ask("reply", conversation=list(conversation)[-MOST_TURNS:], language=language, facts=list(facts))
