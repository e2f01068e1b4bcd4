"""“File bug” on a ticket: first the bug that may exist already, then the text, to be changed by whoever files it."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.web.console import Desk
from bot.web.desk.references import TicketId
from handlers.bugs import file, judge, liken, propose, unfile
from handlers.errors import Refused

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
        "file_bug.html",
        tab="bugs",
        ticket=ticket,
        ref=console.uow.reference(ticket),
        proposal={**proposal, "near": liken.nearest_to(console.uow, ticket_id)},
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
    shown: Annotated[list[str], Form()] = [],  # noqa: B006
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
    bug_id = file.file_ticket(console.uow, ticket_id, console.my_id, fields, console.uow.policy.undo_seconds)
    judge.refuse(console.uow, ticket_id, dict(map(_shown, shown[:10])), console.my_id)
    undo = {"method": "DELETE", "url": f"/bugs/{bug_id}/filing"}
    return console.did("Filed.", undo=undo, to=f"/bugs/{bug_id}")


@router.put("")
def it_is_this_one(
    console: Desk,
    ticket_id: TicketId,
    candidate: Annotated[str, Form(pattern=r"^(bug|issue):\d{1,9}$")],
    likeness: Annotated[float, Form(ge=0, le=1)] = 0.0,
) -> Response:
    """The report is evidence of a bug of ours or of an issue that the tracker has."""
    kind, _, number = candidate.partition(":")
    bug_id = int(number) if kind == "bug" else judge.adopt(console.uow, int(number), console.my_id)
    file.link(console.uow, ticket_id, bug_id, console.my_id)
    judge.confirm(console.uow, ticket_id, candidate, likeness, console.my_id)
    undo = {"method": "DELETE", "url": f"/tickets/{console.uow.reference_of(ticket_id)}/bug"}
    return console.did("Linked.", undo=undo, to=f"/bugs/{bug_id}")


@router.delete("")
def it_was_not(console: Desk, ticket_id: TicketId) -> Response:
    """What I just did with its bug is as it was."""
    unfile.relink(console.uow, ticket_id, console.my_id)
    return console.did("Taken back.")


def _shown(text: str) -> tuple[str, float]:
    """A candidate that was on the page, as `bug:7|0.63`."""
    name, _, likeness = text.partition("|")
    try:
        return name, float(likeness)
    except ValueError:
        raise Refused("Something in that form has the wrong shape.") from None
