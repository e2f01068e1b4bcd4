"""What a stand-in remembers: one SQLite file, which a crash of anybody else does not touch.

This is the memory of the *other* side (Slack, Jira, a model), so it shares nothing with storage/.
"""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_CALLS = """
CREATE TABLE IF NOT EXISTS calls (
    seq INTEGER PRIMARY KEY, at REAL NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL,
    arguments TEXT NOT NULL, outcome TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


class Ledger:
    """A SQLite file (or memory) with the stand-in's own tables, and beside them every call it got."""

    def __init__(self, state: Path | None, tables: str) -> None:
        self.db = sqlite3.connect(
            state or ":memory:", check_same_thread=False, isolation_level=None, cached_statements=256
        )
        self.db.row_factory = sqlite3.Row
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA synchronous=NORMAL")
        self.db.execute("PRAGMA busy_timeout=5000")
        self.db.executescript(_CALLS + tables)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction; a block inside another joins it."""
        if self.db.in_transaction:
            yield self.db
            return
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield self.db
        except BaseException:
            self.db.execute("ROLLBACK")
            raise
        self.db.execute("COMMIT")

    def rows(self, question: str, *values: object) -> list[sqlite3.Row]:
        """All rows that answer `question`."""
        return self.db.execute(question, values).fetchall()

    def row(self, question: str, *values: object) -> sqlite3.Row | None:
        """The first row that answers `question`, if there is one."""
        found: sqlite3.Row | None = self.db.execute(question, values).fetchone()
        return found

    def note(self, method: str, path: str, arguments: object, outcome: str) -> None:
        """Remember a call: `outcome` is "ok", or the error code or status it got."""
        self.db.execute(
            "INSERT INTO calls (at, method, path, arguments, outcome) VALUES (?, ?, ?, ?, ?)",
            (time.time(), method, path, json.dumps(arguments, ensure_ascii=False), outcome),
        )

    def calls(self, path: str | None = None, after: int = 0, limit: int = 100_000) -> list[dict[str, Any]]:
        """Calls in the order they came; `path` narrows to those whose path contains it."""
        found = self.rows(
            "SELECT * FROM calls WHERE seq > ? AND path LIKE ? ORDER BY seq LIMIT ?", after, f"%{path or ''}%", limit
        )
        return [{**dict(row), "arguments": json.loads(row["arguments"])} for row in found]

    def setting(self, name: str, otherwise: Any) -> Any:
        """A setting as it was last `keep`t."""
        row = self.row("SELECT value FROM settings WHERE name = ?", name)
        return json.loads(row["value"]) if row else otherwise

    def keep(self, name: str, value: Any) -> None:
        """Remember a setting across restarts."""
        self.db.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, json.dumps(value)))

    def forget(self, *tables: str) -> None:
        """Empty the named tables and the calls, so that a test starts clean on a running stand-in."""
        with self.writing() as db:
            for table in ("calls", *tables):
                db.execute(f"DELETE FROM {table}")  # noqa: S608 names are ours

    def close(self) -> None:
        """Close the file."""
        self.db.close()
