"""Flag and unflag: a high-maintenance customer, with who said so, why, evidence, a review date and an end."""

from datetime import timedelta

from handlers.errors import NotFound, Refused
from handlers.unit_of_work import UnitOfWork
from storage.accounts import customers, flags
from storage.accounts.customers import Customer
from storage.accounts.flags import Flag


def flag(uow: UnitOfWork, customer_key: str, *, by: str, why: str, evidence: str = "", days: int | None = None) -> Flag:
    """Flag a customer for `days` (the policy's 90 by default). Raises Refused without a reason or when one stands."""
    customer = _customer(uow, customer_key)
    if not why.strip():
        raise Refused("A flag needs a reason.")
    lasts = uow.policy.flag_days if days is None else days
    if not 1 <= lasts <= 366:
        raise Refused("A flag lasts between 1 and 366 days.")
    if flags.current(uow.db, customer.id or 0, uow.now()):
        raise Refused(f"{customer.name} is flagged already; lift that flag first.")
    kept = flags.add(
        uow.db,
        Flag(
            customer_id=customer.id or 0,
            set_by=by,
            why=why.strip(),
            evidence=evidence.strip(),
            set_at=uow.now(),
            review_at=uow.now() + timedelta(days=min(lasts, uow.policy.flag_review_days)),
            expires_at=uow.now() + timedelta(days=lasts),
        ),
    )
    uow.record("flagged", customer_id=customer.id, flag=kept.id, who=by, why=kept.why)
    return kept


def unflag(uow: UnitOfWork, customer_key: str, *, by: str, why: str = "") -> None:
    """Lift the standing flag; it stays in the history. Raises Refused if there is none."""
    customer = _customer(uow, customer_key)
    standing = flags.current(uow.db, customer.id or 0, uow.now())
    if standing is None:
        raise Refused(f"{customer.name} is not flagged.")
    standing.lifted_at, standing.lifted_by, standing.lifted_why = uow.now(), by, why.strip()
    uow.db.add(standing)
    uow.record("unflagged", customer_id=customer.id, flag=standing.id, who=by, why=why)


def restore(uow: UnitOfWork, customer_key: str, *, by: str) -> None:
    """The flag that `by` just lifted stands again, as it was. Raises Refused if there is none, or it is too long ago."""
    customer = _customer(uow, customer_key)
    newest = next(iter(flags.history(uow.db, customer.id or 0)), None)
    if newest is None or newest.lifted_at is None or newest.lifted_by != by:
        raise Refused("There is nothing to take back.")
    uow.still_taken_back(newest.lifted_at)
    newest.lifted_at, newest.lifted_by, newest.lifted_why = None, None, ""
    uow.db.add(newest)
    uow.record("flagged", customer_id=customer.id, flag=newest.id, who=by, why=newest.why)


def expire(uow: UnitOfWork) -> int:
    """Write down the flags whose time is over; how many."""
    over = flags.expired(uow.db, uow.now())
    for flag_ in over:
        flag_.lifted_at, flag_.lifted_by, flag_.lifted_why = flag_.expires_at, "Earshot", "its time was over"
        uow.db.add(flag_)
        uow.record("flag_expired", customer_id=flag_.customer_id, flag=flag_.id)
    return len(over)


def _customer(uow: UnitOfWork, key: str) -> Customer:
    customer = customers.by_key(uow.db, key)
    if customer is None:
        raise NotFound(f"There is no customer “{key}”.")
    return customer
