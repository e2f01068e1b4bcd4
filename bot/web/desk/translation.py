"""A message in the reader's own language. The model is asked with no transaction open."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse

from bot.web.console import signed_in_briefly
from bot.web.desk.references import TicketId
from bot.web.needs import Earshot, earshot
from bot.web.show import html
from handlers.desk import translate

router = APIRouter()


@router.get("/tickets/{ref}/messages/{message_id}/translation")
def show(
    me: Annotated[int, Depends(signed_in_briefly)],
    here: Annotated[Earshot, Depends(earshot)],
    request: Request,
    ticket_id: TicketId,
    message_id: int,
) -> HTMLResponse:
    """What it says, beside the words themselves."""
    with here.work() as uow:
        asked: dict[str, Any] = translate.question(uow, ticket_id, message_id, me)
    return html("_translation.html", text=translate.consult(here.outside, asked), language=asked["language"])
