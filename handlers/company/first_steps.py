"""First steps: what a new Earshot still needs before it is of use, and that somebody has seen enough of it."""

from dataclasses import dataclass

from handlers.unit_of_work import UnitOfWork
from storage.accounts import customers, flags
from storage.routing import policy

KEPT = "first steps"


@dataclass(frozen=True)
class Steps:
    """What is done of it."""

    slack: bool
    customers: bool
    hours: bool
    flag: bool

    @property
    def left(self) -> int:
        """How many are not."""
        return [self.slack, self.customers, self.hours, self.flag].count(False)


def steps(uow: UnitOfWork) -> Steps:
    """How far we are."""
    return Steps(
        slack="slack" in uow.alert_ways,
        customers=customers.any_known(uow.db),
        hours=policy.recall(uow.db, "policy") is not None,
        flag=flags.any_ever(uow.db),
    )


def wanted(uow: UnitOfWork) -> bool:
    """Whether to lead through them: nobody has put them aside, and there are no customers yet."""
    return policy.recall(uow.db, KEPT) is None and not customers.any_known(uow.db)


def put_aside(uow: UnitOfWork, by: int) -> None:
    """Nobody needs to be led any more."""
    policy.remember(uow.db, KEPT, {"at": uow.now().isoformat()})
    uow.record("first_steps_done", by=by)
