"""Digests: the week as it was told, as page and as mail."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Query
from starlette.responses import HTMLResponse, JSONResponse, Response

from bot.web.console import Desk
from handlers.insights import digest, react
from prompts.report import chart, sentences, slack_digest
from prompts.report.digest import HEADINGS, as_html, as_markdown, facts, lead, quotes, span, title
from prompts.report.shape import REACTIONS, TRENDS, Digest
from storage.accounts import staff
from storage.insights import digests, reactions

router = APIRouter(prefix="/digests")
Week = Annotated[str, Path(max_length=20)]
ThemeId = Annotated[int, Path(ge=1, lt=2**31)]
Said = Annotated[str, Query(max_length=20)]
MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox allow-popups"


@router.get("")
def listed(console: Desk) -> HTMLResponse:
    """Every week that was told, and the week that runs."""
    return console.page(
        "digests.html",
        tab="digests",
        told=digests.newest(console.uow.db),
        running=_running(console),
        periods=digest.recent_periods(console.uow),
    )


@router.get("/{week}")
def show(console: Desk, week: Week) -> HTMLResponse:
    """A week, few themes first, each with a place to answer once it was told."""
    content = digest.read(console.uow, week)
    told = Digest.model_validate(content)
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
        chart=chart.svg,
        headings=HEADINGS,
        fixed=sentences.fixed,
        led=sentences.led,
        shield=sentences.shield,
        reactions=REACTIONS,
        tickets={str(one["id"]): one.get("tickets", []) for one in content["themes"]},
        answers={one.id: _answers(console, one.id, week) for one in told.in_full},
        kept=digests.get(console.uow.db, week),
    )


@router.post("/{week}/themes/{theme_id}/reaction")
def answer(
    console: Desk, week: Week, theme_id: ThemeId, said: Said, version: Annotated[str, Form(max_length=200)] = ""
) -> Response:
    """One press: useful, known, by design, fixed in."""
    react.react(console.uow, theme_id, console.my_id, week, said, version)
    return console.did("Thank you. The next digest knows.")


@router.delete("/{week}/themes/{theme_id}/reaction")
def take_back(console: Desk, week: Week, theme_id: ThemeId) -> Response:
    """It was not meant."""
    react.take_back(console.uow, theme_id, console.my_id, week)
    return console.did("Taken back.")


@router.get("/{week}/numbers")
def numbers(console: Desk, week: Week) -> HTMLResponse:
    """Every number of it, counted again from the tickets."""
    return console.page("numbers.html", tab="digests", found=digest.explain(console.uow, week))


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
    local = console.uow.now().astimezone(console.team_zone).isocalendar()
    return f"{local.year}-W{local.week:02}"


def _answers(console: Desk, theme_id: str, week: str) -> dict[str, Any]:
    """What was answered on a theme: by whom, and what of it is mine."""
    if not theme_id.isdecimal():
        return {}
    said = reactions.of_week(console.uow.db, int(theme_id), week)
    names = {one.id: one.name for one in staff.everyone(console.uow.db)}
    mine = next((one for one in said if one.staff_id == console.my_id), None)
    lines = [slack_digest.answered(names.get(one.staff_id, "Somebody"), one.said, one.version) for one in said]
    return {"said": lines, "mine": mine.said if mine else "", "version": mine.version if mine else ""}
