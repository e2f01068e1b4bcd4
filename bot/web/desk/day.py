"""One's own day: what was done, what waits, what was promised, who said thank you; and going away."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import HTMLResponse, Response

from bot.web.console import Desk
from bot.web.desk.actions import Moment, moment_of
from bot.web.desk.inbox import rows
from handlers.desk import away, day, pause, undo

router = APIRouter(prefix="/day")


@router.get("")
def show(console: Desk) -> HTMLResponse:
    """So far."""
    today = day.day(console.uow, console.my_id)
    gone = away.away_until(console.uow, console.my_id)
    local = console.uow.now().astimezone(console.team_zone).date()
    ahead = [(local + timedelta(days=later), console.uow.on_duty(local + timedelta(days=later))) for later in range(14)]
    turns = [pair for number, pair in enumerate(ahead) if number == 0 or pair[1] != ahead[number - 1][1]]
    facts: dict[str, Any] = {"gone": gone, "turns": turns, "bitter": pause.proposed(console.uow, console.my_id)}
    return console.page("day.html", tab="day", today=today, thanks=rows(console, today.thanks), **facts)


@router.post("/pause")
def take_pause(console: Desk) -> Response:
    """Breathe; the count of bitter conversations begins anew."""
    pause.pause(console.uow, console.my_id)
    back = {"method": "DELETE", "url": "/day/pause"}
    return console.did(f"See you in {pause.MINUTES} minutes.", undo=back)


@router.delete("/pause")
def work_on(console: Desk) -> Response:
    """It was not meant; the count goes on where it was."""
    pause.resume(console.uow, console.my_id)
    return console.did("Taken back.")


@router.post("/away")
def leave(console: Desk, until: Moment = "") -> Response:
    """Away until a time; what is due before is everybody's."""
    moment = moment_of(console, until)
    freed = away.away(console.uow, console.my_id, moment)
    console.uow.db.flush()
    here = {"method": "DELETE", "url": "/day/away", "values": {"events": ",".join(str(one.id) for one in freed)}}
    return console.did(f"Away until {console.times.full(moment)}. Given back: {len(freed)}.", undo=here)


@router.delete("/away")
def come_back(
    console: Desk, events: Annotated[str, Query(pattern=r"^(\d{1,9}(,\d{1,9})*)?$", max_length=6000)] = ""
) -> Response:
    """Here again; or it was not meant, and `events` are what gave tickets back."""
    gone = away.away_until(console.uow, console.my_id)
    away.back(console.uow, console.my_id)
    undo.undo_what_can_be(console.uow, map(int, filter(None, events.split(","))), console.my_id)
    again = {"method": "POST", "url": "/day/away", "values": {"until": gone.isoformat()}} if gone else None
    return console.did("Welcome back.", undo=None if events else again)
