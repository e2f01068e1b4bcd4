"""Recognise: the customer a stranger most likely belongs to, for a person to confirm."""

import re

from handlers.unit_of_work import UnitOfWork
from storage.accounts import customers
from storage.accounts.customers import Customer
from storage.accounts.people import Person
from storage.desk import messages

FREE_MAIL = frozenset({"gmail", "googlemail", "outlook", "hotmail", "yahoo", "icloud", "gmx", "proton", "protonmail"})


def likeliest(uow: UnitOfWork, person: Person) -> Customer | None:
    """By address, else by a customer's name in what they wrote or are called; None rather than a wild guess."""
    if person.email and (known := customers.by_email(uow.db, person.email)):
        return known
    said = " ".join(one.text for one in messages.untriaged_of_person(uow.db, person.id or 0)[-5:])[:5000]
    scored = [(_score(one, person, said), one) for one in customers.everyone(uow.db)]
    best = max(scored, key=lambda pair: pair[0], default=(0, None))
    return best[1] if best[0] > 0 else None


def _score(customer: Customer, person: Person, said: str) -> int:
    labels = set((person.email or "").rpartition("@")[2].lower().split(".")[:-1]) - FREE_MAIL
    own = {_plain(customer.key), _plain(customer.name), *(_plain(one.split(".")[0]) for one in customer.domains)}
    first = _plain(customer.name.split()[0])
    score = 4 * any(_plain(label) in own for label in labels if len(label) > 2)
    score += 3 * bool(re.search(rf"\b{re.escape(customer.name)}\b", said, re.IGNORECASE))
    score += 2 * (len(first) > 3 and any(first in _plain(label) for label in labels))
    score += len(first) > 3 and first in {_plain(word) for word in f"{said} {person.name}".split()}
    return score


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).lower()
