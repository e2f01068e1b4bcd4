"""Who else looks at a ticket or writes in it: every page in front of somebody says so now and then, and is told of the others."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import HTMLResponse

from bot.web.console import Desk
from bot.web.desk.references import TicketId
from handlers.desk import attend

router = APIRouter()


@router.post("/tickets/{ref}/presence")
def be_here(
    console: Desk, ticket_id: TicketId, doing: Annotated[str, Form(pattern="^(reading|writing)$")] = "reading"
) -> HTMLResponse:
    """I am here; who else is?"""
    return console.part("_here.html", here=attend.attend(console.uow, ticket_id, console.my_id, doing))
