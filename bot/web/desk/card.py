"""What is known of a customer, beside the conversation."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.web.console import Console
from storage.accounts import customers, flags, people
from storage.accounts.customers import Customer
from storage.accounts.flags import Flag
from storage.accounts.people import Person
from storage.desk import attention, messages, promises, tickets
from storage.desk.promises import Promise
from storage.desk.tickets import Ticket
from storage.insights import waiting
from storage.insights.bugs import Bug


@dataclass(frozen=True)
class Card:
    """A customer now: contract, flag, people, what they told us and what became of it, what they wait for and were promised."""

    customer: Customer
    flag: Flag | None
    flags: list[Flag]
    people: list[Person]
    tickets: list[Ticket]
    contacts: int
    minutes: int
    bugs: list[Bug]
    promised: list[Promise]


def card(console: Console, customer_id: int, past: int = 8) -> Card:
    """The card, with at most `past` tickets; contacts are messages since the quarter began, minutes how long theirs were open here."""
    db, now = console.uow.db, console.uow.now()
    quarter = quarter_start(now, console.team_zone)
    return Card(
        customer=customers.get(db, customer_id),
        flag=flags.current(db, customer_id, now),
        flags=flags.history(db, customer_id),
        people=people.of_customer(db, customer_id),
        tickets=tickets.of_customer(db, customer_id, limit=past),
        contacts=messages.count_from_customer(db, customer_id, quarter, now),
        minutes=attention.minutes(db, customer_id, quarter.astimezone(console.team_zone).date()),
        bugs=waiting.waited_for(db, customer_id),
        promised=promises.of_customer(db, customer_id),
    )


def quarter_start(now: datetime, zone: ZoneInfo) -> datetime:
    """The first moment of the quarter that `now` lies in, aware, in UTC."""
    local = now.astimezone(zone)
    first = (local.month - 1) // 3 * 3 + 1
    return datetime(local.year, first, 1, tzinfo=zone).astimezone(UTC)
