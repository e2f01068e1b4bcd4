"""Words on a ticket: the reply that goes out, and the note that never does. Two forms, two addresses, two verbs."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from bot.web.console import Console, Desk, triggers
from bot.web.desk.references import TicketId
from bot.web.desk.ticket import composer
from handlers.desk import note, reply
from handlers.errors import Changed

router = APIRouter(prefix="/tickets/{ref}")
Text = Annotated[str, Form(max_length=200_000)]


@router.post("/reply")
def answer(
    console: Desk,
    ticket_id: TicketId,
    seen: Annotated[int, Form(ge=0, lt=2**62)],
    press: Annotated[str, Form(min_length=8, max_length=64)],
    text: Text = "",
    then: Annotated[str, Form(max_length=20)] = "waiting",
) -> Response:
    """Send it to the customer; stopped, with what is new, if they wrote since it was begun."""
    try:
        reply.reply(console.uow, ticket_id, console.my_id, text, seen=seen, press=press, waiting=then != "open")
    except Changed as changed:
        begun = {"seen_message": changed.seen, "press": press, "text": text, "news": changed.news}
        return _composer(console, ticket_id, 409, begun)
    if "hx-request" not in console.request.headers:
        return console.did("Sent.")
    fresh = _composer(console, ticket_id, 200, composer(console, ticket_id))
    fresh.headers.update(triggers("Sent to the customer."))
    return fresh


@router.post("/notes")
def write_down(console: Desk, ticket_id: TicketId, text: Text = "") -> Response:
    """Keep an internal note."""
    note.note(console.uow, ticket_id, console.my_id, text)
    return console.did("Noted, for staff only.")


def _composer(console: Console, ticket_id: int, status: int, begun: dict[str, object]) -> Response:
    ticket = console.uow.ticket(ticket_id)
    return console.part("_composer.html", status, ticket=ticket, ref=console.uow.reference(ticket), **begun)
