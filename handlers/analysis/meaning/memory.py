"""The complaints told so far as points in one space: the nearest to a new one, and how near is near enough.

Likeness is measured from the middle of what this workspace says, so that words everybody uses count for nothing. How near
is enough is not a constant: it stands out of the scatter of texts that are known to have nothing in common.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from threading import RLock

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.float32]

SHARE_OF_CONCEPTS = 0.4
"""Share of the glossary in the joined meaning; the rest is the embedder's."""
SCATTERS, SCATTERS_OF_WORDS = 5.5, 4.0
"""So many robust standard deviations above unrelated texts, two texts tell of the same thing; by words alone fewer."""
MIDDLE_COUNTS = 20
"""The middle of unrelated texts counts like so many complaints."""
BLOCK = 1024
"""Rows are kept in blocks of so many: one array for all would be copied whenever it grows."""
RECENTRE = 1.05
"""The middle moves on when there are so many times the complaints of before."""


@cache
def unrelated() -> tuple[str, ...]:
    """Sixty complaints in three languages about sixty things."""
    text = resources.files(__package__).joinpath("background.txt").read_text(encoding="utf-8")
    return tuple(text.splitlines())


def joined(meanings: Rows, concepts: Rows) -> Rows:
    """The embedder's rows and the glossary's rows side by side."""
    return side_by_side([(meanings, 1 - SHARE_OF_CONCEPTS), (concepts, SHARE_OF_CONCEPTS)])


def side_by_side(parts: Sequence[tuple[Rows, float]]) -> Rows:
    """Rows of several kinds as one of length one, so that cosines add by share; what is not finite counts as nothing."""
    return _unit(
        np.hstack(
            [
                _unit(np.nan_to_num(np.asarray(rows, dtype=np.float32), posinf=0.0, neginf=0.0))
                * np.float32(np.sqrt(share))
                for rows, share in parts
            ]
        )
    )


def _unit(rows: Rows) -> Rows:
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 1e-9, lengths, 1), dtype=np.float32)


@dataclass(frozen=True)
class Near:
    """The nearest complaints, nearest first, how alike they are (-1 to 1), and the likeness that is enough."""

    ids: list[int]
    likeness: list[float]
    enough: float


class Memory:
    """Joined meanings by ticket id, for one embedder at a time. May be asked from several threads.

    What another embedder made is made anew in portions: encoding 10,000 messages at once would hold everybody up.
    """

    def __init__(self, portion: int = 100) -> None:
        self.portion = portion
        self.lock = RLock()
        self.name = ""
        self._scatters = SCATTERS
        self.others_to_renew = False
        """Whether there may be complaints whose meaning another embedder made."""
        self._forget(np.zeros((0, 0), dtype=np.float32))

    def _forget(self, background: Rows) -> None:
        self._background = background
        self._blocks: list[Rows] = []
        self._places: dict[int, int] = {}
        self._ids: list[int] = []
        self._sum = np.zeros(background.shape[1], dtype=np.float64)
        self._centred_at = 0

    def begin(self, name: str, background: Callable[[], Rows]) -> bool:
        """Remember meanings made by `name` from now on. True if that is new: what was known before is forgotten."""
        if name == self.name:
            return False
        self._forget(background())
        self.name, self.others_to_renew = name, True
        self._scatters = SCATTERS_OF_WORDS if name.startswith("lexical") else SCATTERS
        return True

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def newest(self) -> int:
        """The highest ticket id; 0 when there is none."""
        return max(self._ids, default=0)

    def __contains__(self, ticket_id: int) -> bool:
        return ticket_id in self._places

    def keep(self, ids: Sequence[int], rows: Rows) -> None:
        """Add meanings of tickets that are not known yet; rows of another length are passed over."""
        fresh = [place for place, one in enumerate(ids) if one not in self._places]
        if not fresh or rows.shape[1] != self._width:
            return
        self._sum += rows[fresh].sum(axis=0, dtype=np.float64)
        for place in fresh:
            block, line = divmod(len(self._ids), BLOCK)
            if block == len(self._blocks):
                self._blocks.append(np.zeros((BLOCK, self._width), dtype=np.float32))
            self._blocks[block][line] = rows[place]
            self._places[ids[place]] = len(self._ids)
            self._ids.append(ids[place])

    def keep_bytes(self, kept: Sequence[tuple[int, bytes]]) -> None:
        """Add meanings as the database keeps them: (ticket id, float32 numbers)."""
        width = self._width * 4
        fitting = [(ticket_id, numbers) for ticket_id, numbers in kept if len(numbers) == width]
        if fitting:
            rows = np.frombuffer(b"".join(numbers for _, numbers in fitting), dtype=np.float32)
            self.keep([ticket_id for ticket_id, _ in fitting], rows.reshape(len(fitting), -1))

    def forget_all_but(self, ids: Sequence[int]) -> None:
        """Let go of tickets that are not among `ids`."""
        wanted = set(ids)
        kept = [place for place, one in enumerate(self._ids) if one in wanted]
        if len(kept) == len(self._ids):
            return
        for place, before in enumerate(kept):
            self._blocks[place // BLOCK][place % BLOCK] = self._blocks[before // BLOCK][before % BLOCK]
        self._ids = [self._ids[place] for place in kept]
        self._places = {one: place for place, one in enumerate(self._ids)}
        del self._blocks[-(-len(kept) // BLOCK) :]
        parts = [rows.sum(axis=0, dtype=np.float64) for rows in self._told()]
        self._sum = np.sum(parts, axis=0) if parts else np.zeros(self._width, dtype=np.float64)
        self._centred_at = 0

    def near(self, row: Rows, most: int) -> Near:
        """The `most` nearest complaints to a joined meaning."""
        self._recentre()
        count = len(self._ids)
        offset = row - self._middle
        length = float(np.linalg.norm(offset)) or 1.0
        dots = np.concatenate([rows @ offset for rows in self._told()] or [np.zeros(0, dtype=np.float32)])
        self._measure(count)
        alike = (dots - float(self._middle @ offset)) / (self._lengths[:count] * length)
        order = np.argsort(-alike, kind="stable")[:most]
        return Near([self._ids[place] for place in order], [float(alike[place]) for place in order], self._enough)

    def _recentre(self) -> None:
        count = len(self._ids)
        if self._centred_at and count <= self._centred_at * RECENTRE:
            return
        weight = MIDDLE_COUNTS / len(self._background)
        total = self._sum + self._background.sum(axis=0, dtype=np.float64) * weight
        self._middle = np.asarray(total / (count + MIDDLE_COUNTS), dtype=np.float32)
        self._enough = enough(self._background - self._middle, self._scatters)
        self._centred_at = max(1, count)
        self._lengths = np.zeros(0, dtype=np.float32)

    def _measure(self, count: int) -> None:
        """Lengths of the centred rows, for rows that have none yet."""
        if len(self._lengths) < count:
            parts = [self._lengths]
            for more in self._told(len(self._lengths)):
                squares = 1 - 2 * (more @ self._middle) + float(self._middle @ self._middle)
                parts.append(np.sqrt(np.maximum(squares, 1e-9)))
            self._lengths = np.concatenate(parts)

    @property
    def _width(self) -> int:
        return int(self._background.shape[1])

    def _told(self, after: int = 0) -> Iterator[Rows]:
        """The rows from that place on, block by block."""
        for number in range(after // BLOCK, len(self._blocks)):
            first = number * BLOCK
            yield self._blocks[number][max(0, after - first) : len(self._ids) - first]


def enough(centred: Rows, scatters: float = SCATTERS) -> float:
    """The likeness that unrelated texts (centred rows) practically never reach."""
    rows = _unit(centred)
    pairs = (rows @ rows.T)[np.triu_indices(len(rows), 1)]
    middle = float(np.median(pairs))
    scatter = 1.4826 * float(np.median(np.abs(pairs - middle)))
    return middle + scatters * max(scatter, 0.005)
