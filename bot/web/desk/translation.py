"""What a model says of a ticket: a message in the reader's own language, an answer to begin with. It is asked with no transaction open."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form
from starlette.responses import HTMLResponse

from bot.web.console import signed_in_briefly
from bot.web.desk.references import TicketId
from bot.web.locales import spoken
from bot.web.needs import Earshot, earshot
from bot.web.show import html
from handlers.desk import suggest, translate

router = APIRouter()


@router.get("/tickets/{ref}/messages/{message_id}/translation")
def show(
    _me: Annotated[int, Depends(signed_in_briefly)],
    here: Annotated[Earshot, Depends(earshot)],
    ticket_id: TicketId,
    message_id: int,
) -> HTMLResponse:
    """What it says, beside the words themselves."""
    with here.work() as uow:
        asked: dict[str, Any] = translate.question(uow, ticket_id, message_id, spoken())
    return html("_translation.html", text=translate.consult(here.outside, asked), language=asked["language"])


@router.post("/tickets/{ref}/translation")
def of_words(
    _me: Annotated[int, Depends(signed_in_briefly)],
    here: Annotated[Earshot, Depends(earshot)],
    _ticket_id: TicketId,
    text: Annotated[str, Form(max_length=200_000)] = "",
) -> HTMLResponse:
    """What a draft says, in the language of who is to send it."""
    with here.work() as uow:
        asked = translate.of_words(uow, text, spoken())
    return html("_translation.html", text=translate.consult(here.outside, asked), language=asked["language"])


@router.get("/tickets/{ref}/suggestion")
def write(
    me: Annotated[int, Depends(signed_in_briefly)],
    here: Annotated[Earshot, Depends(earshot)],
    ticket_id: TicketId,
) -> HTMLResponse:
    """Words to begin with, made by the model from nothing but what it was given."""
    with here.work() as uow:
        asked = suggest.question(uow, ticket_id, me)
        ticket = uow.ticket(ticket_id)
        facts: dict[str, Any] = {"ref": uow.reference(ticket), "ticket": ticket, "has_model": True}
    return html("_suggestion.html", suggestion=suggest.consult(here.outside, asked), **facts)
