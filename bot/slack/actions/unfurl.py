"""Links to the console in Slack, shown with what is behind them; never where a customer may read."""

import re
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel

from bot.slack import events
from bot.slack.actions import referred
from bot.slack.blocks import pieces
from bot.slack.blocks.pieces import Block
from bot.slack.events import Envelope, SlackId, Stamp
from bot.slack.house import House, log
from handlers.analysis import rights
from handlers.desk import card
from handlers.errors import NotFound, Refused, Unavailable
from handlers.unit_of_work import UnitOfWork
from prompts import card as card_words
from prompts import marks, slack
from storage.accounts import places, staff
from storage.insights import tallies
from storage.insights.bugs import Bug
from storage.insights.themes import Theme

MOST = 5
PAGE = re.compile(r"/(tickets|bugs|themes)/([A-Za-z]*-?\d{1,9})")


class Link(BaseModel):
    """One link in a message."""

    url: str


class Shared(BaseModel):
    """Somebody posted links."""

    channel: str
    user: SlackId
    message_ts: Stamp
    links: list[Link]


async def on_links(house: House, envelope: Envelope) -> None:
    """Show what is behind our links, afterwards: nobody waits for it."""
    shared = events.shaped(Shared, envelope.event)
    if envelope.event.get("is_ext_shared_channel") or re.fullmatch("[A-Z0-9]{1,32}", shared.channel) is None:
        return
    house.later(_show(house, envelope.home, shared))


async def _show(house: House, team: str, shared: Shared) -> None:
    if not await house.run(_ours, team, shared) or await _others_read(house, shared.channel):
        return
    desk = (house.settings.slack_desk_channel or "").rpartition("/")[2].removeprefix("slack:") == shared.channel
    shown = await house.run(_behind, [one.url for one in shared.links[:MOST]], desk)
    if not shown:
        return
    try:
        await house.ask(house.api.call, "chat.unfurl", channel=shared.channel, ts=shared.message_ts, unfurls=shown)
    except (Refused, Unavailable) as failure:
        log.info("links could not be shown", extra={"why": str(failure)})


async def _others_read(house: House, channel: str) -> bool:
    """True if somebody of another company is in the channel, or Slack does not say."""
    try:
        found = await house.ask(house.api.call, "conversations.info", channel=channel)
    except (Refused, Unavailable):
        return True
    about: dict[str, Any] = found["channel"]
    return any(about.get(name) for name in ("is_ext_shared", "is_pending_ext_shared", "is_shared", "is_org_shared"))


def _ours(uow: UnitOfWork, team: str, shared: Shared) -> bool:
    """True if one of us posted it, where no customer writes."""
    member = staff.by_slack_id(uow.db, f"{team}/{shared.user}")
    place = places.get(uow.db, f"slack:{team}/{shared.channel}")
    theirs = place is not None and place.customer_id is not None
    return bool(member and member.active and "desk" in rights.of(member.role)) and not theirs


def _behind(uow: UnitOfWork, urls: list[str], at_desk: bool) -> dict[str, Block]:
    """What is shown under each link; whole with the customer's name at the desk only."""
    home, shown = urlsplit(uow.console_url).netloc, {}
    for url in urls:
        place = urlsplit(url)
        match = PAGE.fullmatch(place.path.rstrip("/"))
        text = _text(uow, match[1], match[2], at_desk) if match and place.netloc == home else None
        if text:
            shown[url] = {"blocks": [pieces.section(text)]}
    return shown


def _text(uow: UnitOfWork, what: str, which: str, at_desk: bool) -> str | None:
    if what == "tickets":
        try:
            ticket = referred.by_reference(uow, which)
        except NotFound:
            return None
        facts = card.facts(uow, ticket)
        if at_desk:
            return f"{card_words.headline(facts)}\n{card_words.standing(facts)}"
        kind = slack.KINDS.get(facts.kind, facts.kind)
        return marks.ticket_link(facts.reference, facts.state, facts.assignee, kind)
    if not which.isdecimal():
        return None
    number, url = int(which), f"{uow.console_url}/{what}/{which}"
    if what == "bugs":
        bug = uow.db.get(Bug, number)
        return slack.told(bug.title, url, *tallies.of_bugs(uow.db).get(number, (0, 0))) if bug else None
    theme, size = uow.db.get(Theme, number), tallies.of_themes(uow.db).get(number)
    return slack.told(theme.name, url, size.customers, size.tickets) if theme and size else None
