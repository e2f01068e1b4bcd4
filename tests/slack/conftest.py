"""A Slack on this machine, an Earshot connected to it, and people who write, press and read there."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.engine import Inline
from bot.sandbox.chat import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, TEAM_ID, app
from bot.sandbox.chat.customer import (
    Delivery,
    Place,
    Sender,
    block_actions,
    event_callback,
    message,
    slash_command,
    view_submission,
)
from bot.sandbox.serve import running
from bot.slack.app import SlackPlace, create
from bot.slack.calls.pace import Pace
from bot.wiring import Earshot
from handlers.analysis.understanding import Understanding
from handlers.customers.flag import flag
from handlers.intake.route import set_default_rules
from storage.accounts import customers, places, staff
from storage.accounts.customers import Customer
from storage.accounts.places import Place as Known
from storage.accounts.staff import Staff
from storage.routing import policy
from tests.sandbox.wire import call

THEIR_TEAM = "T0ACME0001"
CHANNEL, DESK = "C0ACME0001", "C0DESK0001"
ANA = Place("U0ANA00001", CHANNEL, THEIR_TEAM)
MARA = Place("U0MARA0001", CHANNEL)
PEOPLE = [
    {"id": ANA.user, "real_name": "Ana Ruiz", "email": "ana@acme.example", "team_id": THEIR_TEAM, "is_stranger": True},
    {"id": MARA.user, "real_name": "Mara Lind", "email": "mara@ours.example"},
    {"id": "U0GUEST001", "real_name": "Gus Guest", "email": "gus@acme.example", "is_restricted": True},
]
CHANNELS = [
    {"id": CHANNEL, "name": "ext-acme", "is_ext_shared": True, "members": [ANA.user, MARA.user]},
    {"id": DESK, "name": "buffer", "is_private": True},
    {"id": "C0ARCHIVE1", "is_archived": True},
    {"id": "C0FOREIGN1", "is_member": False},
]


class PlainListener:
    """Understands by single words: these tests are about Slack, not about meaning."""

    def understand(self, text: str, language: str | None = None) -> Understanding:
        """An outage where the text says "down", thanks where it says "thanks", a bug otherwise."""
        certain, thanks = "down" in text, "thanks" in text
        return Understanding(
            language="en",
            kind="praise" if thanks else "bug",
            complaint=not thanks,
            sentiment=-0.5,
            severity=1 if certain else 2,
            gist=" ".join(text.split())[:140] or "-",
            emergency="outage" if certain else None,
            band="certain" if certain else "none",
            asks_nothing=thanks,
            thanks=thanks,
            confidences={"kind": 0.9},
            origins={"kind": "local"},
        )

    def learn(self, text: str, field: str, value: str) -> None:
        """Nothing to learn."""


@dataclass
class Town:
    """The workspace and our place in it, with what people do there."""

    earshot: Earshot
    place: SlackPlace
    chat: str
    url: str
    last: Delivery = field(default_factory=lambda: Delivery(0, "", 0, 0.0))

    def send(self, give: Callable[[Sender], Awaitable[Delivery]]) -> Delivery:
        """Deliver something as Slack does, and let everything that follows happen."""

        async def once() -> Delivery:
            async with Sender(self.url, retries=()) as sender:
                return await give(sender)

        self.last = asyncio.run(once())
        self.settle()
        return self.last

    def settle(self) -> None:
        """Let the flows run, and what goes on after an answer to Slack end."""
        assert isinstance(self.earshot.engine, Inline)
        for _ in range(500):
            if not self.place.house.running:
                break
            asyncio.run(asyncio.sleep(0.01))
        self.earshot.engine.drain()

    def event(self, event: dict[str, Any], **envelope: Any) -> Delivery:
        """One event in an envelope of its own."""
        return self.send(lambda sender: sender.event(event_callback(event, **envelope)))

    def write(self, text: str, who: Place = ANA, **more: Any) -> dict[str, Any]:
        """Somebody writes; the event as Slack sent it."""
        event = message(who, text, **more)
        kept = {"channel": who.channel, "user": who.user, "text": text, "ts": event["ts"]}
        thread = {"thread_ts": more["thread_ts"]} if more.get("thread_ts") else {}
        call("POST", f"{self.chat}/sandbox/messages", kept | thread)
        assert self.event(event).accepted, self.last
        return event

    def press(self, action: str, value: str = "", who: str = MARA.user, **more: Any) -> Delivery:
        """Somebody presses a button, or chooses where `selected` is given."""
        chosen = more.pop("selected", None)
        extra: dict[str, Any] = {"kind": "static_select", "selected_option": {"value": chosen}} if chosen else {}
        more.setdefault("place", Place(who, DESK))
        pressed = block_actions(who, action, value or None, response_url=f"{self.chat}/respond/{who}", **extra, **more)
        if who == ANA.user:
            pressed["user"]["team_id"] = pressed["team"]["id"] = THEIR_TEAM
        return self.send(lambda sender: sender.action(pressed))

    def submit(self, view: dict[str, Any], who: str = MARA.user, **typed: str) -> Any:
        """Somebody sends a modal off with these texts; what Slack is to show, or None."""
        fields = {block["block_id"]: block["element"] for block in view["blocks"] if block["type"] == "input"}
        values: dict[str, Any] = {}
        for name, element in fields.items():
            given = typed.get(name.partition("-")[0], element.get("initial_value", ""))
            value: dict[str, Any] = {"value": given}
            if element["type"] == "datetimepicker":
                value = {"selected_date_time": int(given) if given else None}
            elif element["type"] == "multi_static_select":
                value = {"selected_options": [{"value": one} for one in given.split(",") if one]}
            elif element["type"] == "static_select":
                value = {"selected_option": {"value": given} if given else element.get("initial_option")}
            values[name] = {element["action_id"]: {"type": element["type"], **value}}
        sent = view_submission(who, view["callback_id"], values, view=view)
        answer = self.send(lambda sender: sender.action(sent))
        assert answer.accepted, answer
        return json.loads(answer.body) if answer.body else None

    def command(self, text: str, who: str = MARA.user, team: str = TEAM_ID) -> dict[str, Any]:
        """Somebody types /earshot …; what they are shown."""
        typed = slash_command(who, "/earshot", text, Place(who, CHANNEL)) | {"team_id": team}
        answer = self.send(lambda sender: sender.action(typed))
        assert answer.status == 200, answer
        found: dict[str, Any] = json.loads(answer.body)
        return found

    def messages(self, channel: str, **more: Any) -> list[dict[str, Any]]:
        """What stands in a channel."""
        asked = "&".join(f"{name}={value}" for name, value in {"channel": channel, **more}.items())
        found: list[dict[str, Any]] = call("GET", f"{self.chat}/sandbox/messages?{asked}").body["messages"]
        return found

    def said(self, channel: str = CHANNEL) -> list[dict[str, Any]]:
        """What we said in a channel, to everybody there."""
        return [one for one in self.messages(channel, by="app") if one["to"] is None]

    def whispered(self, channel: str, who: str = MARA.user) -> list[str]:
        """What only one person sees in a channel."""
        return [one["text"] for one in self.messages(channel, by="app") if one["to"] == who]

    def told(self, who: str = MARA.user) -> list[str]:
        """What only one person was told after a press."""
        return [one["text"] for one in self.messages(f"respond:{who}")]

    def views(self, kind: str = "modal") -> list[dict[str, Any]]:
        """Modals or homes as they stand."""
        return [one for one in call("GET", f"{self.chat}/sandbox/views").body["views"] if one["type"] == kind]

    def modal(self) -> dict[str, Any]:
        """The newest modal."""
        return self.views()[-1]

    def calls(self, method: str) -> list[dict[str, Any]]:
        """Calls of one Web API method."""
        found = call("GET", f"{self.chat}/sandbox/calls").body["calls"]
        return [one for one in found if one["method"] == method]

    def fault(self, **fault: Any) -> None:
        """Make the Web API fail so."""
        call("POST", f"{self.chat}/sandbox/faults", fault)


@pytest.fixture
def chat() -> Iterator[str]:
    """A workspace with a customer's channel, the desk's, and who is in them."""
    with running(app()) as address:
        call("POST", f"{address}/sandbox/workspace", {"users": PEOPLE, "channels": CHANNELS})
        yield address


@pytest.fixture
def slack_settings(chat: str) -> dict[str, Any]:
    """Settings that connect an Earshot to `chat`."""
    return {
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_APP_TOKEN": APP_TOKEN,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "slack_api_url": f"{chat}/api/",
        "slack_desk_channel": f"slack:{TEAM_ID}/{DESK}",
    }


Settle = Callable[[str], AbstractContextManager[Town]]


@pytest.fixture
def settle_in(chat: str, wire_on: Callable[..., Earshot], slack_settings: dict[str, Any]) -> Settle:
    """An Earshot on a database, connected to the chat, with a flagged customer and a listener, served over HTTP."""

    @contextmanager
    def settled(url: str) -> Iterator[Town]:
        earshot = wire_on(url, **slack_settings)
        earshot.listener = PlainListener()
        place = create(earshot, earshot.settings, pace=Pace(seconds=0.0))
        earshot.outside.channels["slack"] = place.channel
        furnish(earshot)
        with running(place.asgi) as address:
            yield Town(earshot, place, chat, f"{address}/slack/events")

    return settled


@pytest.fixture
def town(settle_in: Settle, sqlite_url: str) -> Iterator[Town]:
    """The town on the embedded database."""
    with settle_in(sqlite_url) as settled:
        yield settled


@pytest.fixture
def town_on_each(settle_in: Settle, database_url: str) -> Iterator[Town]:
    """The town on each database in turn."""
    with settle_in(database_url) as settled:
        yield settled


def furnish(earshot: Earshot) -> None:
    """Acme, flagged, in its channel; Mara, a listener."""
    with earshot.work() as uow:
        set_default_rules(uow)
        policy.save(uow.db, policy.Policy(staff_domains=["ours.example"], undo_seconds=0))
        acme = Customer(
            key="acme", name="Acme Ltd", domains=["acme.example"], contract_value=48000, created_at=uow.now()
        )
        customers.add(uow.db, acme)
        places.keep(uow.db, Known(address=f"slack:{TEAM_ID}/{CHANNEL}", customer_id=acme.id))
        mara = Staff(name="Mara Lind", email="mara@ours.example", role="listener", created_at=uow.now())
        staff.add(uow.db, mara)
        flag(uow, "acme", by="Mara", why="writes every day")
