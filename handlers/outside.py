"""What verbs ask or tell that is not ours: channels, a model, a tracker, an embedder; each a small interface that `bot` fills."""

from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel

from handlers.analysis.understanding import Understanding
from handlers.tracking import Tracker

Answer = TypeVar("Answer", bound=BaseModel)


class Listener(Protocol):
    """The local understanding of a message (handlers.analysis)."""

    def understand(self, text: str, language: str | None = None) -> Understanding:
        """What the text means, offline. `language`: what its writer writes in otherwise, where that is known."""
        ...

    def learn(self, text: str, field: str, value: str) -> None:
        """A person's correction counts from now on."""
        ...


class Embedder(Protocol):
    """Turns texts into meaning: rows of float32, length one. A unit of work has one that needs nobody else and is quick."""

    name: str

    def vectors(self, texts: list[str]) -> Any:
        """An array of shape (len(texts), dimension)."""
        ...


class Intent(BaseModel):
    """One thing to say to somebody outside. `key` is the marker the other side keeps."""

    id: int
    key: str
    purpose: str
    audience: str
    door: str
    place: str
    thread: str | None = None
    text: str
    blocks: list[dict[str, Any]] = []
    author: str = ""
    ticket_id: int | None = None
    receipt: str | None = None
    repeated: bool = False
    attempts: int = 0


class Profile(BaseModel):
    """Who somebody is, as their door tells it."""

    name: str = ""
    email: str | None = None
    team: str | None = None
    bot: bool = False
    guest: bool = False
    language: str | None = None


class Channel(Protocol):
    """A place where we speak. Raises Unavailable to be tried again, Refused when it will never work."""

    def say(self, intent: Intent) -> str:
        """Say it once and give the receipt; `repeated` intents are looked for first."""
        ...

    def profile(self, slack_id: str) -> Profile | None:
        """Who this is, if the place knows."""
        ...


class Model(Protocol):
    """A language model that answers in shapes."""

    def answer(self, shape: type[Answer], system: str, user: str) -> Answer:
        """An answer of the shape. Raises Unavailable when slow or down, Refused when it answers nonsense."""
        ...


@dataclass
class Outside:
    """What a verb may ask or tell while no transaction is open."""

    channels: dict[str, Channel] = field(default_factory=dict)
    model: Model | None = None
    tracker: Tracker | None = None
    embedder: Embedder | None = None
    """What makes the vectors of themes, where that is asked outside."""
