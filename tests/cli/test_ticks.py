"""What the clock owes, on both databases."""

from datetime import timedelta

from bot import ticks
from bot.engine import Inline
from bot.sandbox.room import Room
from bot.wiring import Earshot
from handlers.customers import flag, keep
from handlers.desk import snooze
from handlers.intake.receive import Author, Incoming, receive
from storage.accounts import flags
from storage.desk import deliveries, history, tickets
from tests.conftest import Clock


def tick(earshot: Earshot) -> None:
    """Every duty once, and what follows from it."""
    for duty in ticks.DUTIES:
        with earshot.work() as uow:
            duty(uow)
    assert isinstance(earshot.engine, Inline)
    earshot.engine.drain()


def write(
    earshot: Earshot, text: str = "The export hangs at 90 %", door: str = "support", who: str = "acme", number: int = 1
) -> None:
    """A customer writes, and it is worked."""
    with earshot.work() as uow:
        keep.keep(uow, keep.Card(key=who, name=who.title()))
        place, ann = f"{door}:T1/C1" if door == "slack" else f"{door}:{who}", Author("Ann", f"ann@{who}.example")
        receive(uow, Incoming(door, f"T1/C1/{number}", place, text, uow.now(), ann, customer=who))
    assert isinstance(earshot.engine, Inline)
    earshot.engine.drain()


def test_a_sleeper_wakes_when_its_time_has_come(wired: Earshot, clock: Clock) -> None:
    write(wired)
    with wired.work() as uow:
        snooze.snooze(uow, 1, _somebody(wired), uow.now() + timedelta(hours=2))
    tick(wired)
    with wired.work() as uow:
        assert uow.ticket(1).state == "snoozed"
    clock.forward(hours=2)
    tick(wired)
    with wired.work() as uow:
        assert uow.ticket(1).state == "open"


def _somebody(earshot: Earshot) -> int:
    from handlers.company import admit

    with earshot.work() as uow:
        return admit.somebody(uow).id or 0


def test_a_flag_whose_time_is_over_is_written_down_once_and_counts_as_it_did(wired: Earshot, clock: Clock) -> None:
    write(wired)
    with wired.work() as uow:
        flag.flag(uow, "acme", by="Ines", why="loud", days=1)
    before = clock.time
    clock.forward(days=2)
    tick(wired)
    tick(wired)
    with wired.work() as uow:
        assert [one.name for one in history.of_customer(uow.db, 1)].count("flag_expired") == 1
        assert flags.current(uow.db, 1, before) is not None
        assert flags.current(uow.db, 1, clock.time) is None


def test_what_could_not_be_said_is_tried_again_once_in_a_while_and_said_once(wired: Earshot, clock: Clock) -> None:
    room = Room(clock)
    wired.outside.channels["slack"] = room
    write(wired, door="slack")
    with wired.work() as uow:
        (answer,) = deliveries.of_ticket(uow.db, 1)
        answer.state, answer.receipt = "pending", None
        uow.db.add(answer)
    tick(wired)
    assert len(room.said) == 1
    clock.forward(minutes=11)
    tick(wired)
    tick(wired)
    assert [one.key for one in room.said] == [answer.key] * 2
    assert [one.repeated for one in room.said] == [False, True]
    with wired.work() as uow:
        assert deliveries.pending(uow.db) == []


def test_nothing_is_done_where_nothing_is_owed(wired: Earshot) -> None:
    write(wired)
    with wired.work() as uow:
        events = len(history.newest(uow.db))
    tick(wired)
    with wired.work() as uow:
        assert len(history.newest(uow.db)) == events
        assert tickets.counted(uow.db) == 1


def test_when_a_week_is_over_its_themes_are_looked_at_again_once(wired: Earshot, clock: Clock) -> None:
    for number in range(6):
        write(wired, f"The export to Excel hangs again, file {number}", who=f"c{number}", number=number)
    tick(wired)
    clock.forward(days=8)
    tick(wired)
    tick(wired)
    with wired.work() as uow:
        regrouped = [one for one in history.newest(uow.db, limit=1000) if one.name == "themes_regrouped"]
        assert [one.detail["tickets"] for one in regrouped] == [6]
