"""`earshot customers`: import them, list them, show one."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli import house, terminal

if TYPE_CHECKING:
    from handlers.unit_of_work import UnitOfWork
    from storage.accounts.customers import Customer
    from storage.accounts.flags import Flag

app = typer.Typer(help="Who we serve.", no_args_is_help=True)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="A .csv or .jsonl file.", exists=True, dir_okay=False)],
    encoding: Annotated[str | None, typer.Option(help="What the file is written in if not UTF-8: cp1252, …")] = None,
    as_json: terminal.AsJson = False,
) -> None:
    """Add customers or bring them up to date: key, name, domains, plan, contract_value, renewal_on, language, time_zone,
    segment, channel. Only `key` is required; an empty cell leaves what is known. `channel` looks like slack:T0123/C0123.
    """
    from bot.files import customers as lines
    from bot.files.rows import Rejected, rows
    from handlers.customers import keep
    from handlers.errors import Refused

    told = {"added": 0, "changed": 0, "same": 0}
    rejects: list[Rejected] = []
    ignored: set[str] = set()
    with house.opened() as earshot:
        for row in rows(file, encoding):
            card = row if isinstance(row, Rejected) else lines.read(row)
            if isinstance(card, Rejected):
                rejects.append(card)
                continue
            ignored |= lines.unknown(row) if not isinstance(row, Rejected) else set()
            try:
                with earshot.work() as uow:
                    told[keep.keep(uow, card)] += 1
            except Refused as refusal:
                rejects.append(Rejected(row.number, str(refusal), getattr(row, "fields", None)))
    kept_in = _keep_rejected(file, [asdict(each) for each in rejects])
    if as_json:
        named = [{"line": each.number, "reason": each.reason} for each in rejects]
        terminal.show({"file": str(file), **told, "rejected": len(rejects), "rejects": named, "rejected_file": kept_in})
    else:
        if ignored:
            terminal.note(f"Ignored columns: {', '.join(sorted(ignored))}.")
        for each in rejects:
            terminal.note(f"Line {each.number}: {each.reason.rstrip('.')}.")
        terminal.say(
            f"{told['added']} added, {told['changed']} changed, {told['same']} as they were, {len(rejects)} rejected."
        )
    if rejects and not any(told.values()):
        raise typer.Exit(1)


def _keep_rejected(file: Path, rejects: list[dict[str, Any]]) -> str | None:
    path = file.with_name(file.name + ".rejected.jsonl")
    if not rejects:
        path.unlink(missing_ok=True)
        return None
    path.write_text("".join(json.dumps(each, default=str) + "\n" for each in rejects), "utf-8")
    return str(path)


@app.command("list")
def list_(as_json: terminal.AsJson = False) -> None:
    """All customers by name, with what they pay and whether they are flagged."""
    from storage.accounts import customers, flags

    with house.working() as uow:
        standing = flags.standing(uow.db, uow.now())
        everyone = customers.everyone(uow.db)
    if as_json:
        terminal.show([_card(one, standing.get(one.id or 0)) for one in everyone])
        return
    rows = [
        (one.key, one.name, one.plan, f"{one.contract_value:,.0f}", one.renewal_on, "⚑" if one.id in standing else "")
        for one in everyone
    ]
    terminal.table(
        rows, "key", "name", "plan", "EUR a year", "renews on", "flag",
        empty="No customers yet: earshot customers import FILE.csv",
    )  # fmt: skip


@app.command()
def show(key: str, as_json: terminal.AsJson = False) -> None:
    """One customer: contract, flag, people, places, tickets, and their own support link."""
    with house.working() as uow:
        card = _whole(uow, key)
    if as_json:
        terminal.show(card)
        return
    for name, value in card.items():
        if isinstance(value, list):
            terminal.say(f"{name.replace('_', ' ')}:")
            for each in value:
                terminal.say("  " + "  ".join(str(part) for part in each.values() if part is not None))
        elif value is not None:
            terminal.say(f"{name.replace('_', ' ')}: {value}")


def _card(customer: "Customer", flag: "Flag | None") -> dict[str, Any]:
    return {
        "key": customer.key,
        "name": customer.name,
        "domains": ", ".join(customer.domains) or None,
        "plan": customer.plan,
        "contract_value": customer.contract_value,
        "renewal_on": customer.renewal_on,
        "language": customer.language,
        "time_zone": customer.time_zone,
        "segment": customer.segment,
        "flagged": flag is not None,
        "flag_why": flag.why if flag else None,
        "flag_until": flag.expires_at if flag else None,
    }


def _whole(uow: "UnitOfWork", key: str) -> dict[str, Any]:
    from handlers.errors import NotFound
    from storage.accounts import customers, flags, people, places
    from storage.desk import tickets

    customer = customers.by_key(uow.db, key)
    if customer is None or customer.id is None:
        raise NotFound(f"There is no customer “{key}”; `earshot customers list` shows who there is.")
    return {
        **_card(customer, flags.current(uow.db, customer.id, uow.now())),
        "support_page": f"{uow.console_url}/support/{customer.support_token}",
        "people": [{"name": one.name, "email": one.email} for one in people.of_customer(uow.db, customer.id)],
        "places": [{"address": one.address, "name": one.name} for one in places.of_customer(uow.db, customer.id)],
        "tickets": [
            {"ticket": uow.reference(one), "state": one.state, "kind": one.kind, "gist": one.gist}
            for one in tickets.of_customer(uow.db, customer.id)
        ],
    }
