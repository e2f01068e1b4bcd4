"""Play: from the first message to now, on a clock of its own, with everything that follows from each."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot import ticks
from bot.engine import Inline
from bot.replay import cast
from bot.replay.rounds import Rounds
from bot.replay.times import Clock, Moved
from bot.replay.turns import Turns
from bot.sandbox.company.load import Company, CustomerMessage, StaffTurn
from bot.sandbox.room import Room
from bot.web.support import conversations
from bot.wiring import Earshot
from handlers.intake import receive
from handlers.intake.receive import Incoming
from handlers.unit_of_work import UnitOfWork
from storage.accounts import customers
from storage.desk import tickets
from storage.routing import alerts

ROUND_AT = time(17, 20)
FRESH = timedelta(hours=2)
"""What happened so lately is left to whoever looks at the demo."""
HEARD = timedelta(seconds=1)
"""Between a message and what follows from it."""


class Play:
    """One run through the sample. `earshot` runs its flows inline, on `clock`; what is said on Slack goes to `room`."""

    def __init__(self, earshot: Earshot, company: Company, clock: Clock, now: datetime) -> None:
        self.earshot, self.company, self.clock, self.now = earshot, company, clock, now
        self.room = Room(clock, cast.profiles(company))
        earshot.outside.channels["slack"] = self.room
        self._pending: datetime | None = None
        self.moved = Moved(
            now, company.time_zone, (company.ends.at.hour, company.ends.at.minute),
            last=company.history[-1].at_minutes_before_end,
        )  # fmt: skip

    def run(self, told: Callable[[int], None] = lambda _done: None) -> Turns:
        """Everything, oldest first; `told(events so far)` after each."""
        actors = cast.set_up(self.earshot, self.company, self.clock, self.moved.end)
        turns = Turns(actors)
        with self.earshot.work() as uow:
            rounds = Rounds(uow)
        appointments = self._appointments()
        for number, event in enumerate(self.company.history, start=1):
            self._live_until(self.moved.moment(event.at_minutes_before_end), appointments, rounds)
            with self._moment() as uow:
                if isinstance(event, StaffTurn):
                    turns.take(uow, event)
                else:
                    self._hear(uow, event, number, turns)
            told(number)
        self._live_until(self.now, appointments, rounds)
        return turns

    @contextmanager
    def _moment(self) -> Iterator[UnitOfWork]:
        """Something happens, and everything that follows from it, in one commit."""
        engine = self.earshot.engine
        assert isinstance(engine, Inline)
        with self.earshot.work() as uow:
            yield uow
            with engine.within(uow):
                engine.drain()

    def _hear(self, uow: UnitOfWork, message: CustomerMessage, number: int, turns: Turns) -> None:
        incoming = self._incoming(uow, message, number, turns)
        receive.receive(uow, incoming)
        if message.thread:
            turns.roots.setdefault(message.thread, (incoming.door, incoming.external_id))
        self.clock.forward(self.clock() + HEARD)

    def _incoming(self, uow: UnitOfWork, message: CustomerMessage, number: int, turns: Turns) -> Incoming:
        place = cast.place_of(self.company, message)
        name = f"{place.partition(':')[2]}/{int(self.clock().timestamp())}.{number:06d}"
        if message.channel == "support" and (customer := customers.by_key(uow.db, message.customer or "")):
            name = conversations.external_id(customer, f"{number:032x}")
        root = turns.roots.get(message.thread) if message.thread else None
        return Incoming(
            door=message.channel,
            external_id=name,
            place=place,
            text=message.text,
            sent_at=self.clock(),
            author=turns.cast.author(message),
            thread=root[1] if root else None,
            customer=message.customer if message.channel != "slack" else None,
        )

    def _appointments(self) -> Iterator[datetime]:
        """The end of each afternoon and the morning on which a week is told, in order."""
        zone = ZoneInfo(self.company.time_zone)
        day = self.moved.moment(self.company.history[0].at_minutes_before_end).astimezone(zone).date()
        while True:
            if day.weekday() == 0:
                yield datetime.combine(day, time(8, 0), zone)
            yield datetime.combine(day, ROUND_AT, zone)
            day += timedelta(days=1)

    def _live_until(self, at: datetime, appointments: Iterator[datetime], rounds: Rounds) -> None:
        """Keep every appointment, wake and call whatever is due before `at`; then it is `at`."""
        while (upcoming := min(self._next(appointments), self._due())) < at:
            self.clock.forward(upcoming)
            with self._moment() as uow:
                if upcoming == self._pending:
                    self._pending = None
                    if upcoming.timetz() == ROUND_AT.replace(tzinfo=upcoming.tzinfo):
                        rounds.go(uow)
                if self.clock() < self.now - FRESH:
                    rounds.look_at_alerts(uow)
                for duty in ticks.DUTIES:
                    duty(uow)
        self.clock.forward(at)

    def _next(self, appointments: Iterator[datetime]) -> datetime:
        self._pending = self._pending or next(appointments)
        return self._pending

    def _due(self) -> datetime:
        """When somebody wakes or is called next."""
        with self.earshot.work() as uow:
            calls = [one.next_at for one in alerts.unfinished(uow.db) if one.next_at]
            wake = tickets.next_wake(uow.db)
        return min([*calls, *([wake] if wake else [])], default=datetime.max.replace(tzinfo=UTC))
