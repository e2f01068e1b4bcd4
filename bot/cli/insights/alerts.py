"""`earshot alerts`: themes that suddenly many customers tell of, and what would have fired."""

from typing import Annotated

import typer

from bot.cli import house, terminal

app = typer.Typer(help="Themes that suddenly many customers tell of.", no_args_is_help=True)


@app.command("list")
def list_(as_json: terminal.AsJson = False) -> None:
    """Alerts on themes, newest first."""
    from storage.insights import alarms, themes

    with house.working() as uow:
        zone = uow.policy.time_zone
        names = {one.id: one.name for one in themes.everything(uow.db)}
        found = [
            {
                "id": one.id,
                "state": one.state,
                "theme": one.theme_id,
                "title": names.get(one.theme_id, ""),
                "customers": one.most,
                "bar": one.bar,
                "opened_at": house.local(one.opened_at, zone),
                "closed_at": house.local(one.closed_at, zone) or None,
            }
            for one in alarms.newest(uow.db)
        ]
    if as_json:
        terminal.show(found)
        return
    columns = ("id", "state", "opened_at", "closed_at", "customers", "bar", "title")
    rows = [tuple("" if one[name] is None else one[name] for name in columns) for one in found]
    terminal.table(rows, "id", "state", "opened", "closed", "customers", "bar", "theme", empty="No alert yet.")


@app.command("test")
def replay(
    days: Annotated[int, typer.Option(help="How far back.", min=1, max=3650)] = 90, as_json: terminal.AsJson = False
) -> None:
    """What would have fired in the last days, on everything told, imported history included. Nothing is changed."""
    from handlers.insights import alert

    with house.working() as uow:
        found = alert.rehearse(uow, days)
    if as_json:
        terminal.show(found)
        return
    rows = [
        (one["opened_at"][:16].replace("T", " "), (one["closed_at"] or "open")[:16].replace("T", " "), one["customers"],
         one["bar"], one["title"])
        for one in found["alerts"]
    ]  # fmt: skip
    terminal.table(rows, "opened", "over", "customers", "bar", "theme", empty="Nothing would have fired.")
    terminal.say(
        f"{len(rows)} alerts from {found['complaints']} complaints in {days} days, at most {found['most_in_a_week']} in a week."
    )
