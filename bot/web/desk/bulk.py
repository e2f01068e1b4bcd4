"""The same for many tickets: first what it would do, ticket by ticket, then the press that does it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query
from starlette.responses import HTMLResponse, Response

from bot.web.console import Console, Desk
from bot.web.desk.inbox import Row, rows
from bot.web.locales import gettext as _
from handlers.desk import claim, resolve, snooze, tag
from handlers.errors import Refused
from storage.desk import tickets
from storage.desk.history import Event
from storage.desk.tickets import Ticket

MOST = 200
router = APIRouter()
Chosen = Annotated[list[int] | None, Query(max_length=MOST)]


@dataclass(frozen=True)
class Deed:
    """One thing to do with many. `fits` says why a ticket is left out, empty if it is not."""

    label: str
    fits: Callable[[Console, Ticket], str]
    press: Callable[[Console, int, str], Event | None]
    asks: str = ""


def _resolved(_console: Console, ticket: Ticket) -> str:
    return "is done already" if ticket.state == "resolved" else ""


def _taken(console: Console, ticket: Ticket) -> str:
    if ticket.assignee_id == console.my_id:
        return "is yours already"
    return "somebody else has it" if ticket.assignee_id else ""


def _not_mine(console: Console, ticket: Ticket) -> str:
    return "" if ticket.assignee_id == console.my_id else "is not yours"


def _anything(_console: Console, _ticket: Ticket) -> str:
    return ""


def _tomorrow(console: Console, ticket_id: int, _word: str) -> Event | None:
    zone = console.times.zone
    day = console.uow.now().astimezone(zone).date() + timedelta(days=1)
    return snooze.snooze(console.uow, ticket_id, console.my_id, datetime.combine(day, time(9), zone))


DEEDS: dict[str, Deed] = {
    "claim": Deed("Claim", _taken, lambda console, one, _: claim.claim(console.uow, one, console.my_id)),
    "release": Deed("Release", _not_mine, lambda console, one, _: claim.release(console.uow, one, console.my_id)),
    "snooze": Deed("Snooze until tomorrow 9:00", _resolved, _tomorrow),
    "resolve": Deed("Resolve", _resolved, lambda console, one, _: resolve.resolve(console.uow, one, console.my_id)),
    "tag": Deed("Tag", _anything, lambda console, one, word: tag.tag(console.uow, one, console.my_id, word), "Tag"),
}


@router.get("/bulk")
def preview(
    console: Desk, what: Annotated[str, Query(max_length=20)], one: Chosen = None, view: str = ""
) -> HTMLResponse:
    """What it would do, nothing of it done."""
    deed = _deed(what)
    chosen = rows(console, tickets.by_ids(console.uow.db, one or []))
    if not chosen:
        raise Refused("Choose tickets first: press x on each, or tick their boxes.")
    left_out: list[tuple[Row, str]] = [(row, why) for row in chosen if (why := deed.fits(console, row.ticket))]
    names = {row.ticket.id for row, _ in left_out}
    facts: dict[str, Any] = {"what": what, "deed": deed, "left_out": left_out, "view": view}
    return console.page(
        "bulk.html", tab="list", query="", rows=[row for row in chosen if row.ticket.id not in names], **facts
    )


@router.post("/bulk")
def act(
    console: Desk,
    what: Annotated[str, Form(max_length=20)],
    one: Annotated[list[int] | None, Form(max_length=MOST)] = None,
    word: Annotated[str, Form(max_length=40)] = "",
    view: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """Do it, to those that it still fits; all of it or nothing."""
    deed = _deed(what)
    fitting = [each for each in tickets.by_ids(console.uow.db, one or []) if not deed.fits(console, each)]
    done = [event for each in fitting if (event := deed.press(console, each.id or 0, word))]
    to = f"/?view={view}" if view.isidentifier() else "/"
    return console.did(f"{_(deed.label)}: {len(done)}", done=done, to=to)


def _deed(what: str) -> Deed:
    if what not in DEEDS:
        raise Refused("That cannot be done to many at once.")
    return DEEDS[what]
