"""`earshot bugs`: one defect, one bug, however many customers report it."""

from typing import Annotated

import typer

from bot.cli import house, terminal

app = typer.Typer(help="One defect, one bug.", no_args_is_help=True)


@app.command("list")
def list_(
    state: Annotated[str | None, typer.Option(help="proposed, new, accepted, in_progress, fixed, …")] = None,
    as_json: terminal.AsJson = False,
) -> None:
    """Bugs, newest first."""
    from storage.desk import tickets
    from storage.insights import bugs
    from storage.vocabulary import BUG_STATES

    if state is not None and state not in BUG_STATES:
        raise typer.BadParameter(f"“{state}” is none of {', '.join(BUG_STATES)}", param_hint="--state")
    with house.working() as uow:
        found = [(one, len(tickets.of_bug(uow.db, one.id or 0))) for one in bugs.listed(uow.db, state)]
    if as_json:
        names = {"id", "state", "title", "severity", "tracker", "external_key", "url", "version"}
        terminal.show([{**one.model_dump(include=names), "tickets": number} for one, number in found])
        return
    rows = [(one.id, one.state, one.severity, number, one.external_key, one.title) for one, number in found]
    terminal.table(rows, "id", "state", "severity", "tickets", "tracker", "title", empty="No bugs yet.")


@app.command()
def show(bug: Annotated[int, typer.Argument(help="The bug's id.")], as_json: terminal.AsJson = False) -> None:
    """One bug: what happens, what was expected, and which tickets it is behind."""
    from handlers.errors import NotFound
    from storage.desk import tickets
    from storage.insights import bugs, comments

    with house.working() as uow:
        found = next((one for one in bugs.listed(uow.db) if one.id == bug), None)
        if found is None or found.id is None:
            raise NotFound(f"There is no bug {bug}.")
        references = [uow.reference(one) for one in tickets.of_bug(uow.db, found.id)]
        written = comments.of_bug(uow.db, found.id)
    if as_json:
        said = [{"author": one.author, "at": one.created_at, "text": one.text} for one in written]
        terminal.show({**found.model_dump(), "tickets": references, "comments": said})
        return
    terminal.say(f"bug {found.id}, {found.state}, severity {found.severity}: {found.title}")
    for name in ("happens", "expected", "steps", "environment", "affected", "workaround", "version", "url"):
        if value := getattr(found, name):
            terminal.say(f"{name}: {value}")
    terminal.say(f"tickets: {', '.join(references) or 'none'}")
    for one in written:
        terminal.say(f"{one.author}: {one.text}")
