"""Digests: the week as it was told, as page and as mail."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import HTMLResponse, JSONResponse, Response

from bot.web.console import Desk
from handlers.insights import digest
from prompts.report.digest import as_html, as_markdown, facts, lead, quotes, span, title
from prompts.report.shape import TRENDS, Digest
from storage.insights import digests

router = APIRouter(prefix="/digests")
Week = Annotated[str, Path(max_length=20)]
MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox allow-popups"


@router.get("")
def listed(console: Desk) -> HTMLResponse:
    """Every week that was told, and the week that runs."""
    return console.page("digests.html", tab="digests", told=digests.newest(console.uow.db), running=_running(console))


@router.get("/{week}")
def show(console: Desk, week: Week) -> HTMLResponse:
    """A week, few themes first."""
    told = Digest.model_validate(digest.read(console.uow, week))
    return console.page(
        "digest.html",
        tab="digests",
        digest=told,
        title=title(told),
        span=span(told),
        lead=lead(told),
        facts=facts,
        quotes=quotes,
        trends=TRENDS,
        kept=digests.get(console.uow.db, week),
    )


@router.get("/{week}/mail")
def mail(console: Desk, week: Week) -> HTMLResponse:
    """The same as a mail has it."""
    return HTMLResponse(as_html(digest.read(console.uow, week)), headers={"content-security-policy": MAIL_POLICY})


@router.get("/{week}/markdown")
def markdown(console: Desk, week: Week) -> Response:
    """The same as Markdown."""
    return Response(as_markdown(digest.read(console.uow, week)), media_type="text/plain; charset=utf-8")


@router.get("/{week}/json")
def as_json(console: Desk, week: Week) -> JSONResponse:
    """The same for a program."""
    return JSONResponse(digest.read(console.uow, week))


def _running(console: Desk) -> str:
    local = console.uow.now().astimezone(console.times.zone).isocalendar()
    return f"{local.year}-W{local.week:02}"
