"""The listener: turns by the calendar, not too many bitter conversations in a row, a pause."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wiring import Earshot
from handlers.analysis.rotation import on_duty
from handlers.company.decide import decide
from handlers.desk import away, claim, pause, reply
from handlers.errors import NotFound, Refused
from storage.accounts import staff
from storage.accounts.staff import Staff
from storage.desk import tickets
from tests.conftest import Clock
from tests.intake.conftest import acme, ada, write

__all__ = ["acme", "ada", "write"]

Write = Callable[..., int | None]


@pytest.fixture
def ben(wired: Earshot) -> int:
    with wired.work() as uow:
        return staff.add(uow.db, Staff(name="Ben", email="ben@us.example", created_at=uow.now())).id or 0


def bitter(wired: Earshot, write: Write, number: int, tone: float = -0.9) -> None:
    write(f"The export number {number} hangs again.", ts=f"{number}.1", email=f"p{number}@acme.example")
    with wired.work() as uow:
        ticket = tickets.get(uow.db, number)
        ticket.sentiment, ticket.band = tone, "none"
        uow.db.add(ticket)


def work_on(wired: Earshot, ticket: int, who: int) -> None:
    with wired.work() as uow:
        claim.claim(uow, ticket, who)
        reply.reply(uow, ticket, who, "We look at it.", seen=reply.newest_seen(uow, ticket), press=f"press-{ticket}")


def test_after_so_many_bitter_conversations_a_colleague_takes_the_next(
    wired: Earshot, write: Write, ada: int, ben: int
) -> None:
    for number in range(1, 7):
        bitter(wired, write, number, tone=0.1 if number == 5 else -0.9)
    with wired.work() as uow:
        decide(uow, {"bitter_in_a_row": 3})
    for number in (1, 2, 3):
        work_on(wired, number, ada)
    with wired.work() as uow:
        assert pause.proposed(uow, ada) == 3
    with wired.work() as uow, pytest.raises(Refused, match="3 bitter conversations in a row"):
        claim.claim(uow, 4, ada)
    work_on(wired, 4, ben)
    work_on(wired, 5, ada)
    work_on(wired, 6, ada)
    with wired.work() as uow:
        assert pause.proposed(uow, ada) == 0


def test_a_pause_begins_the_count_anew_and_an_emergency_is_everybodys(
    wired: Earshot, write: Write, ada: int, ben: int, clock: Clock
) -> None:
    for number in range(1, 5):
        bitter(wired, write, number)
    with wired.work() as uow:
        decide(uow, {"bitter_in_a_row": 2})
    for number in (1, 2):
        work_on(wired, number, ada)
    with wired.work() as uow:
        ticket = tickets.get(uow.db, 3)
        ticket.band = "certain"
        uow.db.add(ticket)
    work_on(wired, 3, ada)
    with wired.work() as uow:
        pause.pause(uow, ada)
    clock.forward(minutes=15)
    work_on(wired, 4, ada)
    with wired.work() as uow:
        assert [tickets.get(uow.db, number).assignee_id for number in range(1, 5)] == [ada] * 4


def test_whoever_is_alone_is_not_refused(wired: Earshot, write: Write, ada: int) -> None:
    with wired.work() as uow:
        decide(uow, {"bitter_in_a_row": 1})
    for number in (1, 2):
        bitter(wired, write, number)
        work_on(wired, number, ada)
    with wired.work() as uow:
        assert [tickets.get(uow.db, number).assignee_id for number in (1, 2)] == [ada] * 2


def test_turns_follow_the_calendar_swaps_and_who_is_away(wired: Earshot, ada: int, ben: int, clock: Clock) -> None:
    monday = date(2026, 11, 16)
    with wired.work() as uow:
        swaps = {date(2026, 11, 20): ben}
        decide(uow, {"rotation": [ada, ben], "rotation_starts": monday, "rotation_swaps": swaps})
        days = [uow.on_duty(monday + timedelta(days=later)) for later in (0, 4, 6, 7, 14)]
        assert (days, uow.on_duty()) == ([ada, ben, ada, ben, ada], ada)
        away.away(uow, ada, uow.now() + timedelta(hours=3))
        assert uow.on_duty() == ben
    with wired.work() as uow, pytest.raises(NotFound):
        decide(uow, {"rotation": [ada, 99]})


@given(
    people=st.lists(st.integers(1, 9), min_size=1, max_size=6, unique=True),
    days=st.integers(1, 30),
    offset=st.integers(-900, 900),
)
def test_everybody_has_as_many_days_as_anybody_else(people: list[int], days: int, offset: int) -> None:
    starts = date(2026, 1, 1)
    first = starts + timedelta(days=offset * days)
    turns = [on_duty(people, starts, days, first + timedelta(days=one)) for one in range(days * len(people))]
    assert sorted(turns) == sorted(people * days)  # type: ignore[type-var]
