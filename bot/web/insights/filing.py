"""“File bug” on a ticket: first the bug that may exist already, then the text, to be changed by whoever files it."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.web.console import Desk
from bot.web.desk.references import TicketId
from handlers.bugs import file, propose

router = APIRouter(prefix="/tickets/{ref}/bug")
Text = Annotated[str, Form(max_length=20_000)]


@router.get("", response_model=None)
def draft(console: Desk, ticket_id: TicketId) -> Response | HTMLResponse:
    """What would be filed."""
    ticket = console.uow.ticket(ticket_id)
    if ticket.bug_id:
        return RedirectResponse(f"/bugs/{ticket.bug_id}", 303)
    proposal = propose.draft_for(console.uow, ticket_id)
    return console.page(
        "file_bug.html", tab="bugs", ticket=ticket, ref=console.uow.reference(ticket), proposal=proposal
    )


@router.post("")
def file_it(
    console: Desk,
    ticket_id: TicketId,
    title: Text,
    happens: Text = "",
    expected: Text = "",
    steps: Text = "",
    environment: Text = "",
    severity: Annotated[int, Form(ge=1, le=4)] = 3,
    quotes: Annotated[list[str], Form()] = [],  # noqa: B006
) -> Response:
    """One bug, for this ticket and those of its theme."""
    fields = {
        "title": title,
        "happens": happens,
        "expected": expected,
        "steps": steps,
        "environment": environment,
        "severity": severity,
        "quotes": quotes,
    }
    bug_id = file.file_ticket(console.uow, ticket_id, console.my_id, fields)
    return console.did("Filed.", to=f"/bugs/{bug_id}")
