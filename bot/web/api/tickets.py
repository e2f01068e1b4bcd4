"""`/tickets`: a conversation of this source and where it stands."""

from fastapi import APIRouter

from bot.web.api.keys import Key, place_of
from bot.web.api.shapes import Said, TicketOut, problems
from bot.web.desk.references import TicketId
from bot.web.needs import Work
from handlers.errors import NotFound
from prompts.pages import stage
from storage.desk import messages
from storage.desk.tickets import Ticket

router = APIRouter(tags=["tickets"])


@router.get("/tickets/{ref}", responses=problems(401, 404, 422))
def read(ticket_id: TicketId, key: Key, uow: Work) -> TicketOut:
    """The ticket with this reference, if it came in with this key."""
    ticket = uow.db.get(Ticket, ticket_id)
    if ticket is None or not ticket.place.startswith(place_of(key)):
        raise NotFound("There is no such ticket.")
    return TicketOut(
        reference=uow.reference(ticket),
        status=stage(ticket.state, claimed=ticket.assignee_id is not None),  # type: ignore[arg-type]
        language=ticket.language,
        opened_at=ticket.opened_at,
        next_news_at=ticket.due_at if ticket.due_at and ticket.due_at > uow.now() else None,
        messages=[
            Said(text=one.text, author=one.author, from_customer=one.direction == "in", sent_at=one.sent_at)
            for one in messages.of_ticket(uow.db, ticket_id)
            if one.deleted_at is None
        ],
    )
