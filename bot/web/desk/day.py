"""One's own day: what was done, what waits, what was promised, who said thank you; and going away."""

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from bot.web.console import Desk
from bot.web.desk.actions import Moment, moment_of
from bot.web.desk.inbox import rows
from handlers.desk import away, day

router = APIRouter(prefix="/day")


@router.get("")
def show(console: Desk) -> HTMLResponse:
    """So far."""
    today = day.day(console.uow, console.my_id)
    gone = away.away_until(console.uow, console.my_id)
    return console.page("day.html", tab="day", today=today, thanks=rows(console, today.thanks), gone=gone)


@router.post("/away")
def leave(console: Desk, until: Moment = "") -> Response:
    """Away until a time; what is due before is everybody's."""
    moment = moment_of(console, until)
    freed = away.away(console.uow, console.my_id, moment)
    return console.did(f"Away until {console.times.full(moment)}. Given back: {freed}.")


@router.delete("/away")
def come_back(console: Desk) -> Response:
    """Here again."""
    away.back(console.uow, console.my_id)
    return console.did("Welcome back.")
