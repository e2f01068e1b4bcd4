"""The buttons of a ticket. Each verb has its address; DELETE is the opposite of POST; what is done can be taken back."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from bot.web.console import Console, Desk
from bot.web.desk.references import TicketId
from handlers.desk import claim, correct, resolve, snooze, undo
from handlers.errors import Refused

router = APIRouter()
Word = Annotated[str, Form(max_length=200)]
Moment = Annotated[str, Form(max_length=40)]


@router.post("/tickets/{ref}/claim")
def take(console: Desk, ticket_id: TicketId) -> Response:
    """Mine from now on."""
    return console.did("It is yours.", done=claim.claim(console.uow, ticket_id, console.my_id))


@router.delete("/tickets/{ref}/claim")
def give_back(console: Desk, ticket_id: TicketId) -> Response:
    """Everybody's again."""
    return console.did("Released.", done=claim.release(console.uow, ticket_id, console.my_id))


@router.put("/tickets/{ref}/claim")
def hand_over(
    console: Desk, ticket_id: TicketId, to: Annotated[int, Form(ge=1, lt=2**31)], word: Word = ""
) -> Response:
    """Somebody else's from now on."""
    return console.did("Handed over.", done=claim.hand_over(console.uow, ticket_id, console.my_id, to, word))


@router.post("/tickets/{ref}/snooze")
def sleep(console: Desk, ticket_id: TicketId, until: Moment = "", sooner: Word = "") -> Response:
    """Out of sight until a time (without a zone it is meant in the team's), or until a reply or a change of the bug."""
    moment = None if sooner else moment_of(console, until)
    done = snooze.snooze(console.uow, ticket_id, console.my_id, moment, sooner=sooner or "reply")
    waits = "Back when the bug changes." if sooner == "bug" else "Back when they write."
    return console.did(f"Back {console.times.full(moment)}." if moment else waits, done=done)


@router.delete("/tickets/{ref}/snooze")
def wake(console: Desk, ticket_id: TicketId) -> Response:
    """Back into the list."""
    return console.did("Awake again.", done=snooze.wake(console.uow, ticket_id, console.my_id))


@router.post("/tickets/{ref}/resolution")
def end(console: Desk, ticket_id: TicketId) -> Response:
    """Nothing more is owed."""
    return console.did("Resolved.", done=resolve.resolve(console.uow, ticket_id, console.my_id))


@router.delete("/tickets/{ref}/resolution")
def reopen(console: Desk, ticket_id: TicketId) -> Response:
    """It was not the end."""
    return console.did("Open again.", done=resolve.reopen(console.uow, ticket_id, console.my_id))


@router.post("/tickets/{ref}/corrections")
def put_right(console: Desk, ticket_id: TicketId, field: Word, value: Word) -> Response:
    """A person's word on what the ticket is."""
    done = correct.correct(console.uow, ticket_id, console.my_id, field, value)
    return console.did("Thank you; that counts from now on.", done=done)


@router.post("/undo")
def take_back(
    console: Desk, events: Annotated[str, Form(pattern=r"^\d{1,9}(,\d{1,9})*$", max_length=6000)]
) -> Response:
    """What I just did is as it was."""
    for event_id in reversed(events.split(",")):
        undo.undo(console.uow, int(event_id), console.my_id)
    return console.did("Taken back.")


def moment_of(console: Console, written: str) -> datetime:
    """The aware moment that a form says; without a zone it is meant in the reader's. Raises Refused for what is none."""
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        raise Refused("Choose a day and a time.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=console.times.zone)
