"""Who writes what: sixty customers with a channel each, and people who never write twice in the same channel.

So nothing is grouped: every message that asks for something opens a ticket and is to be answered.
"""

import json
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from typing import Any

from bot.sandbox.chat import TEAM_ID
from bot.sandbox.chat import customer as slack
from bot.sandbox.company.load import load
from storage import database, migrate
from storage.accounts import customers, places, staff
from storage.accounts.customers import Customer
from storage.accounts.places import Place
from storage.accounts.staff import Staff

CHANNELS = 60
PEOPLE = 240
"""One more shares no factor with CHANNELS: 14,400 messages until somebody is back in a channel."""


class Workload:
    """Payloads without end, round the channels, in the sample company's words."""

    def __init__(self) -> None:
        self._texts = [one.text for one in load().messages if one.thread is None or len(one.text) > 40]
        self._number = count()

    def channels(self) -> list[str]:
        """The channels' ids."""
        return [f"C0BENCH{number:03d}" for number in range(CHANNELS)]

    def furnish(self, chat_url: str) -> None:
        """Invite the people and make the channels at the chat."""
        users = [
            {"id": _user(number), "real_name": f"Person {number}", "email": f"p{number}@{_domain(number % CHANNELS)}"}
            for number in range(PEOPLE)
        ]
        rooms = [{"id": one, "name": one.lower()} for one in self.channels()]
        body = json.dumps({"users": users, "channels": rooms}).encode()
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        asked = urllib.request.Request(f"{chat_url}/sandbox/workspace", body, {"content-type": "application/json"})  # noqa: S310 our own address
        opener.open(asked, timeout=60).close()

    def settle(self, database_url: str) -> None:
        """Make the customers known, each with its channel, and one of us on call."""
        engine = database.connect(database_url)
        with database.session(engine) as db:
            now = datetime.now(UTC)
            for number, channel in enumerate(self.channels()):
                one = Customer(key=f"bench-{number}", name=f"Bench {number}", domains=[_domain(number)], created_at=now)
                known = customers.add(db, one)
                places.keep(db, Place(address=f"slack:{TEAM_ID}/{channel}", customer_id=known.id, joined_at=now))
            staff.add(db, Staff(name="Ada", email="ada@us.example", on_call=1, created_at=now))
            db.commit()
        engine.dispose()

    def events(self) -> Iterator[dict[str, Any]]:
        """Event payloads, one after another."""
        channels = self.channels()
        for number in self._number:
            channel = channels[(number + number // PEOPLE) % CHANNELS]
            place = slack.Place(_user(number % PEOPLE), channel, TEAM_ID)
            yield slack.event_callback(slack.message(place, self._texts[number % len(self._texts)]))


def prepare(database_url: str) -> None:
    """Tables as Earshot needs them before anybody is made known."""
    engine = database.connect(database_url)
    migrate.up(engine)
    engine.dispose()


def _user(number: int) -> str:
    return f"U0BENCH{number:05d}"


def _domain(number: int) -> str:
    return f"bench{number}.example"
