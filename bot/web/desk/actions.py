"""The buttons of a ticket. Each verb has its address; DELETE is the opposite of POST."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from bot.web.console import Desk
from bot.web.desk.references import TicketId
from handlers.desk import claim, correct, resolve, snooze
from handlers.errors import Refused

router = APIRouter(prefix="/tickets/{ref}")
Word = Annotated[str, Form(max_length=200)]


@router.post("/claim")
def take(console: Desk, ticket_id: TicketId, ref: str) -> Response:
    """Mine from now on."""
    claim.claim(console.uow, ticket_id, console.my_id)
    return console.did("It is yours.", undo=("DELETE", f"/tickets/{ref}/claim"))


@router.delete("/claim")
def give_back(console: Desk, ticket_id: TicketId, ref: str) -> Response:
    """Everybody's again."""
    claim.release(console.uow, ticket_id, console.my_id)
    return console.did("Released.", undo=("POST", f"/tickets/{ref}/claim"))


@router.put("/claim")
def hand_over(
    console: Desk, ticket_id: TicketId, to: Annotated[int, Form(ge=1, lt=2**31)], word: Word = ""
) -> Response:
    """Somebody else's from now on."""
    claim.hand_over(console.uow, ticket_id, console.my_id, to, word)
    return console.did("Handed over.")


@router.post("/snooze")
def sleep(console: Desk, ticket_id: TicketId, ref: str, until: Annotated[str, Form(max_length=40)]) -> Response:
    """Out of sight until a time; one without a zone is meant in the team's."""
    try:
        moment = datetime.fromisoformat(until)
    except ValueError:
        raise Refused("Choose a day and a time.") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=console.times.zone)
    snooze.snooze(console.uow, ticket_id, console.my_id, moment)
    return console.did(f"Back {console.times.full(moment)}.", undo=("DELETE", f"/tickets/{ref}/snooze"))


@router.delete("/snooze")
def wake(console: Desk, ticket_id: TicketId) -> Response:
    """Back into the list."""
    snooze.wake(console.uow, ticket_id, console.my_id)
    return console.did("Awake again.")


@router.post("/resolution")
def end(console: Desk, ticket_id: TicketId, ref: str) -> Response:
    """Nothing more is owed."""
    resolve.resolve(console.uow, ticket_id, console.my_id)
    return console.did("Resolved.", undo=("DELETE", f"/tickets/{ref}/resolution"))


@router.delete("/resolution")
def reopen(console: Desk, ticket_id: TicketId) -> Response:
    """It was not the end."""
    resolve.reopen(console.uow, ticket_id, console.my_id)
    return console.did("Open again.")


@router.post("/corrections")
def put_right(console: Desk, ticket_id: TicketId, field: Word, value: Word) -> Response:
    """A person's word on what the ticket is."""
    correct.correct(console.uow, ticket_id, console.my_id, field, value)
    return console.did("Thank you; that counts from now on.")
