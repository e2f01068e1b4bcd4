"""What grouping compares: a sentence's meaning where an encoder is installed, its words, and the product's areas.

The encoder joins languages and paraphrases; the words keep apart what it takes for one; the glossary knows the trade.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from handlers.analysis import lexical
from handlers.analysis.learning.encoder import encoder, installed
from handlers.analysis.meaning import glossary, memory
from handlers.analysis.meaning.glossary import Glossary
from handlers.analysis.meaning.memory import Rows
from handlers.analysis.wording.visible import visible

SHARE_OF_MEANING = 0.6
"""Share of the encoder in a joined row; the rest is the words'."""
SHARE_OF_WORDS = 0.1
"""Share of the words beside a model: more of them cost agreement on English messages (docs/benchmarks.md)."""
WORDS = 256
"""Numbers left of the words' 1,024, folded together: 10,000 tickets fit into 34 MB."""


class Embedder(Protocol):
    """Texts to rows of length one."""

    name: str

    def vectors(self, texts: list[str]) -> Rows:
        """An array of shape (len(texts), dimension)."""
        ...


class JoinedEmbedder:
    """Meaning and words side by side: 768 numbers a text, about 5 ms. Needs an encoder, loaded at the first text."""

    name = "joined-1"

    def vectors(self, texts: Sequence[str]) -> Rows:
        """One row of length 1 a text (0 for one without words), float32."""
        encode = encoder()
        if encode is None:
            raise RuntimeError("JoinedEmbedder needs the sentence encoder")
        seen = [visible(text) for text in texts]
        said = np.array([[any(letter.isalnum() for letter in text)] for text in seen]).reshape(-1, 1)
        return memory.side_by_side(
            [(encode(seen) * said, SHARE_OF_MEANING), (folded_words(texts), 1 - SHARE_OF_MEANING)]
        )


class WithWords:
    """Another embedder's rows with a little of the words, which tell apart what a model for one language takes for the same."""

    def __init__(self, meaning: Embedder) -> None:
        self.meaning = meaning
        self.name = f"{meaning.name}+words-{WORDS}"
        self.outside = bool(getattr(meaning, "outside", False))

    def vectors(self, texts: list[str]) -> Rows:
        """One row of length 1 a text (0 for one without words), float32."""
        seen = [visible(text) for text in texts]
        said = np.array([any(letter.isalnum() for letter in text) for text in seen]).reshape(-1, 1)
        rows = np.asarray(self.meaning.vectors(seen), dtype=np.float32).reshape(len(texts), -1)
        return memory.side_by_side([(rows * said, 1 - SHARE_OF_WORDS), (folded_words(texts), SHARE_OF_WORDS)])


def folded_words(texts: Sequence[str]) -> Rows:
    """The words' numbers folded together, 256 a text."""
    rows = lexical.vectors(texts).reshape(len(texts), lexical.DIMENSIONS // WORDS, WORDS).sum(axis=1)
    return np.asarray(rows, dtype=np.float32)


def best() -> Embedder:
    """The joined embedder where an encoder is installed, else the lexical one."""
    return JoinedEmbedder() if installed() else lexical.LexicalEmbedder()


def named(embedder: str, known: Glossary) -> str:
    """What made a ticket's vector: the embedder of this name and the glossary's edition. Kept with each vector."""
    return f"{embedder}+glossary-{known.version:08x}"


def meanings(embedder: Embedder, texts: list[str], known: Glossary | None = None) -> Rows:
    """The rows that are kept and compared: the embedder's and a glossary's (the one that ships), joined."""
    known = known or glossary.default()
    return memory.joined(np.asarray(embedder.vectors(texts), dtype=np.float32), known.vectors(texts))
