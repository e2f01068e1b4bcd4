"""Alembic's entry: our own tables only, on whichever connection `storage.migrate` hands in."""

from alembic import context

from storage.tables import metadata, ours

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata(), render_as_batch=True, include_name=ours)
with context.begin_transaction():
    context.run_migrations()
