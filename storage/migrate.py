"""Migrations up and down, from code: the tables follow the program."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from storage.desk import derived


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def up(engine: Engine, revision: str = "head") -> None:
    """Bring the tables up to a revision, all by default; at the newest one, what is derived from them stands beside."""
    with engine.begin() as connection:
        if _at(connection) == newest() and derived.kept(connection):
            return
        derived.put_aside(connection)
        command.upgrade(_config(connection), revision)
        if _at(connection) == newest():
            derived.keep(connection)


def down(engine: Engine, revision: str = "-1") -> None:
    """Take the tables back to a revision: `base` drops all."""
    with engine.begin() as connection:
        derived.drop(connection)
        command.downgrade(_config(connection), revision)


def at(engine: Engine) -> str | None:
    """The revision that the database is at; None before the first."""
    with engine.connect() as connection:
        return _at(connection)


def _at(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """The newest revision there is."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def write_revision(engine: Engine, message: str) -> None:
    """Write a new revision from what the tables say and the database does not have yet."""
    with engine.begin() as connection:
        command.revision(_config(connection), message=message, autogenerate=True)


def known() -> set[str]:
    """Every revision that this program knows."""
    return {one.revision for one in ScriptDirectory.from_config(_config()).walk_revisions()}
