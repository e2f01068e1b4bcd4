"""Themes: what several complaints have in common."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Path
from starlette.responses import HTMLResponse, Response

from bot.web.console import Desk
from bot.web.desk.inbox import rows
from bot.web.desk.references import ticket_id
from handlers.errors import NotFound
from handlers.insights import answer, digest, merge, move, rename
from prompts.report import chart
from prompts.report.shape import TRENDS
from prompts.report.shape import Theme as Told
from storage.desk import tickets
from storage.insights import bugs, tallies, themes
from storage.insights.themes import Theme

router = APIRouter(prefix="/themes")
ThemeId = Annotated[int, Path(ge=1, lt=2**31)]


@router.get("")
def listed(console: Desk) -> HTMLResponse:
    """The themes, those of most customers first."""
    db = console.uow.db
    sizes = tallies.of_themes(db)
    known = [one for one in themes.living(db) if one.id in sizes]
    known.sort(key=lambda one: (sizes[one.id or 0].customers, sizes[one.id or 0].tickets), reverse=True)
    theirs = {one.theme_id: one for one in reversed(bugs.listed(db)) if one.theme_id}
    return console.page("themes.html", tab="themes", themes=known, sizes=sizes, bugs=theirs)


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
    )


@router.post("/{theme_id}/name")
def give_name(console: Desk, theme_id: ThemeId, name: Annotated[str, Form(max_length=300)]) -> Response:
    """A person's name stays."""
    rename.rename(console.uow, theme_id, console.my_id, name)
    return console.did("Named.")


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
