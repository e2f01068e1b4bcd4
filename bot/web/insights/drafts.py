"""Drafts for customers: approved one by one, several or all at once, or discarded."""

from typing import Annotated

from fastapi import APIRouter, Form, Path
from starlette.responses import HTMLResponse, Response

from bot.web.console import Desk
from handlers.bugs import tell
from handlers.errors import Changed, Refused
from storage.desk import drafts, tickets

router = APIRouter()
Id = Annotated[int, Path(ge=1, lt=2**31)]


@router.post("/drafts/{draft_id}/approval", response_model=None)
def approve(
    console: Desk,
    draft_id: Id,
    text: Annotated[str, Form(max_length=200_000)] = "",
    seen: Annotated[int | None, Form(ge=0, lt=2**62)] = None,
) -> Response | HTMLResponse:
    """Send it, as edited; stopped, with what is new, if the customer wrote since it was drafted."""
    try:
        tell.approve(console.uow, draft_id, console.my_id, text, seen=seen, wait=console.uow.policy.undo_seconds)
    except Changed as changed:
        draft = drafts.get(console.uow.db, draft_id)
        ticket = tickets.get(console.uow.db, draft.ticket_id)
        return console.part(
            "_draft.html", 409, draft=draft, ticket=ticket, text=text, news=changed.news, seen_message=changed.seen
        )
    return console.did("Sent to the customer.", undo=_open_again(draft_id))


@router.delete("/drafts/{draft_id}")
def discard(console: Desk, draft_id: Id) -> Response:
    """This customer is not told so."""
    tell.discard(console.uow, draft_id, console.my_id)
    return console.did("Discarded; nothing was sent.", undo=_open_again(draft_id))


@router.delete("/drafts/decisions/{draft_ids}")
def take_back(console: Desk, draft_ids: Annotated[str, Path(pattern=r"^\d{1,9}(,\d{1,9}){0,199}$")]) -> Response:
    """What I just decided was not meant."""
    for draft_id in draft_ids.split(","):
        tell.take_back(console.uow, int(draft_id), console.my_id)
    return console.did("Taken back; nothing was sent.")


def _open_again(*draft_ids: int) -> dict[str, str]:
    return {"method": "DELETE", "url": f"/drafts/decisions/{','.join(map(str, draft_ids))}"}


@router.post("/bugs/{bug_id}/drafts/approval")
def approve_chosen(console: Desk, bug_id: Id, draft: Annotated[list[int], Form()] = []) -> Response:  # noqa: B006
    """Send the chosen ones; those whose customers wrote meanwhile are held."""
    if not draft:
        raise Refused("Choose at least one draft.")
    chosen = {one.id or 0 for one in drafts.waiting(console.uow.db, bug_id=bug_id)} & set(draft)
    told = tell.approve_all(console.uow, bug_id, console.my_id, only=draft, wait=console.uow.policy.undo_seconds)
    sent, held = len(told.sent), len(told.held)
    undo = _open_again(*sorted(chosen - set(told.held))) if sent else None
    return console.did(
        f"Sent {sent}. {held} are held: their customers wrote again." if held else f"Sent {sent}.", undo=undo
    )
