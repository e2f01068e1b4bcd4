"""The ticket page: conversation, understanding, customer card, suggested answer, notes, and what happened."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Annotated, Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from starlette.responses import HTMLResponse, Response

from bot.web.console import Console, Desk
from bot.web.desk.card import card
from bot.web.desk.inbox import TITLES, listing
from bot.web.desk.references import TicketId
from bot.web.show import as_file
from handlers.desk import in_short, pause, reply, suggest
from handlers.errors import NotFound
from storage.accounts import customers, people
from storage.desk import drafts, history, messages, notes, planned, promises, stock, tickets, tone
from storage.desk.messages import Attachment, Message, Revision
from storage.desk.tickets import Ticket
from storage.insights import bugs, themes
from storage.routing import alerts, levels
from storage.vocabulary import EMERGENCIES, KINDS

router = APIRouter()
SNOOZES = ("In an hour", "Tomorrow 9:00", "Next Monday 9:00")


@dataclass(frozen=True)
class Line:
    """A message of the conversation with its earlier wordings and its files."""

    message: Message
    before: list[Revision]
    files: list[Attachment]


def conversation(console: Console, ticket_id: int) -> list[Line]:
    """The messages, oldest first."""
    db = console.uow.db
    files: dict[int, list[Attachment]] = {}
    for one in messages.attachments(db, ticket_id):
        files.setdefault(one.message_id, []).append(one)
    return [
        Line(
            one,
            messages.revisions(db, one.id or 0) if one.edited_at or one.deleted_at else [],
            files.get(one.id or 0, []),
        )
        for one in messages.of_ticket(db, ticket_id)
    ]


def snooze_choices(now: datetime, zone: ZoneInfo) -> list[tuple[str, datetime]]:
    """Times to come back, aware: in an hour, tomorrow at nine, next Monday at nine."""
    today = now.astimezone(zone).date()
    monday = today + timedelta(days=7 - today.weekday())
    return [
        (SNOOZES[0], now + timedelta(hours=1)),
        (SNOOZES[1], datetime.combine(today + timedelta(days=1), time(9), zone)),
        (SNOOZES[2], datetime.combine(monday, time(9), zone)),
    ]


def facts(console: Console, ticket: Ticket) -> dict[str, Any]:
    """Everything the page says about a ticket."""
    db, ticket_id = console.uow.db, ticket.id or 0
    person = people.by_ids(db, [ticket.person_id]).get(ticket.person_id or 0)
    return {
        "ticket": ticket,
        "ref": console.uow.reference(ticket),
        "lines": conversation(console, ticket_id),
        "person": person,
        "card": card(console, ticket.customer_id) if ticket.customer_id else None,
        "everyone": [] if ticket.customer_id else customers.everyone(db),
        "notes": notes.of_ticket(db, ticket_id),
        "events": history.of_ticket(db, ticket_id),
        "theme": themes.get(db, ticket.theme_id) if ticket.theme_id else None,
        "bug": bugs.get(db, ticket.bug_id) if ticket.bug_id else None,
        "alert": alerts.get(db, ticket.alert_id) if ticket.alert_id else None,
        "promises": promises.of_ticket(db, ticket_id, "proposed", "open"),
        "merged_into": tickets.by_ids(db, [ticket.extra["merged_into"]] if ticket.extra.get("merged_into") else []),
        "linked": tickets.by_ids(db, ticket.extra.get("linked", ())),
        "planned": planned.of_ticket(db, ticket_id),
        "drafts": drafts.waiting(db, ticket_id=ticket_id),
        "told_in": drafts.leading(db, ticket),
        "choices": snooze_choices(console.uow.now(), console.times.zone),
        "kinds": KINDS,
        "emergencies": EMERGENCIES,
        "titles": TITLES,
        "in_short": in_short.in_short(console.uow, ticket_id),
        "shown": in_short.SHOWN,
        "bitter": ticket.sentiment <= tone.BITTER,
        "folded": console.uow.policy.fold_bitter_words and ticket.sentiment <= tone.BITTER,
        "weary": pause.proposed(console.uow, console.my_id),
        "clocks": [one for one in levels.of_ticket(db, ticket_id) if one.state != "stopped"],
    }


def composer(console: Console, ticket_id: int, text: str = "") -> dict[str, Any]:
    """A reply begun now: what it has seen, and an id so that one press sends once."""
    seen = reply.newest_seen(console.uow, ticket_id)
    return {"seen_message": seen, "press": uuid4().hex, "text": text, "news": [], **saved_replies(console, ticket_id)}


def saved_replies(console: Console, ticket_id: int) -> dict[str, Any]:
    """Those that fit the ticket's language first."""
    return {"stock": stock.fitting(console.uow.db, console.uow.ticket(ticket_id).language)}


@router.get("/tickets/{ref}")
def show(console: Desk, ticket_id: TicketId, view: Annotated[str, Query(max_length=20)] = "") -> HTMLResponse:
    """The ticket with the list it came from beside it."""
    ticket = console.uow.ticket(ticket_id)
    beside = view if view in TITLES else ticket.queue
    return console.page(
        "ticket.html",
        tab="list",
        query="",
        suggestion=suggest.suggest(console.uow, ticket_id, console.my_id),
        **composer(console, ticket_id),
        **facts(console, ticket),
        **{name: value for name, value in listing(console, beside).items() if name != "titles"},
    )


@router.get("/files/{file_id}")
def download(console: Desk, file_id: int) -> Response:
    """A file that came with a message, never shown as a page of ours."""
    found = console.uow.db.get(Attachment, file_id) if 0 < file_id < 2**31 else None
    if found is None or found.content is None:
        raise NotFound("This file is not here.")
    return as_file(found.name, found.content)
