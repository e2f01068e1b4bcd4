"""`earshot run` and `earshot demo`: answer at every door until told to stop."""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli import house, terminal

if TYPE_CHECKING:
    import socket

    from bot.settings import Settings
    from bot.wiring import Earshot

Host = Annotated[str | None, typer.Option(help="The address to listen on; EARSHOT_HOST if not said.")]
Port = Annotated[int | None, typer.Option(help="0 takes a free one; EARSHOT_PORT if not said.", min=0, max=65535)]


def run(host: Host = None, port: Port = None) -> None:
    """Run Earshot: console, support pages, API, Slack if connected, and everything that follows from a message."""
    settings = house.settled(host=host, port=port)
    with _alone(settings) as listener:
        _serve(settings, listener)


def demo(
    host: Host = None,
    port: Port = None,
    once: Annotated[
        bool, typer.Option("--once", help="Run the sample through, print the figures, keep nothing.")
    ] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget what was done in the demo and begin again.")] = False,
    as_json: terminal.AsJson = False,
) -> None:
    """Run Earshot with a sample company in a database of its own: six weeks of messages through the same flows."""
    settings = _apart(house.settled(host=host, port=port))
    if once:
        with tempfile.TemporaryDirectory() as folder:
            _show(_live_through(settings, Path(folder) / "demo.db"), as_json)
        return
    from bot.settings import file_of

    file = file_of(settings.database_url)
    assert file is not None
    with _alone(settings) as listener:
        if fresh or not file.exists():
            _begin(settings.model_copy(update={"port": listener.getsockname()[1]}), file)
        _serve(settings, listener)


@contextlib.contextmanager
def _alone(settings: "Settings") -> "Iterator[socket.socket]":
    """The port and the database are ours; both are refused in a moment, before anything else is begun."""
    from bot.server import lock, logs, serving

    logs.configure(settings.log_level, settings.log_format)
    with serving.listening(settings.host, settings.port) as listener, lock.working_alone(settings.database_url):
        yield listener


def _serve(settings: "Settings", listener: "socket.socket") -> None:
    from bot import wiring
    from bot.server import serving

    earshot = wiring.wire(settings)
    try:
        house.bring_up(earshot.db)
        serving.serve(earshot, listener, ready=lambda: _welcome(earshot))
    finally:
        earshot.close()


def _welcome(earshot: "Earshot") -> None:
    from handlers.company import admit, sign_in
    from handlers.intake import resume, route

    with earshot.work() as uow:
        route.set_default_rules(uow)
        resume.understand(uow)
        member = admit.somebody(uow)
        path = sign_in.invite(uow, member.email)
    address = earshot.settings.base_url
    terminal.say(f"Earshot answers at {address}")
    terminal.say(f"Sign in as {member.name} (once, within a day): {address}{path}")
    terminal.say("Ctrl-C stops it.")


def _apart(settings: "Settings") -> "Settings":
    """The demo's own: another database file, and nothing outside that is real."""
    from bot.settings import file_of

    file = file_of(settings.database_url) or Path("earshot.db")
    own = file.with_name(f"{file.stem}-demo{file.suffix or '.db'}")
    nothing = dict.fromkeys(
        ("slack_bot_token", "slack_app_token", "slack_signing_secret", "slack_desk_channel", "alert_webhook_url")
    )
    return settings.model_copy(
        update={
            **nothing,
            "database_url": f"sqlite:///{own}",
            "digest_slack_channel": "TSAMPLE/CSAMPLE99",
            "tracker": "local",
        }
    )


def _begin(settings: "Settings", file: Path) -> None:
    """Live through the sample beside the file, and put it there when it is whole."""
    part = file.with_name(file.name + ".part")
    for old in (part, file):
        for ending in ("", "-wal", "-shm"):
            old.with_name(old.name + ending).unlink(missing_ok=True)
    terminal.note("Six weeks of a sample company pass by; this takes a moment, once.")
    _live_through(settings, part)
    part.replace(file)


def _live_through(settings: "Settings", file: Path) -> dict[str, Any]:
    """The sample through the same flows into a new database file; what there is afterwards, in figures."""
    import time

    from bot import wiring
    from bot.replay.play import Play
    from bot.replay.summary import summary
    from bot.replay.times import Clock
    from bot.sandbox.company.load import load
    from handlers.outside import Outside

    started = time.monotonic()
    company, now = load(), wiring.clock()
    clock = Clock(now)
    own = settings.model_copy(update={"database_url": f"sqlite:///{file}"})
    earshot = wiring.wire(own, inline=True, outside=Outside(), clock=clock)
    try:
        house.bring_up(earshot.db)
        with terminal.progress("Six weeks of a sample company", len(company.history)) as advance:
            Play(earshot, company, clock, now).run(advance)
        with earshot.work() as uow:
            return {**summary(uow), "seconds": round(time.monotonic() - started, 1)}
    finally:
        earshot.close()


def _show(figures: dict[str, Any], as_json: bool) -> None:
    if as_json:
        terminal.show(figures)
        return
    for name, value in figures.items():
        if isinstance(value, dict):
            value = ", ".join(f"{key} {number}" for key, number in value.items())
        terminal.say(f"{name.replace('_', ' ')}: {value}")
