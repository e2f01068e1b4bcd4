"""Alembic's entry: our own tables only, on whichever connection `storage.migrate` hands in."""

from alembic import context

from storage.tables import metadata

TABLES = metadata()


def ours(name: str | None, kind: str, _parents: object) -> bool:
    """The engine's tables in the same file are not ours to change."""
    return kind != "table" or name in TABLES.tables


connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=TABLES, render_as_batch=True, include_name=ours)
with context.begin_transaction():
    context.run_migrations()
