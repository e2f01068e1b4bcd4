"""What is put on a ticket: tags, links to other tickets, promises, the call for whoever is on call."""

from fastapi import APIRouter
from starlette.responses import Response

from bot.web.console import Desk, Undo
from bot.web.desk.actions import Word
from bot.web.desk.references import TicketId
from handlers.desk import correct, merge, promise, tag
from handlers.errors import Refused
from handlers.insights import move

router = APIRouter()


@router.post("/tickets/{ref}/tags")
def put_tag(console: Desk, ticket_id: TicketId, word: Word = "") -> Response:
    """A word of one's own on it."""
    return console.did("Tagged.", done=tag.tag(console.uow, ticket_id, console.my_id, word))


@router.delete("/tickets/{ref}/tags/{word}")
def take_tag(console: Desk, ticket_id: TicketId, word: str) -> Response:
    """The word is gone."""
    return console.did("Tag taken away.", done=tag.untag(console.uow, ticket_id, console.my_id, word))


@router.post("/tickets/{ref}/links")
def link(console: Desk, ticket_id: TicketId, other: Word = "") -> Response:
    """Two tickets know of each other."""
    linked = tag.link(console.uow, ticket_id, console.my_id, other)
    other_id = linked.detail["word"] if linked else ""
    return console.did("Linked.", undo=_opposite(console, "DELETE", other_id) if linked else None)


@router.delete("/tickets/{ref}/links/{other_id}")
def unlink(console: Desk, ticket_id: TicketId, other_id: int) -> Response:
    """They know of each other no more."""
    tag.unlink(console.uow, ticket_id, console.my_id, other_id)
    undo = _opposite(console, "POST", "", other=console.uow.reference_of(other_id))
    return console.did("Not linked any more.", undo=undo)


def _opposite(console: Desk, method: str, rest: object, **values: str) -> Undo:
    """What takes a link back: the press on the other side of it."""
    place = console.request.url.path.partition("/links")[0] + "/links"
    return {"method": method, "url": f"{place}/{rest}" if rest else place, "values": values}


@router.post("/tickets/{ref}/merge")
def merge_into(console: Desk, ticket_id: TicketId, other: Word = "") -> Response:
    """Everything of this ticket is in the other one now."""
    return console.did("Merged.", done=merge.merge(console.uow, ticket_id, console.my_id, other))


@router.post("/tickets/{ref}/split/{message_id}")
def split_off(console: Desk, ticket_id: TicketId, message_id: int) -> Response:
    """A message and all after it are a ticket of their own now."""
    return console.did("Split off.", done=merge.split(console.uow, ticket_id, console.my_id, message_id))


@router.put("/tickets/{ref}/theme")
def move_to(console: Desk, ticket_id: TicketId, theme: Word = "") -> Response:
    """It tells of another theme, and stays there."""
    move.move_to(console.uow, ticket_id, console.my_id, theme)
    return console.did("Moved there.", undo={"method": "DELETE", "url": console.request.url.path})


@router.delete("/tickets/{ref}/theme")
def move_back(console: Desk, ticket_id: TicketId) -> Response:
    """It is where it was."""
    move.move_back(console.uow, ticket_id, console.my_id)
    return console.did("It is where it was.")


@router.post("/tickets/{ref}/emergency")
def escalate(console: Desk, ticket_id: TicketId, kind: Word, why: Word = "") -> Response:
    """Whoever is on call is called, with a reason."""
    if not why.strip():
        raise Refused("Say why: whoever is called reads it first.")
    correct.correct(console.uow, ticket_id, console.my_id, "emergency", kind, why)
    return console.did("Whoever is on call is being called.")


@router.post("/promises/{promise_id}")
def agree(console: Desk, promise_id: int) -> Response:
    """Yes, that is promised."""
    done = promise.accept(console.uow, promise_id, console.my_id)
    return console.did("It will come up before it is due.", done=done)


@router.delete("/promises/{promise_id}")
def decline(console: Desk, promise_id: int) -> Response:
    """No, or not any more."""
    return console.did("Not a promise.", done=promise.decline(console.uow, promise_id, console.my_id))
