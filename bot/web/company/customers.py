"""Customers: the list, and the card with flag, support link, people and places."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Path
from pydantic import ValidationError
from starlette.responses import HTMLResponse, Response

from bot.web.console import Desk
from bot.web.desk.card import card, quarter_start
from bot.web.desk.inbox import rows
from handlers.customers import flag, keep, support_link
from handlers.errors import NotFound, Refused
from storage.accounts import customers, flags, places
from storage.accounts.customers import Customer
from storage.desk import history, messages
from storage.vocabulary import LANGUAGES

router = APIRouter(prefix="/customers")
Key = Annotated[str, Path(max_length=100)]
Line = Annotated[str, Form(max_length=300)]


@router.get("")
def listed(console: Desk) -> HTMLResponse:
    """Everybody we serve."""
    db, now = console.uow.db, console.uow.now()
    return console.page(
        "customers.html",
        tab="customers",
        customers=customers.everyone(db),
        flags=flags.standing(db, now),
        last=messages.last_sent(db),
        contacts=messages.counts_from_customers(db, quarter_start(now, console.team_zone), now),
        plans=customers.plans(db),
        languages=LANGUAGES,
    )


@router.post("")
def keep_one(
    console: Desk,
    key: Line,
    name: Line = "",
    domains: Annotated[str, Form(max_length=2000)] = "",
    plan: Line = "",
    contract_value: Line = "",
    renewal_on: Line = "",
    language: Line = "",
    time_zone: Line = "",
    channel: Line = "",
) -> Response:
    """Add a customer, or bring what we know of one up to date."""
    said: dict[str, Any] = {
        "key": key.strip().lower(),
        "name": name,
        "plan": plan,
        "contract_value": contract_value.replace(",", ""),
        "renewal_on": renewal_on,
        "language": language,
        "time_zone": time_zone,
        "channel": channel,
    }
    given = {field: value for field, value in said.items() if value.strip()}
    try:
        wanted = keep.Card(**given, domains=tuple(domains.replace(",", " ").split()))
    except ValidationError as error:
        first = error.errors()[0]
        raise Refused(
            f"{str(first['loc'][0]).replace('_', ' ')}: {first['msg'].removeprefix('Value error, ')}."
        ) from None
    verdict = keep.keep(console.uow, wanted, by=console.my_id)
    if verdict == "added":
        return console.did("Customer added.", to=f"/customers/{wanted.key}")
    return console.did("Changed." if verdict == "changed" else "Nothing was different.")


@router.get("/{key}")
def show(console: Desk, key: Key) -> HTMLResponse:
    """One customer."""
    customer = _customer(console, key)
    customer_id = customer.id or 0
    db = console.uow.db
    found = card(console, customer_id, past=50)
    return console.page(
        "customer.html",
        tab="customers",
        card=found,
        customer=customer,
        rows=rows(console, found.tickets),
        places=places.of_customer(db, customer_id),
        events=history.of_customer(db, customer_id),
        link=""
        if customer.extra.get(support_link.REVOKED)
        else f"{console.uow.console_url}/support/{customer.support_token}",
        days=console.uow.policy.flag_days,
        plans=customers.plans(db),
        languages=LANGUAGES,
    )


@router.post("/{key}/flag")
def set_flag(
    console: Desk,
    key: Key,
    why: Annotated[str, Form(max_length=2000)] = "",
    evidence: Annotated[str, Form(max_length=5000)] = "",
    days: Annotated[int | None, Form(ge=1, le=366)] = None,
) -> Response:
    """High-maintenance from now on, for a while."""
    flag.flag(console.uow, key, by=console.me.name, why=why, evidence=evidence, days=days)
    undo = {"method": "DELETE", "url": f"/customers/{key}/flag", "values": {"why": "taken back at once"}}
    return console.did("Flagged. New complaints go where the rules say.", undo=undo)


@router.delete("/{key}/flag")
def lift_flag(console: Desk, key: Key, why: str = "") -> Response:
    """No longer; the history stays."""
    flag.unflag(console.uow, key, by=console.me.name, why=why[:2000])
    return console.did("The flag is lifted.", undo={"method": "PUT", "url": f"/customers/{key}/flag"})


@router.put("/{key}/flag")
def restore_flag(console: Desk, key: Key) -> Response:
    """I did not mean to lift it."""
    flag.restore(console.uow, key, by=console.me.name)
    return console.did("The flag stands as before.")


@router.post("/{key}/support-link")
def renew_link(console: Desk, key: Key) -> Response:
    """A new link; the old one stops working."""
    support_link.renew(console.uow, key, by=console.my_id)
    return console.did("There is a new link; the old one works no more.")


@router.delete("/{key}/support-link")
def revoke_link(console: Desk, key: Key) -> Response:
    """The link works no more, and there is no other."""
    support_link.revoke(console.uow, key, by=console.my_id)
    return console.did("The link is closed. Renew it to give them a new one.")


def _customer(console: Desk, key: str) -> Customer:
    found = customers.by_key(console.uow.db, key.replace("\x00", ""))
    if found is None:
        raise NotFound(f"There is no customer “{key}”.")
    return found
