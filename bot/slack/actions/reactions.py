"""Reactions of ours on a customer's message: ticket, eyes, done, with the same meaning for every customer; gone means the opposite."""

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel

from bot.slack import events
from bot.slack.actions import referred
from bot.slack.events import Envelope, SlackId, Stamp
from bot.slack.house import House, log
from handlers.analysis import rights
from handlers.desk import claim, resolve
from handlers.errors import Refused, Unavailable
from handlers.intake import triage
from handlers.intake.receive import Incoming, receive
from handlers.unit_of_work import UnitOfWork
from storage.accounts import staff
from storage.desk import messages

MEANINGS = {
    "ticket": "ticket", "admission_tickets": "ticket",
    "eyes": "eyes",
    "white_check_mark": "done", "heavy_check_mark": "done", "ballot_box_with_check": "done",
}  # fmt: skip
Deed = Callable[[UnitOfWork, int, int], object]
DEEDS: dict[tuple[str, bool], Deed] = {
    ("eyes", True): claim.claim,
    ("eyes", False): claim.release,
    ("done", True): resolve.resolve,
    ("done", False): resolve.reopen,
}
"""(meaning, added) → what it does to the message's ticket."""


class Item(BaseModel):
    """What was reacted to."""

    type: str
    channel: SlackId | None = None
    ts: Stamp | None = None


class Reaction(BaseModel):
    """Somebody put a reaction on something, or took it away."""

    user: SlackId
    reaction: str
    item: Item


async def on_reaction(house: House, envelope: Envelope) -> None:
    """One reaction. Those of anybody who is not known to be one of us mean nothing here."""
    told = events.shaped(Reaction, envelope.event)
    meaning, item = MEANINGS.get(told.reaction.partition("::")[0]), told.item
    if meaning is None or item.type != "message" or item.channel is None or item.ts is None:
        return
    added = envelope.event.get("type") == "reaction_added"
    who = await house.run(_who, f"{envelope.home}/{told.user}")
    if who is None:
        return
    address = events.address(envelope.home, item.channel, item.ts)
    try:
        if meaning == "ticket":
            if added and not await house.run(_insist, address):
                await _fetch(house, envelope, item.channel, item.ts)
            return
        await house.run(_react, address, who, DEEDS[meaning, added])
    except Refused as refusal:
        asked = {"user": {"id": told.user}, "channel": {"id": item.channel}}
        house.later(house.tell(asked, str(refusal)))


def _who(uow: UnitOfWork, slack_id: str) -> int | None:
    """Only who is known to be one of us already: a profile elsewhere may say anything."""
    member = staff.by_slack_id(uow.db, slack_id)
    return member.id if member and member.active and "desk" in rights.of(member.role) else None


def _react(uow: UnitOfWork, address: str, staff_id: int, deed: Deed) -> None:
    ticket = referred.by_message(uow, address)
    if ticket is not None and ticket.id is not None:
        deed(uow, ticket.id, staff_id)


def _insist(uow: UnitOfWork, address: str) -> bool:
    """True if we have the message: it is a ticket, or becomes one."""
    said = messages.by_external_id(uow.db, "slack", address)
    if said is None or said.id is None:
        return False
    if said.ticket_id is None and said.direction == "in":
        triage.insist(uow, said.id)
    return True


async def _fetch(house: House, envelope: Envelope, channel: str, ts: str) -> None:
    """A message that never came to us, as Slack shows it now."""
    try:
        found = await house.ask(
            house.api.call, "conversations.history", channel=channel, latest=ts, oldest=ts, inclusive=True, limit=1
        )
        shown: list[dict[str, Any]] = found["messages"]
    except (Refused, Unavailable) as failure:
        log.info("a message could not be fetched", extra={"why": str(failure)})
        return
    for one in shown:
        event = {"type": "message", **one, "channel": channel}
        incoming: Incoming | None = events.read_message(event, envelope.home, house.api.names)
        if incoming is not None:
            await house.run(receive, incoming)
