"""`earshot doctor`: every setting tried against the real other side, and what to do where it does not work."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import typer

from bot.cli import house, terminal

if TYPE_CHECKING:
    from bot.settings import Settings
    from handlers.unit_of_work import UnitOfWork
    from storage.database import Session

MARKS = {"ok": "✓", "off": "·", "broken": "✗"}


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `state`: ok, off (not set up, works without), broken. `says` tells what to do."""

    name: str
    state: str
    says: str


def doctor(as_json: terminal.AsJson = False) -> None:
    """Check settings, database, Slack, model, tracker, hours and on-call; exit code 1 if something is broken."""
    findings = list(examine())
    if as_json:
        terminal.show({"ok": not _broken(findings), "checks": [asdict(each) for each in findings]})
    else:
        for each in findings:
            terminal.say(f"{MARKS[each.state]} {each.name}: {each.says}")
    if _broken(findings):
        raise typer.Exit(1)


def examine() -> Iterator[Finding]:
    """Everything that can be looked at, in the order in which one would put it right."""
    from bot.settings import misspelt
    from handlers.errors import Refused

    try:
        settings = house.settled()
    except Refused as refusal:
        yield Finding("settings", "broken", str(refusal))
        return
    if unknown := misspelt():
        yield Finding("settings", "off", f"there is no {', '.join(unknown)}; .env.example lists what there is.")
    else:
        yield Finding("settings", "ok", "every setting can be read.")
    yield from _database(settings)
    yield from _slack(settings)
    yield from _model(settings)
    yield from _tracker(settings)
    yield from _alerts(settings)


def _broken(findings: list[Finding]) -> bool:
    return any(each.state == "broken" for each in findings)


def _database(settings: "Settings") -> Iterator[Finding]:
    from storage import database, migrate

    db = database.connect(settings.database_url)
    try:
        here, newest = migrate.at(db), migrate.newest()
        if here is None:
            yield Finding("database", "ok", "reachable and empty; `earshot run` makes its tables.")
            return
        if here != newest:
            yield Finding("database", "broken", f"it is at {here}, this program at {newest}: earshot migrate up.")
            return
        with database.session(db) as session:
            database.one_at_a_time(session, "doctor")
            yield Finding("database", "ok", f"reachable, writable, at the newest revision ({here}).")
            session.rollback()
            yield from _given_up(session)
        with house.opened(inline=True, database_url=settings.database_url) as earshot, earshot.work() as uow:
            yield from _company(uow)
    except (*database.Failure, OSError) as failure:
        says = database.why(failure) if isinstance(failure, database.Failure) else str(failure)
        yield Finding("database", "broken", f"{says} Look at EARSHOT_DATABASE_URL.")
    finally:
        db.dispose()


def _given_up(session: "Session") -> Iterator[Finding]:
    """What the engine could not do, however often it tried: a bug of ours, with a trace in the log."""
    from storage import jobs

    if left := jobs.given_up(session):
        newest = left[0]
        says = f"{len(left)} given up, the newest {newest.flow} ({newest.key}): {newest.error}. The log has the trace."
        yield Finding("jobs", "broken", says)
    else:
        yield Finding("jobs", "ok", "none was given up.")


def _company(uow: "UnitOfWork") -> Iterator[Finding]:
    from storage.accounts import staff

    try:
        soon = uow.next_news(3, None)
        told = house.local(soon, uow.policy.time_zone)
        yield Finding("hours", "ok", f"a question asked now is promised news by {told} ({uow.policy.time_zone}).")
    except ValueError as wrong:
        yield Finding("hours", "broken", f"{wrong}; put the opening hours right on the console's policy page.")
    order = staff.on_call(uow.db)
    if not order:
        says = "nobody is on call, so emergencies only show a banner: earshot staff add EMAIL --on-call 1."
        yield Finding("on call", "off", says)
        return
    yield Finding("on call", "ok", "called in this order: " + ", ".join(one.name for one in order) + ".")


def _slack(settings: "Settings") -> Iterator[Finding]:
    if not settings.has_slack:
        yield Finding("Slack", "off", "not connected; set SLACK_BOT_TOKEN as the README tells.")
        return
    from bot.slack import checks

    for fine, says in checks.check(settings):
        yield Finding("Slack", "ok" if fine else "broken", says)


def _model(settings: "Settings") -> Iterator[Finding]:
    if not settings.has_model:
        yield Finding("model", "off", "none, the local understanding serves; set OPENAI_API_KEY to have it refined.")
        return
    from bot import llm

    for fine, says in llm.check(settings):
        yield Finding("model", "ok" if fine else "broken", says)


def _tracker(settings: "Settings") -> Iterator[Finding]:
    if settings.tracker == "local":
        yield Finding("tracker", "ok", "the built-in one.")
        return
    from bot import trackers

    for fine, says in trackers.check(settings):
        yield Finding("tracker", "ok" if fine else "broken", says)
    if settings.tracker != "redmine" and settings.tracker_webhook_secret is None:
        says = f"news come every {settings.tracker_poll_seconds:g} seconds; set EARSHOT_TRACKER_WEBHOOK_SECRET to have them at once."
        yield Finding("tracker webhooks", "off", says)


def _alerts(settings: "Settings") -> Iterator[Finding]:
    if settings.alert_webhook_url and not settings.alert_webhook_secret:
        says = "EARSHOT_ALERT_WEBHOOK_SECRET is not set, so the receiver cannot tell that an alert is ours."
        yield Finding("alert webhook", "broken", says)
    elif settings.alert_webhook_url:
        yield Finding("alert webhook", "ok", "alerts are posted there, signed.")
    elif not settings.has_slack:
        yield Finding("alert webhook", "off", "none, and no Slack: an emergency only shows a banner in the console.")
