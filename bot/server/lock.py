"""On SQLite one process works at a time: an exclusive lock on `<database file>.lock`, let go of by the kernel if we die."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from bot.settings import file_of
from handlers.errors import Refused


@contextlib.contextmanager
def working_alone(database_url: str) -> Iterator[None]:
    """Hold the lock while the block lasts; on a database server nothing needs to be held. Raises Refused if another works."""
    file = file_of(database_url)
    if file is None:
        yield
        return
    path = _beside(file)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            who = os.pread(handle, 20, 0).decode(errors="replace").strip() or "unknown"
            raise Refused(
                f"Another Earshot (process {who}) is working on {file}; stop it first, or set another database."
            ) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)


def somebody_works(database_url: str) -> bool:
    """True while another process holds the lock."""
    file = file_of(database_url)
    if file is None or not _beside(file).exists():
        return False
    handle = os.open(_beside(file), os.O_RDWR)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def _beside(file: Path) -> Path:
    return file.with_name(file.name + ".lock")
