"""The Earshot that a command works on: settings read, database reachable and up to date, nothing running."""

import contextlib
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.wiring import Earshot
    from handlers.unit_of_work import UnitOfWork
    from storage.database import Engine


def settled(**overrides: object) -> "Settings":
    """The settings, with what the command line says instead. Raises Refused naming the wrong one."""
    from bot import settings

    return settings.read(**{name: value for name, value in overrides.items() if value is not None})


@contextlib.contextmanager
def opened(*, inline: bool = False, blank: bool = False, **overrides: object) -> Iterator["Earshot"]:
    """A wired Earshot on an up-to-date database, let go of at the end. Flows left behind wait for `earshot run`.

    `blank` leaves a new database without the rules it would start with: a backup brings its own.
    """
    from bot import wiring
    from handlers.intake import route

    earshot = wiring.wire(settled(**overrides), inline=inline)
    try:
        bring_up(earshot.db)
        if not blank:
            with earshot.work() as uow:
                route.set_default_rules(uow)
        yield earshot
    finally:
        earshot.close()


@contextlib.contextmanager
def working(**overrides: object) -> Iterator["UnitOfWork"]:
    """One transaction of one command, committed at its end."""
    with opened(inline=False, blank=False, **overrides) as earshot, earshot.work() as uow:
        yield uow


def bring_up(db: "Engine") -> None:
    """Migrate the tables where they are behind. Raises Refused if the database is newer than this program."""
    from handlers.errors import Refused
    from storage import migrate

    here = migrate.at(db)
    if here is not None and here not in migrate.known():
        raise Refused(
            f"The database is at revision {here}, which this Earshot does not know: it needs a newer version."
        )
    if here != migrate.newest():
        migrate.up(db)


def local(when: datetime | None, zone: str) -> str:
    """A time as staff read it, empty for none: `2026-11-18 10:30`."""
    from zoneinfo import ZoneInfo

    return f"{when.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}" if when else ""
