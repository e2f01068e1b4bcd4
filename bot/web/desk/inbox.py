"""The list: what is due first, in every view, with what one needs to choose."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import HTMLResponse

from bot.web.console import Console, Desk
from storage.accounts import customers, flags, people
from storage.accounts.customers import Customer
from storage.accounts.people import Person
from storage.desk import views
from storage.desk.tickets import Ticket
from storage.desk.views import VIEWS

PAGE = 50

TITLES = {
    "buffer": "Buffer",
    "regular": "Regular",
    "mine": "Mine",
    "unclaimed": "Unclaimed",
    "look_first": "Look first",
    "waiting": "Waiting",
    "snoozed": "Snoozed",
    "done": "Done",
}

router = APIRouter()


@dataclass(frozen=True)
class Row:
    """A ticket in a list, with whose it is."""

    ticket: Ticket
    customer: Customer | None
    person: Person | None
    flagged: bool


def rows(console: Console, found: list[Ticket]) -> list[Row]:
    """The tickets with customers, people and flags, each asked for once."""
    db = console.uow.db
    theirs = customers.by_ids(db, (one.customer_id for one in found))
    writers = people.by_ids(db, (one.person_id for one in found))
    flagged = flags.standing(db, console.uow.now())
    return [
        Row(
            one,
            theirs.get(one.customer_id or 0),
            writers.get(one.person_id or 0),
            one.customer_id in flagged,
        )
        for one in found
    ]


def listing(console: Console, view: str, page: int = 0) -> dict[str, Any]:
    """What the list needs to be shown."""
    found = views.listed(console.uow.db, view, console.my_id, limit=PAGE + 1, offset=page * PAGE)
    return {"view": view, "titles": TITLES, "rows": rows(console, found[:PAGE]), "more": len(found) > PAGE, "nth": page}


@router.get("/")
def show(
    console: Desk,
    view: Annotated[str, Query(max_length=20)] = "",
    q: Annotated[str, Query(max_length=200)] = "",
    page: Annotated[int, Query(ge=0, le=100_000)] = 0,
) -> HTMLResponse:
    """One view of the list, or what a search found. The first view that has something, if none is named."""
    words = q.strip().replace("\x00", "")
    if words:
        found = rows(console, views.search(console.uow.db, words))
        facts: dict[str, Any] = {"view": "", "titles": TITLES, "rows": found, "more": False, "nth": 0}
        return console.page("list.html", tab="list", query=words, **facts)
    if view not in VIEWS:
        counts = views.counts(console.uow.db, console.my_id)
        view = next((one for one in ("buffer", "regular") if counts[one]), "buffer")
    return console.page("list.html", tab="list", query="", **listing(console, view, page))
