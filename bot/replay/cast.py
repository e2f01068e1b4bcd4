"""Who takes part: the sample company's decisions, staff, customers and places, set up before the first message."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.replay.times import Clock
from bot.sandbox.company.load import DAYS, MINUTES, Company, Customer, CustomerMessage, Person
from bot.wiring import Earshot
from handlers.company import admit
from handlers.customers import flag, keep
from handlers.intake import route
from handlers.intake.receive import Author
from handlers.outside import Profile
from handlers.unit_of_work import UnitOfWork
from storage.routing import policy

TEAM = "TSAMPLE"
API_SOURCE = "helpdesk"
BEFORE = timedelta(days=120)
"""How long before the end the company is there."""


@dataclass(frozen=True)
class Cast:
    """Everybody by the address that the sample calls them by."""

    company: Company
    slack_ids: dict[str, str]
    staff: dict[str, int]

    def author(self, message: CustomerMessage) -> Author:
        """The writer as the message's door tells of them: Slack knows an id, the others an address."""
        name = _names(self.company).get(message.author, "")
        if message.channel == "slack":
            return Author(name=name, slack_id=self.slack_ids[message.author])
        return Author(name=name, email=message.author)


def place_of(company: Company, message: CustomerMessage) -> str:
    """The address where a message is written."""
    if message.channel == "slack":
        return slack_place(company, message.customer or "")
    if message.channel == "api":
        return f"api:{API_SOURCE}/{message.customer or ''}/"
    return f"support:{message.customer or 'anybody'}"


def slack_place(company: Company, key: str) -> str:
    """The address of a customer's shared channel."""
    number = next((n for n, one in enumerate(company.customers, start=1) if one.key == key), 0)
    return f"slack:{TEAM}/CSAMPLE{number:02d}"


def profiles(company: Company) -> dict[str, Profile]:
    """What the stand-in chat tells about people, by their id there."""
    ids, names = _slack_ids(company), _names(company)
    return {slack_id: Profile(name=names[email], email=email) for email, slack_id in ids.items()}


def set_up(earshot: Earshot, company: Company, clock: Clock, end: datetime) -> Cast:
    """Everything that was so before the first message; the clock stands at the beginning of the six weeks afterwards."""
    clock.time = end - BEFORE
    with earshot.work() as uow:
        policy.save(uow.db, _policy(company))
        route.set_default_rules(uow)
        staff = {
            one.email: admit.admit(uow, one.name, one.email, role=one.role, on_call=_turn(company, one.email))
            for one in company.staff
        }
        for customer in company.customers:
            _keep(uow, company, customer, end)
    for customer in company.customers:
        if customer.flag and customer.flag.days_ago * 24 * 60 > MINUTES:
            clock.time = end - timedelta(days=customer.flag.days_ago)
            said = customer.flag
            with earshot.work() as uow:
                flag.flag(uow, customer.key, by=said.set_by, why=said.why, evidence="; ".join(said.evidence))
    clock.time = end - timedelta(minutes=MINUTES)
    return Cast(company, _slack_ids(company), staff)


def _policy(company: Company) -> policy.Policy:
    open_days = [DAYS.index(day) for day in company.hours.days]
    first, last = (DAYS[place][:3].title() for place in (min(open_days), max(open_days)))
    return policy.Policy(
        company=company.name,
        time_zone=company.time_zone,
        holidays_country=company.country,
        opening=f"{first}-{last} {company.hours.opens:%H:%M}-{company.hours.closes:%H:%M}",
        staff_domains=[company.domain],
        home_teams=[TEAM],
        bitter_in_a_row=0,  # one listener has them all
    )


def _turn(company: Company, email: str) -> int | None:
    return company.on_call.index(email) + 1 if email in company.on_call else None


def _keep(uow: UnitOfWork, company: Company, customer: Customer, end: datetime) -> None:
    card = keep.Card(
        key=customer.key,
        name=customer.name,
        domains=(customer.domain,),
        plan=customer.plan,
        contract_value=customer.contract_value_eur,
        renewal_on=(end + timedelta(days=customer.renewal_in_days)).date(),
        language=customer.language,
        time_zone=customer.time_zone,
        segment=customer.segment,
        channel=slack_place(company, customer.key) if customer.channel == "slack" else None,
    )
    keep.keep(uow, card, channel_name=customer.slack_channel or "")


def _everybody(company: Company) -> list[Person]:
    return [person for customer in company.customers for person in customer.people]


def _names(company: Company) -> dict[str, str]:
    return {person.email: person.name for person in _everybody(company)}


def _slack_ids(company: Company) -> dict[str, str]:
    return {person.email: f"{TEAM}/USAMPLE{n:02d}" for n, person in enumerate(_everybody(company), start=1)}
