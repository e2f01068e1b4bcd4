"""Whether two texts tell of the same thing, from their vectors."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

SAME_THING = 0.5
"""Cosine from which one customer's two reports of the same kind may be taken for the same thing."""
SAME_PART = 0.8
"""Cosine of what the glossary found in both: an export that hangs is no import that hangs."""
UNKNOWN_PART = 0.6
"""Cosine that is enough where the glossary knows nothing of one of them."""


def cosine(vector: NDArray[np.float32], others: NDArray[np.float32]) -> NDArray[np.float32]:
    """How alike `vector` (dimension,) is to each row of `others` (n, dimension): (n,) in [-1, 1]. All of length one."""
    return np.asarray(others @ vector, dtype=np.float32)


def same_thing(vector: NDArray[np.float32], kept: Mapping[int, bytes], concepts: int) -> set[int]:
    """The keys of those of `kept` (rows as bytes) that tell of what `vector` tells; its last `concepts` are the glossary's.

    No when in doubt: “you told us before” to somebody who did not is worse than silence. Rows of another length are none.
    """
    known = {key: numbers for key, numbers in kept.items() if len(numbers) == vector.nbytes}
    others = np.frombuffer(b"".join(known.values()), dtype=np.float32).reshape(-1, len(vector))
    ours, theirs = vector[-concepts:], others[:, -concepts:]
    lengths = np.linalg.norm(theirs, axis=1) * np.linalg.norm(ours)
    parts = cosine(ours, theirs) / np.where(lengths > 0, lengths, 1)
    alike = cosine(vector, others)
    same = np.where(lengths > 0, (alike >= SAME_THING) & (parts >= SAME_PART), alike >= UNKNOWN_PART)
    return {key for key, one in zip(known, same, strict=True) if one}
