"""Support link: a customer's own way in, renewed when it has gone astray."""

from handlers.errors import NotFound
from handlers.unit_of_work import UnitOfWork
from storage.accounts import customers


def renew(uow: UnitOfWork, customer_key: str, *, by: int | None = None) -> str:
    """A new secret for the customer's support page; the old link stops working."""
    customer = customers.by_key(uow.db, customer_key)
    if customer is None:
        raise NotFound(f"There is no customer “{customer_key}”.")
    secret = customers.renew_support_token(uow.db, customer)
    uow.record("support_link_renewed", customer_id=customer.id, by=by)
    return secret
