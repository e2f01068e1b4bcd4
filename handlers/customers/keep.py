"""Keep: add a customer or bring what we know about one up to date."""

import hashlib
import re
import unicodedata
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

KEY = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")


def _key(value: str) -> str:
    if not KEY.fullmatch(value):
        raise ValueError("must be small letters, digits, dots, dashes or underscores, at most 63")
    return value


def _plan(value: str | None) -> str | None:
    """One plan however it is written: "Pro " and "pro" are the same to a rule."""
    if value is None:
        return None
    plan = " ".join(clean(value).lower().split())
    if not 1 <= len(plan) <= 40:
        raise ValueError("must be the name of a plan, at most 40 characters")
    return plan


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
    plan: Annotated[str | None, AfterValidator(_plan)] = None
    contract_value: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    renewal_on: date | None = None
    language: str | None = Field(default=None, pattern=r"^[a-z]{2}$")
    time_zone: Annotated[str | None, AfterValidator(_zone)] = None
    segment: str | None = Field(default=None, max_length=100)
    channel: Annotated[str | None, AfterValidator(_address)] = None


def introduce(uow: UnitOfWork, word: str) -> None:
    """Add who is meant by `word`, a key or a name, unless they are known."""
    if customers.called(uow.db, word) is None:
        keep(uow, Card(key=word) if KEY.fullmatch(word) else Card(key=_key_for(word), name=word[:200]))


def _key_for(name: str) -> str:
    """A key that reads like the name; what it cannot say, a digest tells apart."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = "-".join(re.findall(r"[a-z0-9]+", plain))[:40].strip("-")
    return f"{words or 'customer'}-{hashlib.blake2b(name.encode(), digest_size=3).hexdigest()}"


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
