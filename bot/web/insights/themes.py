"""Themes: what several complaints have in common."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import HTMLResponse

from bot.web.console import Desk
from bot.web.desk.inbox import rows
from handlers.errors import NotFound
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
    return console.page(
        "theme.html",
        tab="themes",
        theme=theme,
        rows=told,
        customers={row.customer.id: row.customer for row in told if row.customer},
        flagged={row.customer.id for row in told if row.customer and row.flagged},
        bugs=bugs.of_theme(db, theme_id),
        others=[one for one in themes.living(db) if one.id != theme_id],
    )
