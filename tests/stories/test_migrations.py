"""The tables taken away and brought back, with rows in them, on both databases."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Engine,
    Float,
    Integer,
    LargeBinary,
    Table,
    func,
    insert,
    inspect,
    select,
    text,
)

from storage import database, migrate
from storage.database import UtcDateTime
from storage.desk import derived
from storage.tables import metadata, ours

WHEN = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
PLAIN = {Boolean: True, Integer: 1, Float: 1.5, Date: date(2026, 11, 18), JSON: {"言": ["é"]}, LargeBinary: b"\x00\xff"}
TABLES = metadata().sorted_tables


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A migrated, empty database of each kind."""
    connected = database.connect(database_url)
    yield connected
    connected.dispose()


def fill(engine: Engine) -> None:
    """One row in every table, every column of it filled, every reference leading somewhere."""
    with engine.begin() as connection:
        for table in TABLES:
            row = {column.name: value_of(table, column) for column in table.columns}
            connection.execute(insert(table).values(row))


def value_of(table: Table, column: Column[Any]) -> Any:
    """Something of the column's type; of the row referred to where it refers to one."""
    for key in column.foreign_keys:
        return value_of(key.column.table, key.column)
    if isinstance(column.type, UtcDateTime):
        return WHEN
    for kind, value in PLAIN.items():
        if isinstance(column.type, kind):
            return value
    return f"{table.name} {column.name} 三ツ森"


def rows(engine: Engine) -> dict[str, int]:
    """How many rows each table has."""
    with engine.connect() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one() for table in TABLES
        }


def differences(engine: Engine) -> list[Any]:
    """What the declared tables have and the database has not, and the other way round."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": ours, "compare_type": True})
        found: list[Any] = compare_metadata(context, metadata())
        return found


def test_what_the_migrations_make_is_what_the_nouns_declare(engine: Engine) -> None:
    assert migrate.at(engine) == migrate.newest()
    assert differences(engine) == []


def test_an_index_or_a_column_that_is_missing_would_be_noticed(engine: Engine) -> None:
    with engine.begin() as connection:
        derived.put_aside(connection)
        connection.execute(text("DROP INDEX ix_ticket_list"))
        connection.execute(text("ALTER TABLE note DROP COLUMN text"))
    assert {one[0] for one in differences(engine)} == {"add_index", "add_column"}


def test_tables_full_of_rows_are_taken_away_and_come_back_empty_and_equal(engine: Engine) -> None:
    fill(engine)
    assert set(rows(engine).values()) == {1}
    migrate.down(engine, "base")
    assert migrate.at(engine) is None
    assert not set(inspect(engine).get_table_names()) & set(metadata().tables)
    migrate.up(engine)
    assert migrate.at(engine) == migrate.newest()
    assert set(rows(engine).values()) == {0}
    assert differences(engine) == []
    fill(engine)
    assert set(rows(engine).values()) == {1}


def test_each_revision_goes_down_and_up_again_with_rows_in_every_table(engine: Engine) -> None:
    fill(engine)
    steps = 0
    while migrate.at(engine):
        migrate.down(engine)
        steps += 1
    migrate.up(engine)
    assert steps == len(migrate.known())
    assert differences(engine) == []


def test_up_on_tables_that_are_up_to_date_changes_nothing(engine: Engine) -> None:
    fill(engine)
    migrate.up(engine)
    assert set(rows(engine).values()) == {1}
