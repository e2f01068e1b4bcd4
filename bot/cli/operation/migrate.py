"""`earshot migrate`: the database's tables follow the program."""

from typing import Annotated

import typer

from bot.cli import house, terminal

app = typer.Typer(help="Bring the database's tables up to this program, or back.", no_args_is_help=True)


@app.command()
def up(revision: Annotated[str, typer.Argument(help="A revision, or the newest.")] = "head") -> None:
    """Migrate to a revision, the newest by default. `earshot run` does that by itself."""
    from storage import database, migrate

    db = database.connect(house.settled().database_url)
    _known(revision, "head")
    migrate.up(db, revision)
    terminal.say(f"The database is at {migrate.at(db)}.")


@app.command()
def down(
    revision: Annotated[str, typer.Argument(help="A revision, -1 for one step, base for empty.")] = "-1",
    yes: Annotated[bool, typer.Option("--yes", help="Yes, what the newer tables hold may be lost.")] = False,
) -> None:
    """Take the tables back."""
    from bot.server import lock
    from handlers.errors import Refused
    from storage import database, migrate

    _known(revision, "base", "-1")
    if not yes:
        raise Refused("Going back drops tables and columns with what is in them; make a backup, then say --yes.")
    url = house.settled().database_url
    with lock.working_alone(url):
        db = database.connect(url)
        if migrate.at(db) is None:
            raise Refused("The database is empty already.")
        migrate.down(db, revision)
    terminal.say(f"The database is at {migrate.at(db) or 'no revision: it is empty'}.")


@app.command()
def status(as_json: terminal.AsJson = False) -> None:
    """Where the database is and where this program wants it; exit code 1 when they differ."""
    from storage import database, migrate

    here, newest = migrate.at(database.connect(house.settled().database_url)), migrate.newest()
    if as_json:
        terminal.show({"at": here, "newest": newest, "current": here == newest})
    else:
        terminal.say(f"The database is at {here or 'no revision'}, this program at {newest}.")
    if here != newest:
        raise typer.Exit(1)


def _known(revision: str, *words: str) -> None:
    from storage import migrate

    if revision not in words and revision not in migrate.known():
        raise typer.BadParameter(f"there is no revision “{revision}”")
