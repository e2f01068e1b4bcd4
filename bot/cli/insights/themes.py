"""`earshot themes`: what several complaints have in common."""

from typing import Annotated

import typer

from bot.cli import house, terminal

app = typer.Typer(help="What several complaints have in common.", no_args_is_help=True)


@app.command("list")
def list_(
    least: Annotated[int, typer.Option(help="Only themes with at least so many complaints.", min=1)] = 1,
    as_json: terminal.AsJson = False,
) -> None:
    """Themes, the largest first."""
    from storage.insights import themes

    with house.working() as uow:
        sizes = themes.sizes(uow.db)
        living = [one for one in themes.living(uow.db) if sizes.get(one.id or 0, 0) >= least]
    living.sort(key=lambda one: -sizes.get(one.id or 0, 0))
    if as_json:
        terminal.show(
            [
                {"id": one.id, "name": one.name, "kind": one.kind, "complaints": sizes.get(one.id or 0, 0)}
                for one in living
            ]
        )
        return
    rows = [(one.id, one.name, one.kind, sizes.get(one.id or 0, 0)) for one in living]
    terminal.table(rows, "id", "name", "kind", "complaints", empty="No themes yet.")


@app.command()
def regroup(
    resolution: Annotated[
        float | None,
        typer.Option(min=0.1, max=200, help="How fine: higher makes more themes. What stands, without it."),
    ] = None,
    make_it_so: Annotated[bool, typer.Option("--apply", help="Do it, and keep this fineness from now on.")] = False,
    as_json: terminal.AsJson = False,
) -> None:
    """Show what would change if themes were looked at again now, coarser or finer; with --apply it is done.

    Below some 200 different complaints fineness is not chosen yet, and only what is alike is put together.
    """
    from handlers.errors import Refused
    from handlers.insights import group
    from storage.insights import themes

    with house.opened() as earshot:
        with earshot.work() as uow:
            asked = group.question(uow, resolution=resolution)
            names = {one.id: one.name for one in themes.everything(uow.db)}
        if asked is None:
            raise Refused("Too little was said yet: at least five complaints are needed.")
        settled = group.regroup(earshot.outside, asked)
        change = settled.change
        if make_it_so:
            with earshot.work() as uow:
                group.settle(uow, None, settled)
    figures = {
        "complaints": len(settled.tickets), "resolution": settled.resolution,
        "themes_before": len(set(settled.before.tolist())), "themes_after": len(set(settled.after.tolist())),
        "merged": len(change.merged), "split": len(change.split), "started": len(change.started), "moved": len(change.moved),
        "applied": make_it_so,
    }  # fmt: skip
    if as_json:
        terminal.show(figures)
        return
    for one, into in list(change.merged.items())[:20]:
        terminal.say(f"“{names.get(one, one)}” becomes part of “{names.get(into, 'a new theme')}”")
    for origin in list(change.split.values())[:20]:
        terminal.say(f"A part of “{names.get(origin, origin)}” becomes a theme of its own")
    terminal.say(
        f"{figures['themes_before']} themes {'became' if make_it_so else 'would become'} {figures['themes_after']}, "
        f"{figures['moved']} complaints {'moved' if make_it_so else 'would move'} one by one."
    )


@app.command()
def show(theme: Annotated[int, typer.Argument(help="The theme's id.")], as_json: terminal.AsJson = False) -> None:
    """One theme: its complaints and its bugs."""
    from handlers.errors import NotFound
    from storage.accounts import customers
    from storage.desk import tickets
    from storage.insights import bugs, themes

    with house.working() as uow:
        found = next((one for one in themes.living(uow.db) if one.id == theme), None)
        if found is None or found.id is None:
            raise NotFound(f"There is no theme {theme}.")
        complaints = [
            {
                "ticket": uow.reference(one),
                "customer": customers.get(uow.db, one.customer_id).key if one.customer_id else None,
                "opened": house.local(one.opened_at, uow.policy.time_zone)[:10],
                "gist": one.gist,
            }
            for one in tickets.of_theme(uow.db, found.id)
        ]
        filed = [{"id": one.id, "state": one.state, "title": one.title} for one in bugs.of_theme(uow.db, found.id)]
    if as_json:
        terminal.show({"id": found.id, "name": found.name, "kind": found.kind, "complaints": complaints, "bugs": filed})
        return
    terminal.say(f"{found.name} ({found.kind}), {len(complaints)} complaints")
    for bug in filed:
        terminal.say(f"bug {bug['id']}: {bug['state']}  {bug['title']}")
    terminal.table(
        ((one["ticket"], one["opened"], one["customer"], one["gist"]) for one in complaints),
        "ticket", "opened", "customer", "gist", empty="No complaints any more.",
    )  # fmt: skip
