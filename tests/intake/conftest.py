"""A customer and shorthand for what they write."""

from collections.abc import Callable
from datetime import datetime

import pytest

from bot.engine import Inline
from bot.wiring import Earshot
from handlers.intake.receive import Author, Incoming, receive
from handlers.intake.route import set_default_rules
from storage.accounts import customers, staff
from storage.accounts.customers import Customer
from storage.accounts.staff import Staff

Write = Callable[..., int | None]


@pytest.fixture
def acme(wired: Earshot) -> str:
    """The key of a known customer."""
    with wired.work() as uow:
        set_default_rules(uow)
        customer = Customer(key="acme", name="Acme Ltd", domains=["acme.example"], plan="team", created_at=uow.now())
        customers.add(uow.db, customer)
    return "acme"


@pytest.fixture
def ada(wired: Earshot) -> int:
    """The id of the member of staff who is on call."""
    with wired.work() as uow:
        member = Staff(name="Ada", email="ada@us.example", slack_id="T0/UADA", on_call=1, created_at=uow.now())
        return staff.add(uow.db, member).id or 0


@pytest.fixture
def write(wired: Earshot, acme: str) -> Write:
    """Let somebody of Acme write on Slack and everything that follows happen; gives the message's id."""

    def written(
        text: str,
        *,
        ts: str,
        thread: str | None = None,
        email: str | None = "ann@acme.example",
        sent_at: datetime | None = None,
        place: str = "slack:T0/C1",
        door: str = "slack",
        customer: str | None = None,
        history: bool = False,
    ) -> int | None:
        prefix = place.partition(":")[2]
        with wired.work() as uow:
            incoming = Incoming(
                door=door,
                external_id=f"{prefix}/{ts}",
                place=place,
                thread=f"{prefix}/{thread}" if thread else None,
                text=text,
                sent_at=sent_at or uow.now(),
                author=Author(name="Ann Lee", email=email),
                customer=customer,
                history=history,
            )
            message_id = receive(uow, incoming)
        assert isinstance(wired.engine, Inline)
        wired.engine.drain()
        return message_id

    return written
