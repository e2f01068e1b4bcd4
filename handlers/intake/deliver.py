"""Deliver: say what was meant, once. The intent is committed, the act carries a marker, the result is recorded."""

import json
from typing import Any

from handlers.errors import Refused, Unavailable
from handlers.outside import Intent, Outside
from handlers.unit_of_work import UnitOfWork
from prompts import render
from storage.accounts import customers, people
from storage.desk import deliveries, messages, tickets
from storage.desk.deliveries import Delivery
from storage.desk.messages import Message
from storage.desk.tickets import Ticket

OWN_DOORS = ("support", "api", "import")
"""Doors where being kept is being said: the customer reads our own page."""


def prepare(uow: UnitOfWork, delivery_id: int) -> dict[str, Any] | None:
    """The intent to act on, committed before anything is said; None if there is nothing to do outside."""
    meant = deliveries.attempt(uow.db, delivery_id)
    if meant is None:
        return None
    if meant["door"] in OWN_DOORS:
        _said(uow, deliveries.get(uow.db, delivery_id), f"delivery-{delivery_id}")
        return None
    return Intent.model_validate({**meant, "repeated": meant["attempts"] > 1}).model_dump()


def speak(outside: Outside, intent: dict[str, Any]) -> dict[str, str]:
    """Say it where it belongs: {"receipt": …, "said": …}, {"refused": why} when it will never work there, {"later": seconds}."""
    meant = Intent.model_validate(intent)
    channel = outside.channels.get(meant.door)
    if channel is None:
        return {"key": meant.key, "refused": f"{meant.door} is not connected."}
    try:
        return {"key": meant.key, "receipt": channel.say(meant), "said": _wording(meant)}
    except Refused as refusal:
        return {"key": meant.key, "refused": str(refusal)}
    except Unavailable as later:
        if later.retry_after is None:
            raise
        return {"key": meant.key, "later": str(later.retry_after)}


def record_delivery(uow: UnitOfWork, delivery_id: int, outcome: dict[str, str]) -> None:
    """Write down what became of it; what was said to a customer joins the conversation."""
    delivery = deliveries.held(uow.db, outcome["key"])
    if delivery is None or delivery.state != "pending":
        return
    if "later" in outcome:
        key, seconds = f"delivery-{delivery_id}-again-{delivery.attempts}", float(outcome["later"])
        uow.enqueue("delivery_meant", key, delivery_id, delay_seconds=seconds)
        return
    if "receipt" in outcome and outcome.get("said") not in (None, _wording(delivery)):
        delivery.receipt = outcome["receipt"]  # changed while it was said: still to be brought up to date
        uow.db.add(delivery)
        return
    if "receipt" in outcome:
        _said(uow, delivery, outcome["receipt"])
        return
    delivery.state, delivery.error = "failed", outcome.get("refused", "")
    uow.db.add(delivery)
    uow.record("delivery_failed", delivery.ticket_id, delivery=delivery.id, why=delivery.error)


def _said(uow: UnitOfWork, delivery: Delivery, receipt: str) -> None:
    delivery.state, delivery.receipt, delivery.sent_at, delivery.error = "sent", receipt, uow.now(), ""
    uow.db.add(delivery)
    if delivery.audience != "customer" or delivery.ticket_id is None:
        return
    ticket = tickets.get(uow.db, delivery.ticket_id)
    if uow.mails and delivery.door == "support" and delivery.staff_id is not None:
        _notice(uow, delivery, ticket)
    place = delivery.place.partition(":")[2] if delivery.door == "slack" else delivery.place
    messages.keep(
        uow.db,
        Message(
            door=delivery.door,
            external_id=f"{place}/{receipt}" if delivery.door == "slack" else receipt,
            direction="out",
            place=delivery.place,
            thread=delivery.thread,
            ticket_id=ticket.id,
            customer_id=ticket.customer_id,
            staff_id=delivery.staff_id,
            author=delivery.author,
            text=delivery.text,
            automatic=delivery.staff_id is None,
            sent_at=uow.now(),
            received_at=uow.now(),
            triaged_at=uow.now(),
        ),
    )


def _notice(uow: UnitOfWork, delivery: Delivery, ticket: Ticket) -> None:
    """Mean to tell who wrote, by mail, that there is an answer on the page; only at an address of the customer's own domains."""
    person = people.by_ids(uow.db, [ticket.person_id]).get(ticket.person_id or 0)
    customer = customers.get(uow.db, ticket.customer_id) if ticket.customer_id else None
    if person is None or not person.email or customer is None:
        return
    theirs = customers.by_email(uow.db, person.email)
    if theirs is None or theirs.id != customer.id:
        return
    token = ticket.thread.partition(".")[2]
    text = render.say(
        "notice", ticket.language, name=person.name.split()[0] if person.name.strip() else None, reference=uow.reference(ticket),
        url=f"{uow.console_url}/support/{customer.support_token}/{token}", company=uow.policy.company,
    )  # fmt: skip
    meant = Delivery(
        key=f"notice:{delivery.id}", purpose="notice", audience="notice", door="mail", place=f"mail:{person.email}",
        text=text, created_at=uow.now(),
    )  # fmt: skip
    if (number := deliveries.intend(uow.db, meant)) is not None:
        uow.enqueue("delivery_meant", f"delivery-{number}", number)


def _wording(thing: Delivery | Intent) -> str:
    """What is to be read, as one text: the same exactly if nothing has changed."""
    return json.dumps([thing.text, thing.blocks], sort_keys=True)
