"""What can be done to many tickets at once, from the console and from Slack alike: first whom it would fit, then all of it or nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from handlers.desk import claim, resolve, snooze, tag
from handlers.errors import Refused
from handlers.unit_of_work import UnitOfWork
from storage.desk import tickets
from storage.desk.history import Event
from storage.desk.tickets import Ticket


@dataclass(frozen=True)
class Deed:
    """One thing to do with many. `fits` says why somebody cannot do it to a ticket, empty if they can."""

    label: str
    fits: Callable[[Ticket, int], str]
    press: Callable[[UnitOfWork, int, int, str], Event | None]
    asks: str = ""


def _resolved(ticket: Ticket, _me: int) -> str:
    return "is done already" if ticket.state == "resolved" else ""


def _taken(ticket: Ticket, me: int) -> str:
    if ticket.assignee_id == me:
        return "is yours already"
    return "somebody else has it" if ticket.assignee_id else ""


def _not_mine(ticket: Ticket, me: int) -> str:
    return "" if ticket.assignee_id == me else "is not yours"


def _anything(_ticket: Ticket, _me: int) -> str:
    return ""


def _tomorrow(uow: UnitOfWork, ticket_id: int, me: int, _word: str) -> Event | None:
    zone = ZoneInfo(uow.policy.time_zone)
    day = uow.now().astimezone(zone).date() + timedelta(days=1)
    return snooze.snooze(uow, ticket_id, me, datetime.combine(day, time(9), zone))


DEEDS: dict[str, Deed] = {
    "claim": Deed("Claim", _taken, lambda uow, one, me, _: claim.claim(uow, one, me)),
    "release": Deed("Release", _not_mine, lambda uow, one, me, _: claim.release(uow, one, me)),
    "snooze": Deed("Snooze until tomorrow 9:00", _resolved, _tomorrow),
    "resolve": Deed("Resolve", _resolved, lambda uow, one, me, _: resolve.resolve(uow, one, me)),
    "tag": Deed("Tag", _anything, lambda uow, one, me, word: tag.tag(uow, one, me, word), "Tag"),
}


def named(what: str) -> Deed:
    """The deed of that name. Raises Refused for one there is not."""
    if what not in DEEDS:
        raise Refused("That cannot be done to many at once.")
    return DEEDS[what]


def parted(uow: UnitOfWork, deed: Deed, ids: Sequence[int], me: int) -> tuple[list[Ticket], list[tuple[Ticket, str]]]:
    """Whom it would be done to, and who is left out with why. Raises Refused where nothing was chosen."""
    chosen = tickets.by_ids(uow.db, ids)
    if not chosen:
        raise Refused("Choose tickets first: press x on each, or tick their boxes.")
    why = {one.id: deed.fits(one, me) for one in chosen}
    return [one for one in chosen if not why[one.id]], [(one, why[one.id]) for one in chosen if why[one.id]]


def do_to(uow: UnitOfWork, deed: Deed, ids: Sequence[int], me: int, word: str) -> list[Event]:
    """Do it, to those that it still fits; what happened to each."""
    fitting = [one for one in tickets.by_ids(uow.db, ids) if not deed.fits(one, me)]
    return [event for one in fitting if (event := deed.press(uow, one.id or 0, me, word))]
