"""What a model is asked about one message, and the shape its answer must have."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from prompts.render import Question, ask
from storage.vocabulary import Emergency, Kind, Severity

MOST_EXAMPLES = 8

Sure = Annotated[float, Field(ge=0, le=1)]


class Confidence(BaseModel, extra="forbid"):
    """How sure the model is of each field: 0 a guess, 1 certain."""

    language: Sure
    kind: Sure
    complaint: Sure
    sentiment: Sure
    severity: Sure
    gist: Sure
    emergency: Sure


class TriageAnswer(BaseModel, extra="forbid"):
    """`language` is ISO 639-1; `sentiment` -1 (bad) to 1 (good); `gist` is in the customer's language."""

    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]
    kind: Kind
    complaint: bool
    sentiment: Annotated[float, Field(ge=-1, le=1)]
    severity: Severity
    gist: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=140)]
    emergency: Emergency | Literal["none"]
    confidence: Confidence


@dataclass(frozen=True)
class Guess:
    """What the local understanding said; `emergency` None where it saw none."""

    language: str
    kind: Kind
    complaint: bool
    severity: Severity
    emergency: Emergency | None
    areas: tuple[str, ...] = ()
    """Parts of the product that the glossary finds named in it."""


@dataclass(frozen=True)
class Example:
    """A message whose kind and severity a person has put right; personal data already removed."""

    text: str
    kind: Kind
    severity: Severity


def question(text: str, guess: Guess, examples: Sequence[Example] = ()) -> Question:
    """Asks for a TriageAnswer on `text`, which must be redacted already. Of `examples` the first eight are shown."""
    return ask("triage", text=text, guess=guess, examples=list(examples)[:MOST_EXAMPLES])
