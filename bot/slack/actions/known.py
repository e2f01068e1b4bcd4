"""What is known of a customer, in Slack."""

from bot.slack.blocks.more import customer_modal
from bot.slack.blocks.pieces import Block
from handlers.desk import card
from handlers.errors import NotFound
from handlers.unit_of_work import UnitOfWork
from prompts import card as card_words
from prompts import pressed as words
from prompts.card import CustomerCard
from storage.accounts import customers, flags
from storage.accounts.customers import Customer
from storage.desk import promises, tickets
from storage.insights import waiting

LATEST = 5


def lines(uow: UnitOfWork, customer: Customer) -> list[str]:
    """Paragraphs of mrkdwn: contract, flag, what they wait for and were promised, what they said last."""
    number = customer.id or 0
    standing = flags.current(uow.db, number, uow.now())
    facts = CustomerCard(
        name=customer.name,
        plan=customer.plan,
        contract_value=customer.contract_value,
        renewal_on=customer.renewal_on,
        flagged_until=standing.expires_at if standing else None,
        flagged_why=standing.why if standing else "",
        url=f"{uow.console_url}/customers/{customer.key}",
        bugs=[f"{one.title} ({one.state.replace('_', ' ')})" for one in waiting.waited_for(uow.db, number)[:LATEST]],
        promised=[(one.words, one.due_at) for one in promises.of_customer(uow.db, number)[:LATEST]],
        latest=[card.facts(uow, one) for one in tickets.of_customer(uow.db, number, limit=LATEST)],
    )
    return card_words.customer_lines(facts)


def open_customer(uow: UnitOfWork, ticket_id: int) -> Block:
    """The modal about who wrote a ticket. Raises NotFound where nobody knows yet."""
    ticket = uow.ticket(ticket_id)
    if ticket.customer_id is None:
        raise NotFound(words.NOBODY_KNOWS)
    return customer_modal({"ticket": ticket_id}, lines(uow, customers.get(uow.db, ticket.customer_id)))
