"""The tracker as the console shows it: how it is, what its words mean, what a new bug needs there, what it told last."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import HTMLResponse, Response

from bot.web.console import Desk, Undo
from handlers.bugs import arrange
from handlers.company import decide
from storage.insights import hearsay, thanks
from storage.routing import policy

router = APIRouter()
YEAR = timedelta(days=365)


@router.get("/tracker")
def show(console: Desk) -> HTMLResponse:
    """Everything that can be set, and how it is."""
    db, name = console.uow.db, console.uow.tracker
    own = policy.recall(db, f"tracker_states:{name}") or {}
    return console.page(
        "tracker.html",
        tab="bugs",
        tracker=name,
        trouble=console.uow.tracker_trouble,
        mapping="\n".join(f"{sign} = {state}" for sign, state in own.items()),
        wanted=console.uow.tracker_wanted(),
        fields=console.uow.tracker_fields(),
        news=hearsay.newest(db, name),
        issues=hearsay.count(db, name),
        prefix_for_customers=console.uow.policy.customer_prefix,
        signs=arrange.signs(console.uow),
    )


@router.post("/tracker/states")
def mean(console: Desk, mapping: Annotated[str, Form(max_length=10_000)] = "") -> Response:
    """What words of the tracker's workflow mean."""
    arrange.mean(console.uow, mapping, console.my_id)
    return console.did("Kept; bugs whose words mean something else now are read anew.")


async def _said(request: Request) -> dict[str, str]:
    return {name: str(value).strip() for name, value in (await request.form()).items()}


@router.post("/tracker/fields")
def fill(console: Desk, form: Annotated[dict[str, str], Depends(_said)]) -> Response:
    """What the tracker's own fields shall be for every new bug."""
    arrange.fill(console.uow, fields_of(form), console.my_id)
    return console.did("Kept.")


@router.post("/tracker/prefix")
def prefix(console: Desk, prefix: Annotated[str, Form(min_length=1, max_length=40)]) -> Response:
    """What an engineer's comment begins with where it is meant for customers."""
    changed = decide.decide(console.uow, {"customer_prefix": prefix.strip()}, by=console.my_id)
    undo: Undo = {"method": "DELETE", "url": "/policy"}
    return console.did("Kept.", undo=undo) if changed else console.did("Nothing was different.")


@router.get("/bugs/thanks")
def thank(console: Desk) -> HTMLResponse:
    """Whose reports became fixed bugs within a year."""
    listed = thanks.reporters(console.uow.db, console.uow.now() - YEAR)
    return console.page("thanks.html", tab="bugs", reporters=listed)


def fields_of(form: dict[str, str]) -> dict[str, str]:
    """The tracker's fields in a form, named `field_<id>`."""
    return {name.removeprefix("field_"): value for name, value in form.items() if name.startswith("field_")}
