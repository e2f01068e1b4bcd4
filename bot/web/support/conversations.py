"""A customer's conversations on their support page, and where each stands in plain words."""

from dataclasses import dataclass
from datetime import datetime

from handlers.unit_of_work import UnitOfWork
from prompts.pages import Stage, stage
from storage.accounts.customers import Customer
from storage.desk import messages, tickets
from storage.desk.messages import Attachment, Message
from storage.desk.tickets import Ticket

DOOR = "support"


@dataclass(frozen=True)
class Conversation:
    """One conversation. `token` names it in addresses, `thread` in the tables."""

    token: str
    thread: str
    ticket_id: int | None
    reference: str | None
    stage: Stage
    next_news: datetime | None
    language: str | None
    messages: list[Message]

    @property
    def mark(self) -> str:
        """Changes whenever there is something new to see."""
        newest = self.messages[-1]
        return f"{len(self.messages)}.{newest.id}.{self.stage}.{self.reference or ''}"


def place_of(customer: Customer) -> str:
    """Where the customer's support page is: `support:acme`."""
    return f"support:{customer.key}"


def external_id(customer: Customer, token: str) -> str:
    """What a message sent with a form is called: a form of one customer never names a message of another."""
    return f"{customer.id}.{token}"


def everything(uow: UnitOfWork, customer: Customer) -> list[Conversation]:
    """The conversations of the page, the one with the latest news first."""
    together: dict[str, list[Message]] = {}
    for one in reversed(messages.of_place(uow.db, place_of(customer))):
        key = f"ticket {one.ticket_id}" if one.ticket_id else one.thread or one.external_id
        together.setdefault(key, []).append(one)
    found = [_conversation(uow, lines) for lines in together.values()]
    return sorted(found, key=lambda one: one.messages[-1].id or 0, reverse=True)


def one(uow: UnitOfWork, customer: Customer, token: str) -> Conversation | None:
    """The conversation that a message sent with this form belongs to."""
    message = messages.by_external_id(uow.db, DOOR, external_id(customer, token))
    if message is None or message.place != place_of(customer):
        return None
    if message.ticket_id:
        return _conversation(uow, messages.of_ticket(uow.db, message.ticket_id))
    root = message.thread or message.external_id
    lines = [line for line in messages.of_place(uow.db, message.place) if root in (line.thread, line.external_id)]
    return _conversation(uow, lines[::-1])


def files(uow: UnitOfWork, conversation: Conversation) -> dict[int, list[Attachment]]:
    """The names of files by message id."""
    ids = {line.ticket_id for line in conversation.messages if line.ticket_id}
    found: dict[int, list[Attachment]] = {}
    for ticket_id in ids:
        for attachment in messages.attachments(uow.db, ticket_id):
            found.setdefault(attachment.message_id, []).append(attachment)
    return found


def _conversation(uow: UnitOfWork, lines: list[Message]) -> Conversation:
    first = next((line for line in lines if line.direction == "in"), lines[0])
    ticket = tickets.get(uow.db, first.ticket_id) if first.ticket_id else None
    return Conversation(
        token=first.external_id.rpartition(".")[2],
        thread=ticket.thread if ticket else first.thread or first.external_id,
        ticket_id=ticket.id if ticket else None,
        reference=uow.reference(ticket) if ticket else None,
        stage=_stage(ticket),
        next_news=_next_news(uow, ticket),
        language=ticket.language if ticket else None,
        messages=lines,
    )


def _stage(ticket: Ticket | None) -> Stage:
    if ticket is None:
        return "received"
    return stage(ticket.state, claimed=ticket.assignee_id is not None)  # type: ignore[arg-type]


def _next_news(uow: UnitOfWork, ticket: Ticket | None) -> datetime | None:
    if ticket is None or ticket.state == "resolved" or ticket.due_at is None or ticket.due_at < uow.now():
        return None
    return ticket.due_at
