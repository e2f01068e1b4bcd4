"""Words on a ticket: the reply that goes out, and the note that never does. Two forms, two addresses, two verbs."""

from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Form
from starlette.responses import Response

from bot.web.console import Console, Desk, triggers
from bot.web.desk.actions import Moment, moment_of
from bot.web.desk.references import TicketId
from bot.web.desk.ticket import composer
from handlers.desk import note, reply
from handlers.errors import Changed

router = APIRouter()
Text = Annotated[str, Form(max_length=200_000)]


@router.post("/tickets/{ref}/reply")
def answer(
    console: Desk,
    ticket_id: TicketId,
    seen: Annotated[int, Form(ge=0, lt=2**62)],
    press: Annotated[str, Form(min_length=8, max_length=64)],
    text: Text = "",
    then: Annotated[str, Form(max_length=20)] = "waiting",
    at: Moment = "",
) -> Response:
    """Send it to the customer in a moment, or `at` a time; stopped, with what is new, if they wrote since it was begun."""
    when = moment_of(console, at) if at else None
    uow, me = console.uow, console.my_id
    waiting, ended = then != "open", then == "resolve"
    try:
        kept = reply.plan(uow, ticket_id, me, text, seen=seen, press=press, waiting=waiting, resolve=ended, at=when)
    except Changed as changed:
        begun = {**composer(console, ticket_id, text), "seen_message": changed.seen, "press": press}
        begun["news"] = changed.news
        return _composer(console, ticket_id, 409, begun)
    if "hx-request" not in console.request.headers:
        return console.did("Sent.")
    fresh = _composer(console, ticket_id, 200, composer(console, ticket_id))
    said = f"It goes out {console.times.full(when)}." if when else "Sent to the customer."
    undo = {"method": "DELETE", "url": f"/replies/{kept.id}", "target": "#composer"}
    fresh.headers.update(triggers(said, undo if kept.state == "planned" else None))
    return fresh


@router.delete("/replies/{planned_id}")
def take_back(console: Desk, planned_id: int) -> Response:
    """It is not said; its words are in the form again."""
    kept = reply.withdraw(console.uow, planned_id, console.my_id)
    if "hx-request" not in console.request.headers:
        return console.did("Taken back.")
    begun = {**composer(console, kept.ticket_id, kept.text), "seen_message": kept.seen, "press": uuid4().hex}
    shown = _composer(console, kept.ticket_id, 200, begun)
    shown.headers.update(triggers("Taken back; nothing was sent."))
    return shown


@router.post("/replies/{planned_id}/now")
def say_now(console: Desk, planned_id: int) -> Response:
    """Do not wait for its time."""
    reply.say_planned(console.uow, planned_id)
    return console.did("Sent to the customer.")


@router.post("/tickets/{ref}/notes")
def write_down(console: Desk, ticket_id: TicketId, text: Text = "") -> Response:
    """Keep an internal note."""
    done = note.note(console.uow, ticket_id, console.my_id, text)
    return console.did("Noted, for staff only.", done=done)


def _composer(console: Console, ticket_id: int, status: int, begun: dict[str, object]) -> Response:
    ticket = console.uow.ticket(ticket_id)
    return console.part("_composer.html", status, ticket=ticket, ref=console.uow.reference(ticket), **begun)
