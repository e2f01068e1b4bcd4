"""Support link: a customer's own way in, renewed when it has gone astray, revoked when there shall be none."""

from handlers.errors import NotFound
from handlers.unit_of_work import UnitOfWork
from storage.accounts import customers
from storage.accounts.customers import Customer

REVOKED = "support_link_revoked"
"""Kept with the customer while their link is closed; nobody has ever seen the secret that it then has."""


def renew(uow: UnitOfWork, customer_key: str, *, by: int | None = None) -> str:
    """A new secret for the customer's support page; the old link stops working, one that was closed is open again."""
    customer = _customer(uow, customer_key)
    secret = customers.renew_support_token(uow.db, customer)
    _mark(uow, customer, None)
    uow.record("support_link_renewed", customer_id=customer.id, by=by)
    return secret


def revoke(uow: UnitOfWork, customer_key: str, *, by: int | None = None) -> None:
    """The link works no more, and there is no other until it is renewed. What was written stays."""
    customer = _customer(uow, customer_key)
    customers.renew_support_token(uow.db, customer)
    _mark(uow, customer, uow.now().isoformat())
    uow.record("support_link_revoked", customer_id=customer.id, by=by)


def _mark(uow: UnitOfWork, customer: Customer, when: str | None) -> None:
    rest = {name: value for name, value in customer.extra.items() if name != REVOKED}
    customer.extra = rest | ({REVOKED: when} if when else {})
    uow.db.add(customer)


def _customer(uow: UnitOfWork, customer_key: str) -> Customer:
    customer = customers.by_key(uow.db, customer_key)
    if customer is None:
        raise NotFound(f"There is no customer “{customer_key}”.")
    return customer
