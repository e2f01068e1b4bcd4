"""`earshot backup`: everything Earshot remembers in one file, attachments included, and back."""

import itertools
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from bot.cli import house, terminal


class _OrCreate(TyperGroup):
    """`earshot backup`, `earshot backup FILE` and `earshot backup --json` mean `create`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        known = {*self.commands, *ctx.help_option_names}
        return super().parse_args(ctx, args if args and args[0] in known else ["create", *args])


app = typer.Typer(help="Everything in one file, and back; `create` if not said.", cls=_OrCreate)


@app.command()
def create(
    file: Annotated[Path | None, typer.Argument(help="Where to; earshot-<time>.tar.gz by default.")] = None,
    as_json: terminal.AsJson = False,
) -> None:
    """Write everything as it is at this moment into one .tar.gz. Earshot may go on running."""
    from handlers.errors import Refused
    from storage import backup, database
    from storage.tables import metadata

    target = file or Path(f"earshot-{datetime.now():%Y%m%d-%H%M%S}.tar.gz")  # noqa: DTZ005 local, for people
    if target.exists():
        raise Refused(f"{target} is there already.")
    if not target.parent.is_dir():
        raise Refused(f"There is no folder {target.parent}.")
    db = database.connect(house.settled().database_url)
    with terminal.progress("Writing the backup", len(metadata().tables)) as advance:
        done = itertools.count(1)
        try:
            counts = backup.create(db, target, told=lambda *_: advance(next(done)))
        except backup.Unfit as unfit:
            raise Refused(str(unfit)) from None
    if as_json:
        terminal.show({"file": str(target), "bytes": target.stat().st_size, "rows": counts})
        return
    terminal.say(
        f"{target}: {sum(counts.values())} rows, {target.stat().st_size:,} bytes. Keep it safe: it is readable."
    )


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A backup.", exists=True, dir_okay=False)],
    to: Annotated[
        str | None, typer.Option("--to", help="sqlite:///… or postgresql://…; EARSHOT_DATABASE_URL if not said.")
    ] = None,
    as_json: terminal.AsJson = False,
) -> None:
    """Fill an empty database from a backup; from SQLite to Postgres or the other way as well."""
    from bot.engine import Durable
    from bot.server import lock
    from handlers.errors import Refused
    from storage import backup
    from storage.tables import metadata

    settings = house.settled(database_url=to)
    with (
        lock.working_alone(settings.database_url),
        house.opened(blank=True, database_url=settings.database_url) as earshot,
    ):
        with terminal.progress("Reading the backup", len(metadata().tables)) as advance:
            done = itertools.count(1)
            try:
                counts = backup.restore(earshot.db, file, told=lambda *_: advance(next(done)))
            except backup.Unfit as unfit:
                raise Refused(str(unfit)) from None
        left = earshot.engine.unfinished() if isinstance(earshot.engine, Durable) else 0
    if as_json:
        terminal.show({"rows": counts, "flows_left": left})
        return
    terminal.say(f"{sum(counts.values())} rows restored; {left} pieces of unfinished work wait for `earshot run`.")
