"""Themes: what several complaints have in common."""

from datetime import datetime
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Query
from starlette.responses import HTMLResponse, Response

from bot.web.console import Desk
from bot.web.desk.inbox import rows
from bot.web.desk.references import ticket_id
from bot.web.insights import takings
from handlers.errors import NotFound
from handlers.insights import answer, differ, digest, locate, merge, move, rename
from prompts import happened
from prompts.report import chart
from prompts.report.shape import TRENDS
from prompts.report.shape import Theme as Told
from storage.desk import history, tickets
from storage.insights import bugs, edits, tallies, themes
from storage.insights.themes import Theme

router = APIRouter(prefix="/themes")
ThemeId = Annotated[int, Path(ge=1, lt=2**31)]


@router.get("")
def listed(console: Desk, area: Annotated[str, Query(max_length=60)] = "") -> HTMLResponse:
    """The themes, of one area or all, those of most customers first."""
    db = console.uow.db
    sizes = tallies.of_themes(db)
    known = [one for one in themes.living(db) if one.id in sizes and area in ("", one.area)]
    known.sort(key=lambda one: (sizes[one.id or 0].customers, sizes[one.id or 0].tickets), reverse=True)
    theirs = {one.theme_id: one for one in reversed(bugs.listed(db)) if one.theme_id}
    return console.page(
        "themes.html", tab="themes", themes=known, sizes=sizes, bugs=theirs, area=area, areas=themes.areas(db)
    )


@router.get("/{theme_id}")
def show(console: Desk, theme_id: ThemeId) -> HTMLResponse:
    """One theme and who told it."""
    db = console.uow.db
    theme = db.get(Theme, theme_id)
    if theme is None:
        raise NotFound("There is no such theme.")
    told = rows(console, tickets.of_theme(db, theme_id, limit=200))
    tells = digest.about(console.uow, theme_id)
    return console.page(
        "theme.html",
        tab="themes",
        theme=theme,
        tells=Told.model_validate(tells) if tells else None,
        first=datetime.fromisoformat(tells["first_heard"]) if tells else None,
        chart=chart.svg,
        trends=TRENDS,
        rows=told,
        customers={row.customer.id: row.customer for row in told if row.customer},
        flagged={row.customer.id for row in told if row.customer and row.flagged},
        bugs=bugs.of_theme(db, theme_id),
        others=[one for one in themes.living(db) if one.id != theme_id],
        areas=themes.areas(db),
        different=[one for one in map(partial(db.get, Theme), edits.different_from(db, theme_id)) if one],
        happened=_happened(console, theme_id),
        standing=takings.standing(db, theme_id),
    )


def _happened(console: Desk, theme_id: int) -> list[dict[str, Any]]:
    """What became of it, newest first: the sentence, when, by whom, and the other theme it leads to."""
    found = []
    for one in history.of_theme(console.uow.db, theme_id):
        other_id = happened.other(one.name, one.detail, theme_id)
        other = console.uow.db.get(Theme, other_id) if other_id else None
        ticket = console.uow.reference_of(one.ticket_id) if one.ticket_id else ""
        said = happened.said(one.name, one.detail, theme_id, other.name if other else "another theme", ticket)
        if said is not None:
            found.append({"said": said, "at": one.at, "by": one.by, "other": other_id, "id": one.id})
    return found


@router.delete("/{theme_id}/edits/{event_id}")
def take_edit_back(console: Desk, theme_id: ThemeId, event_id: Annotated[int, Path(ge=1, lt=2**31)]) -> Response:
    """What somebody, or the machine, did with the theme was not so."""
    takings.take_back(console, theme_id, event_id)
    return console.did("Taken back.")


@router.post("/{theme_id}/name")
def give_name(console: Desk, theme_id: ThemeId, name: Annotated[str, Form(max_length=300)]) -> Response:
    """A person's name stays."""
    rename.rename(console.uow, theme_id, console.my_id, name)
    return console.did("Named.")


@router.post("/{theme_id}/area")
def put_in_area(console: Desk, theme_id: ThemeId, area: Annotated[str, Form(max_length=300)] = "") -> Response:
    """The part of the product it is about; empty leaves it to the machine."""
    locate.locate(console.uow, theme_id, console.my_id, area)
    return console.did("Kept.")


@router.delete("/{theme_id}/name")
def take_name_back(console: Desk, theme_id: ThemeId) -> Response:
    """It is called as before."""
    rename.give_back(console.uow, theme_id, console.my_id)
    return console.did("It is called as before.")


@router.post("/{theme_id}/answer")
def keep_answer(console: Desk, theme_id: ThemeId, text: Annotated[str, Form(max_length=20_000)] = "") -> Response:
    """What is known to help: suggested in every answer about it."""
    answer.answer(console.uow, theme_id, console.my_id, text)
    return console.did("Kept. It will be suggested from now on.")


@router.post("/{theme_id}/merger")
def join(console: Desk, theme_id: ThemeId, into: Annotated[int, Form(ge=1, lt=2**31)]) -> Response:
    """It is the same as another one."""
    merge.merge(console.uow, theme_id, into, console.my_id)
    return console.did("They are one theme now.", to=f"/themes/{into}")


@router.delete("/{theme_id}/merger")
def part(console: Desk, theme_id: ThemeId) -> Response:
    """They were two after all."""
    merge.part(console.uow, theme_id, console.my_id)
    return console.did("They are two again.")


@router.post("/{theme_id}/differences")
def tell_apart(console: Desk, theme_id: ThemeId, other: Annotated[int, Form(ge=1, lt=2**31)]) -> Response:
    """It is not the same as another one, whatever the machine thinks."""
    differ.differ(console.uow, theme_id, other, console.my_id)
    return console.did("They stay two.")


@router.delete("/{theme_id}/differences/{other_id}")
def tell_alike(console: Desk, theme_id: ThemeId, other_id: ThemeId) -> Response:
    """They may be the same after all."""
    differ.resemble(console.uow, theme_id, other_id, console.my_id)
    return console.did("They may become one again.")


@router.post("/{theme_id}/split")
def take_apart(
    console: Desk, theme_id: ThemeId, ticket: Annotated[list[str] | None, Form(max_length=200)] = None
) -> Response:
    """These tickets tell of something else, together."""
    new = move.split(console.uow, theme_id, [ticket_id(one) for one in ticket or ()], console.my_id)
    return console.did("They are a theme of their own.", to=f"/themes/{new}")


@router.post("/{theme_id}/tickets")
def take_in(console: Desk, theme_id: ThemeId, ticket: Annotated[str, Form(max_length=40)]) -> Response:
    """This ticket tells of it."""
    move.move(console.uow, ticket_id(ticket.strip()), console.my_id, theme_id)
    return console.did("Moved here.")


@router.delete("/{theme_id}/tickets/{ref}")
def take_out(console: Desk, theme_id: ThemeId, ref: Annotated[str, Path(max_length=40)]) -> Response:
    """This ticket tells of something else: a theme of its own."""
    found = move.move(console.uow, ticket_id(ref), console.my_id, None)
    return console.did("It has a theme of its own.", to=f"/themes/{found}")
