"""The same for many tickets: first what it would do, ticket by ticket, then the press that does it."""

from typing import Annotated

from fastapi import APIRouter, Form, Query
from starlette.responses import HTMLResponse, Response

from bot import deeds
from bot.web.console import Desk
from bot.web.desk.inbox import rows
from bot.web.locales import gettext as _

MOST = 200
router = APIRouter()
Chosen = Annotated[list[int] | None, Query(max_length=MOST)]


@router.get("/bulk")
def preview(
    console: Desk, what: Annotated[str, Query(max_length=20)], one: Chosen = None, view: str = ""
) -> HTMLResponse:
    """What it would do, nothing of it done."""
    deed = deeds.named(what)
    fitting, left_out = deeds.parted(console.uow, deed, one or [], console.my_id)
    reasons = {ticket.id: why for ticket, why in left_out}
    return console.page(
        "bulk.html",
        tab="list",
        query="",
        what=what,
        deed=deed,
        view=view,
        rows=rows(console, fitting),
        left_out=[(row, reasons[row.ticket.id]) for row in rows(console, [ticket for ticket, _ in left_out])],
    )


@router.post("/bulk")
def act(
    console: Desk,
    what: Annotated[str, Form(max_length=20)],
    one: Annotated[list[int] | None, Form(max_length=MOST)] = None,
    word: Annotated[str, Form(max_length=40)] = "",
    view: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """Do it, to those that it still fits; all of it or nothing."""
    deed = deeds.named(what)
    done = deeds.do_to(console.uow, deed, one or [], console.my_id, word)
    to = f"/?view={view}" if view.isidentifier() else "/"
    return console.did(f"{_(deed.label)}: {len(done)}", done=done, to=to)
