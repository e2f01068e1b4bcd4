"""Message shortcuts “Add to ticket” and “Link to ticket”: what somebody wrote anywhere is kept with a ticket, for staff only."""

import json
from typing import Any

from bot.slack import events
from bot.slack.actions import referred
from bot.slack.blocks import pieces
from bot.slack.blocks.modals import refused, typed
from bot.slack.blocks.pieces import Block
from bot.slack.house import House, Member
from handlers.desk import note, tag
from handlers.errors import Refused, Unavailable
from handlers.unit_of_work import UnitOfWork
from prompts import marks as words
from prompts import slack as slack_words

KEEP, LINK = "add_to_ticket", "link_to_ticket"
CARRIED = 2000
"""Characters of the message that the modal begins with."""


async def on_shortcut(house: House, body: dict[str, Any]) -> None:
    """Ask for the ticket; the one in whose thread the message stands is filled in."""
    member = await house.who(body)
    if member is None:
        return house.later(house.tell(body, slack_words.NOT_STAFF))
    member.check("desk")
    message = dict(body.get("message") or {})
    channel = str((body.get("channel") or {}).get("id") or "")
    team = str((body.get("team") or {}).get("id") or "")
    said = events.shaped(events.Said, message)
    text = events.words(said, house.api.names)
    if not text:
        return house.later(house.tell(body, words.NOTHING))
    thread = events.address(team, channel, said.thread_ts) if said.thread_ts else None
    address = events.address(team, channel, said.ts)
    known = await house.run(_reference, address, thread)
    about = {"address": address, "channel": channel, "ts": said.ts}
    house.later(house.open(body, modal(str(body.get("callback_id")), about, known, text)))


async def on_submit(house: House, body: dict[str, Any]) -> dict[str, Any] | None:
    """Keep it, or link the two."""
    view = body.get("view") or {}
    member = await house.who(body)
    if member is None:
        return refused(view, slack_words.NOT_STAFF)
    try:
        about, given = json.loads(view.get("private_metadata") or "{}"), typed(view)
        member.check("desk")
        if view.get("callback_id") == KEEP:
            told = await house.run(_keep, member, given)
        else:
            url = await _permalink(house, str(about["channel"]), str(about["ts"]))
            told = await house.run(_link, member, given, str(about["address"]), url)
    except Refused as refusal:
        return refused(view, str(refusal))
    except (ValueError, KeyError, TypeError):
        return refused(view, slack_words.GONE)
    house.later(house.tell({**body, "channel": {"id": about["channel"]}}, told))
    return None


def modal(callback: str, about: dict[str, str], reference: str, text: str) -> Block:
    """Which ticket; and what is kept, where it is kept."""
    keeping = callback == KEEP
    ticket = pieces.field(
        "ticket", words.TICKET_LABEL, initial=reference, hint=words.TICKET_HINT, multiline=False, most=40
    )
    blocks = [ticket, *([pieces.field("text", words.KEEP_LABEL, initial=text[:CARRIED])] if keeping else [])]
    return {
        "type": "modal",
        "callback_id": callback,
        "private_metadata": json.dumps(about),
        "title": pieces.plain(words.KEEP_TITLE if keeping else words.LINK_TITLE, 24),
        "submit": pieces.plain(slack_words.SAVE, 24),
        "close": pieces.plain(slack_words.CANCEL, 24),
        "blocks": blocks,
    }


async def _permalink(house: House, channel: str, ts: str) -> str:
    try:
        found = await house.ask(house.api.call, "chat.getPermalink", channel=channel, message_ts=ts)
    except (Refused, Unavailable):
        return ""
    return str(found.get("permalink") or "")


def _reference(uow: UnitOfWork, address: str, thread: str | None) -> str:
    found = referred.by_message_or_thread(uow, address, thread)
    return uow.reference(found) if found else ""


def _keep(uow: UnitOfWork, member: Member, given: dict[str, str]) -> str:
    ticket = referred.by_reference(uow, given.get("ticket", ""))
    note.note(uow, ticket.id or 0, member.id, given.get("text", ""))
    return words.KEPT.format(reference=uow.reference(ticket))


def _link(uow: UnitOfWork, member: Member, given: dict[str, str], address: str, url: str) -> str:
    """A message that is of another ticket links the two; any other is kept with the ticket by its address."""
    ticket = referred.by_reference(uow, given.get("ticket", ""))
    reference = uow.reference(ticket)
    other = referred.by_message(uow, address)
    if other is not None:
        tag.link(uow, ticket.id or 0, member.id, uow.reference(other))
        return words.TICKETS_LINKED.format(reference=reference, other=uow.reference(other))
    if not url:
        raise Refused(words.MESSAGE_GONE)
    note.note(uow, ticket.id or 0, member.id, words.SLACK_MESSAGE.format(url=url))
    return words.LINKED.format(reference=reference)
