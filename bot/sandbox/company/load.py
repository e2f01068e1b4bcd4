"""Reads the sample company from the files beside this one and refuses it when something in it does not fit."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from storage.vocabulary import Kind, Role, Trend

WEEKS = 6
MINUTES = WEEKS * 7 * 24 * 60

HERE = Path(__file__).parent
STRICT = ConfigDict(extra="forbid")
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Channel = Literal["slack", "support", "api"]
Language = Literal["en", "es", "ja"]
Action = Literal["claim", "reply", "note", "snooze", "resolve", "file_bug", "bug_fixed", "flag"]
Emergency = Annotated[str, Field(pattern=r"^(certain|possible):(outage|data_loss|security|legal|danger)$")]
MinutesBeforeEnd = Annotated[int, Field(gt=0, le=MINUTES)]
Words = Annotated[str, Field(min_length=1)]


@dataclass(frozen=True, config=STRICT)
class Staff:
    """Somebody who works at the sample company."""

    name: Words
    email: Words
    role: Role


@dataclass(frozen=True, config=STRICT)
class Hours:
    """When the company answers; local times of its own zone."""

    days: tuple[Day, ...]
    opens: time
    closes: time


@dataclass(frozen=True, config=STRICT)
class WeekTime:
    """The local weekday and time at which the six weeks end, so that Mondays stay Mondays."""

    day: Day
    at: time


@dataclass(frozen=True, config=STRICT)
class Problem:
    """What several messages are about, and how it moves over the six weeks (truth, for tests)."""

    slug: Words
    title: Words
    trend: Trend | Literal["single"]


@dataclass(frozen=True, config=STRICT)
class Flag:
    """Why a customer's complaints go to the listener; `days_ago` counts back from the end."""

    set_by: Words
    why: Words
    evidence: tuple[Words, ...]
    days_ago: Annotated[int, Field(gt=0)]


@dataclass(frozen=True, config=STRICT)
class Person:
    """Somebody who writes for a customer."""

    name: Words
    email: Words
    role: Words


@dataclass(frozen=True, config=STRICT)
class Customer:
    """One of the twelve. `contract_value_eur` is per year, `renewal_in_days` counts from the end."""

    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]+$")]
    name: Words
    domain: Words
    plan: str
    contract_value_eur: Annotated[int, Field(gt=0)]
    renewal_in_days: Annotated[int, Field(gt=0)]
    language: Language
    time_zone: Words
    segment: Words
    people: tuple[Person, ...]
    channel: Channel
    slack_channel: Words | None
    flag: Flag | None
    gone_quiet: bool


@dataclass(frozen=True, config=STRICT)
class CustomerMessage:
    """What somebody wrote. `kind`, `complaint`, `problem` and `emergency` are truth, for tests only."""

    customer: str | None
    author: Words
    at_minutes_before_end: MinutesBeforeEnd
    channel: Channel
    thread: Words | None
    text: Words
    language: Language
    kind: Kind
    complaint: bool
    problem: str | None
    emergency: Emergency | None = None


@dataclass(frozen=True, config=STRICT)
class StaffTurn:
    """What somebody at the company did about a thread. `for_minutes` is how long a snooze lasts."""

    staff: Words
    action: Action
    at_minutes_before_end: MinutesBeforeEnd
    thread: Words
    text: Words | None
    for_minutes: Annotated[int, Field(gt=0)] | None = None


History = tuple[CustomerMessage | StaffTurn, ...]


@dataclass(frozen=True, config=ConfigDict(extra="forbid", ignored_types=(cached_property,)))
class Company:
    """The whole sample; `history` is sorted, oldest first."""

    name: Words
    domain: Words
    product: Words
    time_zone: Words
    country: Words
    subdivision: Words
    hours: Hours
    ends: WeekTime
    staff: tuple[Staff, ...]
    on_call: tuple[Words, ...]
    problems: tuple[Problem, ...]
    customers: tuple[Customer, ...]
    history: History

    @cached_property
    def messages(self) -> tuple[CustomerMessage, ...]:
        """What customers and strangers wrote, oldest first."""
        return tuple(each for each in self.history if isinstance(each, CustomerMessage))

    @cached_property
    def turns(self) -> tuple[StaffTurn, ...]:
        """What the staff did, oldest first."""
        return tuple(each for each in self.history if isinstance(each, StaffTurn))

    def latest_end(self, now: datetime) -> datetime:
        """The newest moment not after `now` (aware) at which the six weeks can end, in UTC; at most a week back."""
        local = now.astimezone(ZoneInfo(self.time_zone))
        back = (local.weekday() - DAYS.index(self.ends.day)) % 7
        end = datetime.combine(local.date() - timedelta(days=back), self.ends.at, local.tzinfo)
        if end > local:
            end = datetime.combine(end.date() - timedelta(days=7), self.ends.at, local.tzinfo)
        return end.astimezone(UTC)


def moment(event: CustomerMessage | StaffTurn, end: datetime) -> datetime:
    """When `event` happened, for six weeks that end at `end` (aware)."""
    return end - timedelta(minutes=event.at_minutes_before_end)


def load(folder: Path = HERE) -> Company:
    """The sample company in `folder`. Raises ValueError naming what is wrong with it."""
    outline = json.loads((folder / "company.json").read_text("utf-8"))
    outline["customers"] = json.loads((folder / "customers.json").read_text("utf-8"))
    lines = (folder / "messages.jsonl").read_text("utf-8").splitlines()
    outline["history"] = [_event(number, line) for number, line in enumerate(lines, start=1)]
    company = Company(**outline)
    _refuse_what_does_not_fit(company)
    return company


def _event(number: int, line: str) -> CustomerMessage | StaffTurn:
    try:
        fields = json.loads(line)
        shape: type[CustomerMessage | StaffTurn] = StaffTurn if "staff" in fields else CustomerMessage
        return shape(**fields)
    except ValueError as wrong:
        raise ValueError(f"messages.jsonl line {number}: {wrong}") from wrong


def _refuse_what_does_not_fit(company: Company) -> None:
    staff = {each.email for each in company.staff}
    writers = {(customer.key, person.email) for customer in company.customers for person in customer.people}
    problems = {each.slug for each in company.problems}
    _all_known("on call", company.on_call, staff)
    _all_known("set a flag", (each.flag.set_by for each in company.customers if each.flag), staff)
    _all_known("staff turn by", (each.staff for each in company.turns), staff)
    _all_known("problem", (each.problem for each in company.messages if each.problem), problems)
    _all_known("author", ((each.customer, each.author) for each in company.messages if each.customer), writers)
    _sorted_and_in_order(company.history)


def _all_known(what: str, used: Iterable[object], known: set[str] | set[tuple[str, str]]) -> None:
    for each in used:
        if each not in known:
            raise ValueError(f"{what}: {each} is not known")


def _sorted_and_in_order(history: History) -> None:
    owner: dict[str, str | None] = {}
    before = MINUTES
    for event in history:
        if event.at_minutes_before_end > before:
            raise ValueError(f"not sorted by time at {event.at_minutes_before_end} minutes before the end")
        before = event.at_minutes_before_end
        if isinstance(event, StaffTurn):
            if event.thread not in owner:
                raise ValueError(f"{event.action} on {event.thread} before anybody wrote there")
        elif event.thread and owner.setdefault(event.thread, event.customer) != event.customer:
            raise ValueError(f"thread {event.thread} belongs to two customers")
