"""Saved replies: the page that keeps them, and the press that puts one into an answer."""

from typing import Annotated, Any

from fastapi import APIRouter, Form
from starlette.responses import HTMLResponse, Response

from bot.web.console import Desk
from bot.web.desk.references import TicketId
from bot.web.desk.ticket import composer
from handlers.blanks import VARIABLES
from handlers.desk import stock
from storage.desk import stock as kept
from storage.vocabulary import LANGUAGES

router = APIRouter()
Text = Annotated[str, Form(max_length=20_000)]
Name = Annotated[str, Form(max_length=80)]


@router.get("/replies")
def show(console: Desk) -> HTMLResponse:
    """All of them, with how often each was of use."""
    facts: dict[str, Any] = {
        "replies": kept.everything(console.uow.db),
        "languages": LANGUAGES,
        "variables": VARIABLES,
    }
    return console.page("replies.html", tab="replies", **facts)


@router.post("/replies")
def keep(console: Desk, name: Name = "", language: Name = "en", text: Text = "") -> Response:
    """A new one, or new words for one."""
    stock.keep(console.uow, console.my_id, name, language, text)
    return console.did("Kept.", to="/replies")


@router.delete("/saved-replies/{reply_id}")
def drop(console: Desk, reply_id: int) -> Response:
    """One less."""
    gone = stock.drop(console.uow, console.my_id, reply_id)
    again = {"name": gone.name, "language": gone.language, "text": gone.text}
    return console.did("Gone.", undo={"method": "POST", "url": "/replies", "values": again})


@router.put("/saved-replies/{reply_id}/use")
def take(console: Desk, reply_id: int) -> Response:
    """A suggestion that comes from it was put into an answer."""
    stock.taken(console.uow, reply_id)
    return Response(status_code=204)


@router.post("/tickets/{ref}/saved/{reply_id}")
def use(
    console: Desk,
    ticket_id: TicketId,
    reply_id: int,
    seen: Annotated[int, Form(ge=0, lt=2**62)] = 0,
    text: Text = "",
) -> HTMLResponse:
    """Below what was written already, filled in; nothing is sent."""
    words = stock.use(console.uow, console.my_id, ticket_id, reply_id)
    ticket = console.uow.ticket(ticket_id)
    begun = composer(console, ticket_id, f"{text.rstrip()}\n\n{words}".strip())
    begun["seen_message"] = seen or begun["seen_message"]
    return console.part("_composer.html", ticket=ticket, ref=console.uow.reference(ticket), **begun)
