"""`earshot tickets`: the list as the listener sees it, and one conversation."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli import house, terminal

if TYPE_CHECKING:
    from handlers.unit_of_work import UnitOfWork
    from storage.desk.tickets import Ticket

app = typer.Typer(help="Conversations that want something.", no_args_is_help=True)


@app.command("list")
def list_(
    queue: Annotated[str | None, typer.Option(help="buffer or regular.")] = None,
    state: Annotated[
        str, typer.Option(help="active, open, waiting, engineering, snoozed, resolved or all.")
    ] = "active",
    kind: Annotated[str | None, typer.Option(help="bug, usability, feature_request, billing, …")] = None,
    customer: Annotated[str | None, typer.Option(help="The customer's key.")] = None,
    history: Annotated[bool, typer.Option("--history", help="With what was imported.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
    as_json: terminal.AsJson = False,
) -> None:
    """Tickets, what is due first first."""
    from storage.accounts import customers
    from storage.desk import tickets
    from storage.vocabulary import KINDS, QUEUES, TICKET_STATES

    _one_of("--queue", queue, QUEUES)
    _one_of("--state", state, ("active", "all", *TICKET_STATES))
    _one_of("--kind", kind, KINDS)
    with house.working() as uow:
        whose = customers.by_key(uow.db, customer) if customer else None
        if customer and whose is None:
            raise typer.BadParameter(f"There is no customer “{customer}”", param_hint="--customer")
        found = tickets.listed(
            uow.db, queue=queue, state=None if state == "all" else state, kind=kind, history=history, limit=limit,
            customer_id=whose.id if whose else None,
        )  # fmt: skip
        rows = [_row(uow, one) for one in found]
        zone = uow.policy.time_zone
    if as_json:
        terminal.show(rows)
        return
    terminal.table(
        (
            (row["ticket"], row["queue"], row["state"], row["kind"], row["customer"], house.local(row["due_at"], zone),
             row["gist"])
            for row in rows
        ),
        "ticket", "queue", "state", "kind", "customer", "due", "gist",
        empty="Nothing is waiting.",
    )  # fmt: skip


@app.command()
def show(
    reference: Annotated[str, typer.Argument(help="ES-1042, or just 1042.")], as_json: terminal.AsJson = False
) -> None:
    """One conversation with everything staff know about it."""
    from handlers.errors import NotFound
    from storage.desk import messages, notes, tickets

    digits = reference.rpartition("-")[2]
    with house.working() as uow:
        ticket = tickets.by_number(uow.db, int(digits)) if digits.isdecimal() and len(digits) < 10 else None
        if ticket is None or ticket.id is None:
            raise NotFound(f"There is no ticket “{reference}”.")
        row = _row(uow, ticket)
        row["conversation"] = [
            {"at": one.sent_at, "direction": one.direction, "author": one.author, "text": one.text}
            for one in messages.of_ticket(uow.db, ticket.id)
            if not one.deleted_at
        ]
        row["notes"] = [{"at": one.created_at, "text": one.text} for one in notes.of_ticket(uow.db, ticket.id)]
        zone = uow.policy.time_zone
    if as_json:
        terminal.show(row)
        return
    terminal.say(f"{row['ticket']}  {row['customer'] or 'unknown sender'}  {row['kind']}, severity {row['severity']}")
    terminal.say(
        f"{row['state']} in {row['queue']} ({row['routed_by']}), due {house.local(row['due_at'], zone) or '–'}"
    )
    for one in row["conversation"]:
        who = one["author"] or ("us" if one["direction"] == "out" else "customer")
        terminal.say(f"\n{house.local(one['at'], zone)}  {who}\n{one['text']}")
    for one in row["notes"]:
        terminal.say(f"\n{house.local(one['at'], zone)}  internal note\n{one['text']}")


def _row(uow: "UnitOfWork", ticket: "Ticket") -> dict[str, Any]:
    from storage.accounts import customers, staff

    return {
        "ticket": uow.reference(ticket),
        "queue": ticket.queue,
        "state": ticket.state,
        "kind": ticket.kind,
        "severity": ticket.severity,
        "complaint": ticket.complaint,
        "language": ticket.language,
        "band": ticket.band,
        "customer": customers.get(uow.db, ticket.customer_id).key if ticket.customer_id else None,
        "assignee": staff.get(uow.db, ticket.assignee_id).name if ticket.assignee_id else None,
        "gist": ticket.gist,
        "opened_at": ticket.opened_at,
        "due_at": ticket.due_at,
        "routed_by": ticket.routed_by,
    }


def _one_of(option: str, value: str | None, known: tuple[str, ...]) -> None:
    if value is not None and value not in known:
        raise typer.BadParameter(f"“{value}” is none of {', '.join(known)}", param_hint=option)
