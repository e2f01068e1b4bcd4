"""Memory: what glibc would keep for many threads that hardly ever calculate at once, and after what was loaded at the start."""

import contextlib
import ctypes

M_ARENA_MAX = -8
"""glibc's name for the number of its heaps (mallopt(3))."""
HEAPS = 2


def keep_small() -> None:
    """Few heaps from now on, and what loading took and freed goes back to the system. Nothing where there is no glibc."""
    with contextlib.suppress(AttributeError, OSError):
        here = ctypes.CDLL(None)
        here.mallopt(M_ARENA_MAX, HEAPS)
        here.malloc_trim(0)
