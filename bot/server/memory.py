"""Memory: what glibc would keep for many threads that hardly ever calculate at once, and for arrays that came and went."""

import contextlib
import ctypes

M_MMAP_THRESHOLD, M_ARENA_MAX = -3, -8
"""glibc's names (mallopt(3))."""
LARGE_BYTES = 1_000_000
"""So large a piece has pages of its own, which go back when it is freed. Left to itself, glibc stops doing so for what was freed once."""
HEAPS = 2


def keep_small() -> None:
    """Few heaps from now on, and large pieces apart. Nothing where there is no glibc."""
    with contextlib.suppress(AttributeError, OSError):
        here = ctypes.CDLL(None)
        here.mallopt(M_ARENA_MAX, HEAPS)
        here.mallopt(M_MMAP_THRESHOLD, LARGE_BYTES)


def give_back() -> None:
    """What was freed goes back to the system: after loading, and once in a while. Takes some milliseconds."""
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)
