"""The shield page: what the buffer took for each engineer, and each interruption that got through, so that leaks can be closed."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import HTMLResponse

from bot.web.console import Desk
from handlers.errors import NotFound
from handlers.insights import shield
from prompts import owing as words
from storage.desk import messages
from storage.desk.tickets import FIRST_NUMBER
from storage.insights import bugs
from storage.insights.interruptions import WAYS
from storage.routing import alerts

router = APIRouter(prefix="/shield")


@router.get("")
def show(console: Desk, week: Annotated[str, Query(max_length=20)] = "") -> HTMLResponse:
    """One week in full, and the weeks before it."""
    uow = console.uow
    try:
        told = shield.week(uow, week)
    except ValueError:
        raise NotFound("There is no such week.") from None
    return console.page(
        "shield.html",
        tab="shield",
        told=told,
        recent=shield.recent(uow),
        ways=WAYS,
        first=FIRST_NUMBER,
        WAYS=words.WAYS,
        CLOSE=words.CLOSE,
        alerts={one.alert_id: alerts.get(uow.db, one.alert_id) for one in told.through if one.alert_id},
        messages={one.message_id: messages.get(uow.db, one.message_id) for one in told.through if one.message_id},
        bugs={one.bug_id: bugs.get(uow.db, one.bug_id) for one in told.through if one.bug_id},
    )
