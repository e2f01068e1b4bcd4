"""Events in: each kind to its verb. Slack hears 200 only after the commit."""

import logging
from collections import ChainMap
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from bot.slack import events
from bot.slack.actions import home, reactions, unfurl
from bot.slack.events import Envelope
from bot.slack.house import House
from handlers.errors import Refused, Unavailable
from handlers.intake.receive import Incoming, join_place, receive, revise
from handlers.unit_of_work import UnitOfWork

log = logging.getLogger("earshot.slack")


async def on_event(house: House, body: dict[str, Any]) -> None:
    """One event. Returns when what it says is kept; raises Refused where it is malformed."""
    envelope = events.shaped(Envelope, body)
    kind = str(envelope.event["type"])
    hear = KINDS.get(kind)
    if hear is None:
        return _ignored(kind)
    await hear(house, envelope)


async def _message(house: House, envelope: Envelope) -> None:
    event = envelope.event
    desk = desk_channel(house)
    if desk and event.get("channel") == desk:
        return _ignored("a message of the desk channel")
    house.earshot.gate.arrived()
    if event.get("subtype") in ("message_changed", "message_deleted"):
        return await _edit(house, envelope)
    incoming = events.read_message(event, envelope.home, _names(house, envelope))
    if incoming is None:
        return _ignored(str(event.get("subtype") or "a bot's message"))
    await house.together.run(lambda uow: receive(uow, incoming))


async def _edit(house: House, envelope: Envelope) -> None:
    event, names = envelope.event, _names(house, envelope)
    ts, said = events.read_edit(event)
    channel = str(event["channel"])
    text = events.words(said, names) if said else None
    unheard = None
    if said and events.late(event, said):
        unheard = events.incoming(said, channel, envelope.home, dict(event.get("message") or {}), names)
    address = events.address(envelope.home, channel, ts)
    await house.run(_revise, address, text, events.moment(str(event.get("event_ts") or "")), unheard)


def _revise(uow: UnitOfWork, external_id: str, text: str | None, at: datetime | None, unheard: Incoming | None) -> None:
    if not revise(uow, "slack", external_id, text, at) and unheard:
        receive(uow, unheard)


async def _joined(house: House, envelope: Envelope) -> None:
    joined = events.shaped(events.Joined, envelope.event)
    if joined.user != envelope.bot:
        return _ignored("somebody joined a channel")
    address = f"slack:{envelope.home}/{joined.channel}"
    await house.run(join_place, address)
    house.later(_name_place(house, address, joined.channel))


async def _name_place(house: House, address: str, channel: str) -> None:
    try:
        found = await house.ask(house.api.call, "conversations.info", channel=channel)
    except (Refused, Unavailable) as failure:
        log.info("a channel's name could not be asked", extra={"why": str(failure)})
        return
    await house.run(join_place, address, str(found["channel"].get("name") or ""))


async def _home_opened(house: House, envelope: Envelope) -> None:
    opened = events.shaped(events.Opened, envelope.event)
    if opened.tab == "home":
        body = {"user": {"id": opened.user, "team_id": envelope.home}, "view": envelope.event.get("view")}
        house.later(home.show(house, body))


KINDS: dict[str, Callable[[House, Envelope], Awaitable[None]]] = {
    "message": _message,
    "app_mention": _message,
    "member_joined_channel": _joined,
    "app_home_opened": _home_opened,
    "reaction_added": reactions.on_reaction,
    "reaction_removed": reactions.on_reaction,
    "link_shared": unfurl.on_links,
}


def desk_channel(house: House) -> str | None:
    """The id of the buffer channel, however the setting writes it."""
    return (house.settings.slack_desk_channel or "").removeprefix("slack:").rpartition("/")[2] or None


def _names(house: House, envelope: Envelope) -> "ChainMap[str, str]":
    return ChainMap({envelope.bot: "Earshot"} if envelope.bot else {}, house.api.names)


def _ignored(what: str) -> None:
    log.info("ignored", extra={"kind": what[:80]})
