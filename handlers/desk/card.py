"""Card: the listener's card of a ticket in the buffer channel, one per ticket, kept up to date in its place."""

from handlers.unit_of_work import UnitOfWork
from prompts import card as words
from prompts.card import Card
from storage.accounts import customers, people, staff
from storage.desk import deliveries, messages, promises
from storage.desk.deliveries import Delivery
from storage.desk.messages import Message
from storage.desk.tickets import Ticket
from storage.insights import bugs

LATEST = 2000
"""Characters of the customer's last words that a card carries; who shows it may show less."""


def show(uow: UnitOfWork, ticket_id: int) -> int | None:
    """Mean to show the ticket's card, or what is new on it. The delivery's id, or None if there is nothing to show.

    A card begins when a ticket is in the buffer queue; from then on it follows the ticket wherever that goes.
    """
    ticket = uow.ticket(ticket_id)
    if uow.desk_place is None or ticket.history:
        return None
    known = deliveries.held(uow.db, f"card:{ticket_id}")
    if known is None and (ticket.queue != "buffer" or ticket.state == "resolved"):
        return None
    card = facts(uow, ticket)
    text, blocks = words.headline(card), [card.model_dump(mode="json")]
    if known is None:
        return deliveries.intend(uow.db, _meant(uow, ticket_id, text, blocks))
    if (known.text, known.blocks) == (text, blocks):
        return None
    known.text, known.blocks, known.state = text, blocks, "pending"
    uow.db.add(known)
    return known.id


def facts(uow: UnitOfWork, ticket: Ticket) -> Card:
    """What a card shows of the ticket as it stands now."""
    customer = customers.get(uow.db, ticket.customer_id) if ticket.customer_id else None
    person = people.by_ids(uow.db, [ticket.person_id]).get(ticket.person_id or 0)
    heard = [one for one in messages.of_ticket(uow.db, ticket.id or 0) if one.direction == "in"]
    bug = bugs.get(uow.db, ticket.bug_id) if ticket.bug_id else None
    proposed = promises.of_ticket(uow.db, ticket.id or 0, "proposed")
    return Card(
        ticket=ticket.id or 0,
        reference=uow.reference(ticket),
        url=f"{uow.console_url}/tickets/{uow.reference(ticket)}",
        customer=customer.name if customer else None,
        plan=customer.plan if customer else None,
        contract_value=customer.contract_value if customer else 0.0,
        writer=person.name if person else "",
        gist=ticket.gist,
        said=_last_words(heard),
        messages=max(1, len(heard)),
        language=ticket.language,
        kind=ticket.kind,
        unsure=ticket.unsure,
        severity=ticket.severity,
        emergency=ticket.emergency,
        band=ticket.band,
        queue=ticket.queue,
        state=ticket.state,
        assignee=staff.get(uow.db, ticket.assignee_id).name if ticket.assignee_id else None,
        due_at=ticket.due_at,
        due_reason=ticket.due_reason,
        snoozed_until=ticket.snoozed_until,
        wakes=(ticket.extra.get("wakes") or {}).get("by", ""),
        bug=(bug.external_key or f"#{bug.id}") if bug and bug.state != "proposed" else None,
        promise=(proposed[0].id or 0, proposed[0].words, proposed[0].due_at) if proposed else None,
    )


def _last_words(heard: list[Message]) -> str:
    """What the customer said last and did not take back."""
    return next((one.text[:LATEST] for one in reversed(heard) if not one.deleted_at), "")


def _meant(uow: UnitOfWork, ticket_id: int, text: str, blocks: list[dict[str, object]]) -> Delivery:
    return Delivery(
        key=f"card:{ticket_id}",
        purpose="card",
        audience="staff",
        ticket_id=ticket_id,
        door="slack",
        place=uow.desk_place or "",
        text=text,
        blocks=blocks,
        created_at=uow.now(),
    )
