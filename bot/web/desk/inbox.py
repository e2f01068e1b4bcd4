"""The list: what is due first, in every view, with what one needs to choose; and what a search finds."""

from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query
from starlette.responses import HTMLResponse, Response

from bot.web.console import Console, Desk
from handlers.desk import find, save_view
from handlers.errors import Refused
from storage.accounts import customers, flags, people
from storage.accounts.customers import Customer
from storage.accounts.people import Person
from storage.desk import saved, views
from storage.desk.tickets import Ticket
from storage.desk.views import VIEWS, Narrow
from storage.insights import themes
from storage.vocabulary import LANGUAGES

PAGE = 50

TITLES = {
    "buffer": "Buffer",
    "regular": "Regular",
    "mine": "Mine",
    "unclaimed": "Unclaimed",
    "look_first": "Look first",
    "for_us": "Waiting for us",
    "for_customer": "For the customer",
    "for_engineering": "For engineering",
    "snoozed": "Snoozed",
    "done": "Done",
}

DEEDS = (("claim", "Claim"), ("release", "Release"), ("snooze", "Snooze"), ("resolve", "Resolve"), ("tag", "Tag"))

router = APIRouter()
Short = Annotated[str, Query(max_length=200)]


@dataclass(frozen=True)
class Row:
    """A ticket in a list, with whose it is."""

    ticket: Ticket
    customer: Customer | None
    person: Person | None
    flagged: bool


@dataclass(frozen=True)
class Chosen:
    """What the address asks for beside the view: only a customer's, a theme's, a language's tickets."""

    customer: str = ""
    theme: str = ""
    language: str = ""

    def narrow(self, console: Console) -> Narrow:
        """The same by id. Raises Refused for what we do not know."""
        db = console.uow.db
        whose = customers.named(db, self.customer) if self.customer else []
        about = themes.named(db, self.theme) if self.theme else []
        if self.customer and not whose:
            raise Refused(f"There is no customer “{self.customer}”.")
        if self.theme and not about:
            raise Refused(f"There is no theme “{self.theme}”.")
        return Narrow(
            customer_id=whose[0].id if whose else None,
            theme_id=about[0].id if about else None,
            language=self.language.lower() or None,
        )

    def asked(self, **more: str) -> str:
        """As a query string, with `more`."""
        return urlencode({name: value for name, value in {**more, **vars(self)}.items() if value})


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


def listing(console: Console, view: str, chosen: Chosen | None = None, after: str = "") -> dict[str, Any]:
    """What the list needs to be shown."""
    chosen = chosen or Chosen()
    narrow, db = chosen.narrow(console), console.uow.db
    mark = views.read_mark(after) if after else None
    found = views.listed(db, view, console.my_id, narrow=narrow, after=mark, limit=PAGE + 1)
    more = str(views.mark(view, found[PAGE - 1])) if len(found) > PAGE else ""
    number = views.counted(db, view, console.my_id, narrow) if narrow else None
    facts = {"view": view, "titles": TITLES, "rows": rows(console, found[:PAGE]), "chosen": chosen, "number": number}
    return {**facts, "more": chosen.asked(view=view, after=more) if more else "", "begun": mark is not None}


@router.get("/")
def show(
    console: Desk,
    view: Annotated[str, Query(max_length=20)] = "",
    q: Short = "",
    customer: Short = "",
    theme: Short = "",
    language: Annotated[str, Query(max_length=2)] = "",
    after: Annotated[str, Query(max_length=80)] = "",
    below: Annotated[int | None, Query(ge=1, lt=2**31)] = None,
) -> HTMLResponse:
    """One view of the list, or what a search found. The first view that has something, if none is named."""
    chosen = Chosen(customer.strip(), theme.strip(), language.strip())
    around: dict[str, Any] = {
        "tab": "list",
        "languages": LANGUAGES,
        "deeds": DEEDS,
        "saved": saved.of(console.uow.db, console.my_id),
    }
    words = q.strip().replace("\x00", "")
    if words:
        return console.page("list.html", query=words, **around, **_search(console, words, below))
    counts = views.counts(console.uow.db, console.my_id)
    if view not in VIEWS:
        view = next((one for one in ("buffer", "regular") if counts[one]), "buffer")
    return console.page("list.html", query="", wrong=(), **around, **listing(console, view, chosen, after))


def _search(console: Console, words: str, below: int | None) -> dict[str, Any]:
    found = find.find(console.uow, console.my_id, words, below=below, limit=PAGE)
    more = urlencode({"q": words, "below": found.below}) if found.below else ""
    facts: dict[str, Any] = {"view": "", "titles": TITLES, "rows": rows(console, found.tickets), "chosen": Chosen()}
    return {**facts, "wrong": found.wrong, "number": None, "more": more, "begun": below is not None}


@router.post("/views")
def keep(
    console: Desk,
    name: Annotated[str, Form(max_length=80)] = "",
    asked: Annotated[str, Form(max_length=600)] = "",
    shared: Annotated[bool, Form()] = False,
) -> Response:
    """Keep what is shown under a name, for oneself or for everybody."""
    view_id = save_view.save(console.uow, console.my_id, name, asked, shared=shared)
    return console.did("Kept.", undo={"method": "DELETE", "url": f"/views/{view_id}"})


@router.delete("/views/{view_id}")
def forget(console: Desk, view_id: int) -> Response:
    """Let a kept view go."""
    gone = save_view.drop(console.uow, console.my_id, view_id)
    again = {"name": gone.name, "asked": gone.asked, "shared": "" if gone.staff_id else "true"}
    return console.did("Gone.", undo={"method": "POST", "url": "/views", "values": again})
