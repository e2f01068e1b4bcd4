"""“Send to Earshot”: staff hand in what somebody else wrote."""

from typing import Any

from bot.slack import events
from bot.slack.house import House
from handlers.errors import Refused
from handlers.intake.receive import receive
from handlers.unit_of_work import UnitOfWork
from prompts import slack as words
from storage.desk import messages, tickets


async def on_shortcut(house: House, body: dict[str, Any]) -> None:
    """Keep the message it was used on, once, and say so to whoever used it."""
    member = await house.who(body)
    if member is None:
        return house.later(house.tell(body, words.NOT_STAFF))
    message = dict(body.get("message") or {})
    channel = str((body.get("channel") or {}).get("id") or "")
    team = str((body.get("team") or {}).get("id") or (body.get("user") or {}).get("team_id") or "")
    event = {"type": "message", **message, "channel": channel}
    try:
        incoming = events.read_message(event, team, house.api.names, handed_in=True)
    except Refused:
        incoming = None
    ours = message.get("app_id") is not None and message.get("app_id") == body.get("api_app_id")
    if incoming is None or ours or not (incoming.text or incoming.files):
        return house.later(house.tell(body, words.NOTHING_TO_HAND_IN))
    new = await house.run(receive, incoming)
    told = words.HANDED_IN_NOW if new else await house.run(_before, incoming.external_id)
    house.later(house.tell(body, told))


def _before(uow: UnitOfWork, external_id: str) -> str:
    """It came before: as which ticket, if it became one."""
    message = messages.by_external_id(uow.db, "slack", external_id)
    if message is None or message.ticket_id is None:
        return words.HANDED_IN_NOW
    return words.HANDED_IN_BEFORE.format(reference=uow.reference(tickets.get(uow.db, message.ticket_id)))
