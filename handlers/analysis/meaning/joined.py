"""What grouping compares: a sentence's meaning where an encoder is installed, its words, and the product's areas.

The encoder joins languages and paraphrases; the words keep apart what it takes for one; the glossary knows the trade.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from handlers.analysis import lexical
from handlers.analysis.learning.encoder import encoder, installed
from handlers.analysis.meaning import glossary, memory
from handlers.analysis.meaning.memory import Rows
from handlers.analysis.wording.visible import visible

SHARE_OF_MEANING = 0.6
"""Share of the encoder in a joined row; the rest is the words'."""
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
        worded = lexical.vectors(texts).reshape(len(texts), lexical.DIMENSIONS // WORDS, WORDS).sum(axis=1)
        said = np.array([[any(letter.isalnum() for letter in text)] for text in seen]).reshape(-1, 1)
        return memory.side_by_side([(encode(seen) * said, SHARE_OF_MEANING), (worded, 1 - SHARE_OF_MEANING)])


def best() -> Embedder:
    """The joined embedder where an encoder is installed, else the lexical one."""
    return JoinedEmbedder() if installed() else lexical.LexicalEmbedder()


def named(embedder: Embedder) -> str:
    """What made a ticket's vector: the embedder and the glossary's edition. Kept with each vector."""
    return f"{embedder.name}+glossary-{glossary.default().version:08x}"


def meanings(embedder: Embedder, texts: list[str]) -> Rows:
    """The rows that are kept and compared: the embedder's and the glossary's, joined."""
    return memory.joined(np.asarray(embedder.vectors(texts), dtype=np.float32), glossary.default().vectors(texts))


def concepts() -> int:
    """How many numbers at the end of a row are the glossary's."""
    return len(glossary.default().concepts)
