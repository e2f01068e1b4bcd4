"""Keep: add a customer or bring what we know about one up to date."""

import re
from datetime import date
from typing import Annotated, Any
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from handlers.errors import Refused
from handlers.unit_of_work import UnitOfWork
from storage.accounts import customers, places
from storage.accounts.customers import Customer
from storage.accounts.places import Place
from storage.database import clean
from storage.vocabulary import Plan

KEY = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")


def _key(value: str) -> str:
    if not KEY.fullmatch(value):
        raise ValueError("must be small letters, digits, dots, dashes or underscores, at most 63")
    return value


def _zone(value: str | None) -> str | None:
    if value is not None and value not in available_timezones():
        raise ValueError(f"“{value}” is no time zone; an example is Europe/Madrid")
    return value


def _address(value: str | None) -> str | None:
    if value is not None and not re.fullmatch(r"slack:T\w+/[CG]\w+", value):
        raise ValueError("must look like slack:T0123ABCD/C0123ABCD (workspace and channel id)")
    return value


class Card(BaseModel):
    """What can be said about a customer. What is left out stays as it was. `contract_value` in EUR a year."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    key: Annotated[str, AfterValidator(_key)]
    name: str | None = Field(default=None, min_length=1, max_length=200)
    domains: tuple[str, ...] | None = None
    plan: Plan | None = None
    contract_value: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    renewal_on: date | None = None
    language: str | None = Field(default=None, pattern=r"^[a-z]{2}$")
    time_zone: Annotated[str | None, AfterValidator(_zone)] = None
    segment: str | None = Field(default=None, max_length=100)
    channel: Annotated[str | None, AfterValidator(_address)] = None


def known(uow: UnitOfWork, key: str) -> bool:
    """True if there is a customer with this key."""
    return customers.by_key(uow.db, key) is not None


def keep(uow: UnitOfWork, card: Card, *, channel_name: str = "", by: int | None = None) -> str:
    """Add or change the customer; "added", "changed" or "same". Raises Refused when a domain or channel is another's."""
    customer = customers.by_key(uow.db, card.key)
    said: dict[str, Any] = card.model_dump(exclude_none=True, exclude={"key", "domains", "channel"})
    if isinstance(said.get("name"), str):
        said["name"] = clean(said["name"])
    if customer is None:
        values = {"name": card.key, **said}
        customer = customers.add(uow.db, Customer(key=card.key, created_at=uow.now(), **values))
        changed = {"added": card.key}
        verdict = "added"
    else:
        changed = {name: value for name, value in said.items() if getattr(customer, name) != value}
        for name, value in changed.items():
            setattr(customer, name, value)
        uow.db.add(customer)
        verdict = "changed" if changed else "same"
    if _domains(uow, customer, card) | _channel(uow, customer, card, channel_name) and verdict == "same":
        verdict = "changed"
    if verdict != "same":
        written = {name: str(value) for name, value in changed.items()}
        uow.record("customer_kept", customer_id=customer.id, by=by, verdict=verdict, changed=written)
    return verdict


def _domains(uow: UnitOfWork, customer: Customer, card: Card) -> bool:
    if card.domains is None:
        return False
    wanted = sorted({domain.lower().strip().removeprefix("@") for domain in card.domains if domain.strip()})
    if wanted == sorted(customer.domains):
        return False
    customers.set_domains(uow.db, customer, wanted)
    if taken := sorted(set(wanted) - set(customer.domains)):
        raise Refused(f"{', '.join(taken)} belongs to another customer already.")
    return True


def _channel(uow: UnitOfWork, customer: Customer, card: Card, name: str) -> bool:
    if card.channel is None:
        return False
    place = places.get(uow.db, card.channel)
    if place is not None and place.customer_id == customer.id:
        return False
    if place is not None and place.customer_id is not None:
        raise Refused(f"{card.channel} belongs to another customer already.")
    kept = Place(address=card.channel, name=name, customer_id=customer.id)
    if place is not None:
        kept.name, kept.joined_at = name or place.name, place.joined_at
    places.keep(uow.db, kept)
    return True
