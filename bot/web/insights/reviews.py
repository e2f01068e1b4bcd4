"""Usability reviews: a month or a quarter by area, as a page and ready for paper."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import HTMLResponse, JSONResponse

from bot.web.console import Desk
from bot.web.insights.digests import MAIL_POLICY
from handlers.insights import digest
from prompts.report import review as words
from prompts.report.shape import TRENDS

router = APIRouter(prefix="/reviews")
Period = Annotated[str, Path(max_length=10)]


@router.get("/{period}")
def show(console: Desk, period: Period) -> HTMLResponse:
    """What is hard to use, by area."""
    found = digest.review(console.uow, period)
    return console.page(
        "review.html",
        tab="digests",
        review=found,
        lead=words.lead(found),
        frequency=words.frequency,
        trends=TRENDS,
        periods=digest.recent_periods(console.uow),
    )


@router.get("/{period}/print")
def for_paper(console: Desk, period: Period) -> HTMLResponse:
    """The same for paper or a PDF."""
    page = words.as_html(digest.review(console.uow, period))
    return HTMLResponse(page, headers={"content-security-policy": MAIL_POLICY})


@router.get("/{period}/json")
def as_json(console: Desk, period: Period) -> JSONResponse:
    """The same for a program."""
    return JSONResponse(digest.review(console.uow, period))
