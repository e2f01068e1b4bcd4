"""Who else looks at a ticket or writes in it: every open page says so now and then, and is told of the others."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import HTMLResponse

from bot.web.console import Desk
from bot.web.desk.references import TicketId
from storage.accounts import staff
from storage.desk import presence
from storage.desk.presence import Presence

FRESH = timedelta(seconds=25)
"""A page says that it is open every ten seconds."""

router = APIRouter()


@router.post("/tickets/{ref}/presence")
def be_here(
    console: Desk, ticket_id: TicketId, doing: Annotated[str, Form(pattern="^(reading|writing)$")] = "reading"
) -> HTMLResponse:
    """I am here; who else is?"""
    db, now = console.uow.db, console.uow.now()
    console.uow.ticket(ticket_id)
    presence.note(db, Presence(ticket_id=ticket_id, staff_id=console.my_id, doing=doing, at=now))
    here = presence.others(db, ticket_id, console.my_id, now - FRESH)
    return console.part("_here.html", here=[(staff.get(db, one.staff_id).name, one.doing) for one in here])
