"""Messages that arrive together are committed together, and none suffers from another."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlmodel import col, select

from bot.slack.together import AT_ONCE, Together
from bot.wiring import Earshot
from handlers.errors import Refused
from handlers.intake.receive import LONGEST_NAME, Author, Incoming, receive
from handlers.unit_of_work import UnitOfWork
from storage.desk.messages import Message
from tests.slack.conftest import Town


class Counted:
    """The units of work of an Earshot, counted."""

    def __init__(self, earshot: Earshot) -> None:
        self.earshot, self.begun = earshot, 0

    @contextmanager
    def work(self) -> Iterator[UnitOfWork]:
        self.begun += 1
        with self.earshot.work() as uow:
            yield uow


def written(number: int, name: str | None = None) -> Incoming:
    return Incoming(
        door="slack", external_id=name or f"T1/C1/{number}.0", place="slack:T1/C1", text=f"Message {number}",
        sent_at=datetime(2026, 11, 2, tzinfo=UTC), author=Author(slack_id="T1/U1"), history=True,
    )  # fmt: skip


def hand_in(counted: Counted, what: list[Incoming]) -> list[Any]:
    """Everything at once; what each was answered."""

    async def everything() -> list[Any]:
        with ThreadPoolExecutor(4) as pool:
            together = Together(counted.work, pool)
            calls = [together.run(lambda uow, one=one: receive(uow, one)) for one in what]  # type: ignore[misc]
            return await asyncio.gather(*calls, return_exceptions=True)

    return asyncio.run(everything())


def texts(town: Town) -> list[str]:
    with town.earshot.work() as uow:
        return [one.text for one in uow.db.exec(select(Message).order_by(col(Message.id)))]


def test_what_comes_at_once_is_kept_in_order_in_few_transactions(town_on_each: Town) -> None:
    counted = Counted(town_on_each.earshot)
    ids = hand_in(counted, [written(number) for number in range(100)])
    assert texts(town_on_each) == [f"Message {number}" for number in range(100)]
    assert len(set(ids)) == 100
    assert counted.begun == -(-100 // AT_ONCE)


def test_one_that_is_refused_takes_none_of_the_others_with_it(town_on_each: Town) -> None:
    counted = Counted(town_on_each.earshot)
    what = [written(number, "x" * (LONGEST_NAME + 1) if number == 7 else None) for number in range(20)]
    answers = hand_in(counted, what)
    assert [number for number, one in enumerate(answers) if isinstance(one, Refused)] == [7]
    assert texts(town_on_each) == [f"Message {number}" for number in range(20) if number != 7]


def test_the_same_message_twice_in_one_transaction_is_kept_once(town_on_each: Town) -> None:
    answers = hand_in(Counted(town_on_each.earshot), [written(1), written(1), written(2)])
    assert [one is None for one in answers] == [False, True, False]
    assert texts(town_on_each) == ["Message 1", "Message 2"]


def test_who_has_gone_is_not_told_and_what_they_brought_is_kept(town: Town) -> None:
    async def gone() -> None:
        with ThreadPoolExecutor(1) as pool:
            together = Together(town.earshot.work, pool)
            one = asyncio.create_task(together.run(lambda uow: receive(uow, written(1))))
            await asyncio.sleep(0)
            one.cancel()
            await together.run(lambda uow: receive(uow, written(2)))
            with pytest.raises(asyncio.CancelledError):
                await one

    asyncio.run(gone())
    assert texts(town) == ["Message 1", "Message 2"]
