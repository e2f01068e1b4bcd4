"""`earshot staff`, `earshot sign-in`, `earshot keys`: who may come in, and which programs."""

from typing import Annotated

import typer

from bot.cli import house, terminal

staff = typer.Typer(help="Our own people.", no_args_is_help=True)
keys = typer.Typer(help="Bearer keys for programs that write to POST /api/v1/messages.", no_args_is_help=True)


@staff.command()
def add(
    email: str,
    name: Annotated[str, typer.Option(help="As customers see it.")] = "",
    role: Annotated[str, typer.Option(help="listener, support, engineer, manager or admin.")] = "listener",
    on_call: Annotated[int | None, typer.Option(help="Place in the on-call order, 1 first.", min=1)] = None,
    slack_id: Annotated[str | None, typer.Option(help="T0123/U0123, to be mentioned when called.")] = None,
) -> None:
    """Add a member of staff."""
    from handlers.company import admit

    with house.working() as uow:
        admit.admit(uow, name, email, role=role, on_call=on_call, slack_id=slack_id)
    terminal.say(f"{email} is one of us. To sign in: earshot sign-in {email}")


@staff.command()
def role(
    email: str, role: Annotated[str, typer.Argument(help="listener, support, engineer, manager or admin.")]
) -> None:
    """Change what a member of staff may see and do."""
    from handlers.company import admit
    from handlers.errors import NotFound
    from storage.accounts import staff as people

    with house.working() as uow:
        member = people.by_email(uow.db, email)
        if member is None or member.id is None:
            raise NotFound(f"There is nobody on the team with the address {email}.")
        admit.entitle(uow, member.id, role)
    terminal.say(f"{email} is {role} now.")


@staff.command("list")
def list_staff(as_json: terminal.AsJson = False) -> None:
    """Everybody, with their place in the on-call order."""
    from storage.accounts import staff as people

    with house.working() as uow:
        everyone = people.everyone(uow.db)
    if as_json:
        terminal.show([one.model_dump(include={"name", "email", "role", "on_call", "slack_id"}) for one in everyone])
        return
    rows = [(one.name, one.email, one.role, one.on_call, one.slack_id) for one in everyone]
    terminal.table(rows, "name", "e-mail", "role", "on call", "Slack", empty="Nobody yet: earshot staff add EMAIL")


def sign_in(email: str) -> None:
    """Print a link that signs a member of staff in, once, within a day."""
    from handlers.company import sign_in as verb

    with house.working() as uow:
        path = verb.invite(uow, email)
        address = uow.console_url
    terminal.say(f"{address}{path}")


@keys.command()
def issue(
    source: Annotated[str, typer.Argument(help="Who writes with it, e.g. helpdesk.")], as_json: terminal.AsJson = False
) -> None:
    """Print a new key for a source, once; a key it had before stops working."""
    from handlers.company import entrust

    with house.working() as uow:
        secret = entrust.entrust(uow, source)
    if as_json:
        terminal.show({"source": source, "key": secret})
        return
    terminal.say(secret)
    terminal.note("It is shown this once. Use it as “Authorization: Bearer …”.")


@keys.command()
def revoke(source: str) -> None:
    """Make a source's key stop working."""
    from handlers.company import entrust

    with house.working() as uow:
        entrust.revoke(uow, source)
    terminal.say(f"The key of {source} works no more.")


@keys.command("list")
def list_keys(as_json: terminal.AsJson = False) -> None:
    """Which sources have a key."""
    from storage.accounts import access

    with house.working() as uow:
        living, zone = access.keys(uow.db), uow.policy.time_zone
    if as_json:
        terminal.show([{"source": one.source, "created_at": one.created_at} for one in living])
        return
    rows = [(one.source, house.local(one.created_at, zone)) for one in living]
    terminal.table(rows, "source", "since", empty="No keys yet: earshot keys issue SOURCE")
