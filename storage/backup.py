"""Backups: every row of every table as JSON Lines in one `.tar.gz`, restored into an empty database of either kind."""

import base64
import gzip
import hashlib
import json
import os
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Column, Connection, Date, Engine, LargeBinary, Table, func, insert, select, text, update

from storage import migrate
from storage.database import UtcDateTime
from storage.tables import metadata

FORMAT = 1
TOGETHER = 200

Counts = dict[str, int]
Told = Callable[[str, int], None]


class Unfit(Exception):
    """This backup cannot be made or restored; says why in one sentence."""


def create(engine: Engine, path: Path, told: Told = lambda _table, _rows: None) -> Counts:
    """Write everything as it is at this moment to `path` (.tar.gz); rows by table. `told(table, rows)` after each table."""
    revision = migrate.at(engine)
    if revision != migrate.newest():
        raise Unfit(f"The database is at revision {revision}; bring it up to date first: earshot migrate up.")
    part = path.with_name(path.name + ".part")
    try:
        with tempfile.TemporaryDirectory(dir=path.parent) as folder, _one_moment(engine) as connection:
            manifest: dict[str, Any] = {
                "format": FORMAT,
                "revision": revision,
                "created_at": datetime.now(UTC).isoformat(),
                "tables": {
                    table.name: _written(connection, table, Path(folder) / table.name, told) for table in _tables()
                },
            }
            with open(part, "wb", opener=_private) as file, tarfile.open(fileobj=file, mode="w:gz") as archive:
                _add(archive, "manifest.json", json.dumps(manifest, indent=1).encode())
                for table in _tables():
                    archive.add(Path(folder) / table.name, f"{table.name}.jsonl")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return {name: one["rows"] for name, one in manifest["tables"].items()}


def restore(engine: Engine, path: Path, told: Told = lambda _table, _rows: None) -> Counts:
    """Fill the empty, migrated database from a backup, all of it or nothing. Raises Unfit naming what does not fit."""
    try:
        with tarfile.open(path, "r:gz") as archive, engine.begin() as connection:
            filled = [table.name for table in _tables() if _rows(connection, table)]
            if filled:
                raise Unfit(f"The database to restore into is not empty: there are rows in {', '.join(filled[:3])}.")
            manifest = _manifest(archive)
            by_name = {table.name: table for table in _tables()}
            counts = {}
            for member in archive:
                table = by_name.get(member.name.removesuffix(".jsonl"))
                lines = archive.extractfile(member)
                if table is None or lines is None:
                    continue
                counts[table.name] = _filled(connection, table, lines, manifest["tables"][table.name])
                told(table.name, counts[table.name])
            if missing := set(manifest["tables"]) - set(counts):
                raise Unfit(f"The backup is not whole: {', '.join(sorted(missing))} is missing.")
            _set_sequences(connection)
            return counts
    except (tarfile.TarError, gzip.BadGzipFile, EOFError, ValueError, KeyError) as broken:
        raise Unfit(f"{path.name} is no whole backup of Earshot: {broken}.") from broken


def rows_of(engine: Engine, table: Table) -> Iterator[dict[str, Any]]:
    """A table's rows as a backup says them, in a fixed order."""
    with _one_moment(engine) as connection:
        yield from _read(connection, table)


def _tables() -> list[Table]:
    """Parents before children."""
    return list(metadata().sorted_tables)


@contextmanager
def _one_moment(engine: Engine) -> Iterator[Connection]:
    """A connection that sees the database as it is now, whatever others write meanwhile."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.connection.dbapi_connection.execute("BEGIN")  # type: ignore[union-attr]
            yield connection
            connection.rollback()
        return
    with engine.connect().execution_options(isolation_level="REPEATABLE READ", stream_results=True) as connection:
        yield connection


def _read(connection: Connection, table: Table) -> Iterator[dict[str, Any]]:
    heavy = any(isinstance(column.type, LargeBinary) for column in table.columns)
    ordered = select(table).order_by(*table.primary_key.columns)
    for row in connection.execute(ordered.execution_options(yield_per=10 if heavy else 500)):
        yield {name: _said(value) for name, value in row._mapping.items()}


def _said(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value.isoformat() if isinstance(value, datetime | date) else value


def _written(connection: Connection, table: Table, path: Path, told: Told) -> dict[str, Any]:
    digest, number = hashlib.sha256(), 0
    with path.open("wb") as file:
        for row in _read(connection, table):
            line = json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
            digest.update(line)
            file.write(line)
            number += 1
    told(table.name, number)
    return {"rows": number, "sha256": digest.hexdigest()}


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    archive.addfile(member, BytesIO(content))


def _manifest(archive: tarfile.TarFile) -> dict[str, Any]:
    first = archive.next()
    file = archive.extractfile(first) if first and first.name == "manifest.json" else None
    if file is None:
        raise Unfit("This is no backup of Earshot: it does not begin with a manifest.")
    manifest: dict[str, Any] = json.load(file)
    if manifest["format"] != FORMAT or manifest["revision"] != migrate.newest():
        raise Unfit(
            f"The backup is of revision {manifest['revision']} and this program of {migrate.newest()}: "
            "restore it with the version that made it, then update."
        )
    return manifest


def _filled(connection: Connection, table: Table, lines: IO[bytes], expected: dict[str, Any]) -> int:
    """Rows put into one table; what refers to the same table is set when all of its rows are there."""
    to_itself = [
        column.name for column in table.columns if any(key.column.table is table for key in column.foreign_keys)
    ]
    later: list[dict[str, Any]] = []
    digest, number, batch = hashlib.sha256(), 0, []
    for line in lines:
        digest.update(line)
        row = {name: _meant(table.columns[name], value) for name, value in json.loads(line).items()}
        if any(row[name] is not None for name in to_itself):
            later.append({name: row[name] for name in (*to_itself, *_key(table))})
            row.update(dict.fromkeys(to_itself))
        batch.append(row)
        number += 1
        if len(batch) == TOGETHER:
            connection.execute(insert(table), batch)
            batch = []
    if batch:
        connection.execute(insert(table), batch)
    for row in later:
        same = [table.columns[name] == row[name] for name in _key(table)]
        connection.execute(update(table).where(*same).values({name: row[name] for name in to_itself}))
    if number != expected["rows"] or digest.hexdigest() != expected["sha256"]:
        raise Unfit(f"The backup is damaged: {table.name} does not hold what was written.")
    return number


def _key(table: Table) -> list[str]:
    return [column.name for column in table.primary_key.columns]


def _meant(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, LargeBinary):
        return base64.b64decode(value)
    if isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(column.type, Date) else value


def _rows(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _set_sequences(connection: Connection) -> None:
    """On Postgres the next id comes after the restored ones; SQLite sees to that itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in _tables():
        if "id" in table.columns and table.columns["id"].primary_key:
            newest = connection.execute(select(func.max(table.columns["id"]))).scalar()
            if newest is not None:
                name = connection.execute(text("SELECT pg_get_serial_sequence(:t, 'id')"), {"t": table.name}).scalar()
                connection.execute(text("SELECT setval(:name, :newest)"), {"name": name, "newest": newest})
