"""`earshot flag` and `earshot unflag`: whose complaints go to the listener."""

import getpass
from typing import Annotated

import typer

from bot.cli import house, terminal

By = Annotated[str | None, typer.Option(help="Who says so; you, by default.")]


def flag(
    customer: Annotated[str, typer.Argument(help="The customer's key.")],
    why: Annotated[str, typer.Option(help="The reason; kept, and shown to staff only.")],
    evidence: Annotated[str, typer.Option(help="What it rests on.")] = "",
    days: Annotated[int | None, typer.Option(help="How long it lasts, 1 to 366; the policy's 90 by default.")] = None,
    by: By = None,
    as_json: terminal.AsJson = False,
) -> None:
    """Flag a customer: their complaints go to the buffer queue, until a day that is set now."""
    from handlers.customers import flag as verb

    with house.working() as uow:
        kept = verb.flag(uow, customer, by=by or getpass.getuser(), why=why, evidence=evidence, days=days)
        zone = uow.policy.time_zone
    if as_json:
        terminal.show({"customer": customer, **kept.model_dump(include={"set_by", "why", "review_at", "expires_at"})})
        return
    terminal.say(
        f"{customer} is flagged until {house.local(kept.expires_at, zone)[:10]}; "
        f"look at it again on {house.local(kept.review_at, zone)[:10]}."
    )


def unflag(
    customer: Annotated[str, typer.Argument(help="The customer's key.")],
    why: Annotated[str, typer.Option(help="The reason; kept in the flag's history.")] = "",
    by: By = None,
) -> None:
    """Lift a customer's flag."""
    from handlers.customers import flag as verb

    with house.working() as uow:
        verb.unflag(uow, customer, by=by or getpass.getuser(), why=why)
    terminal.say(f"{customer} is not flagged any more.")
