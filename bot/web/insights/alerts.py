"""Alerts: one incident, who was called, who has it, and its end."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import HTMLResponse, Response

from bot.web.console import Desk
from bot.web.desk.inbox import rows
from handlers.errors import NotFound
from handlers.insights import alert
from handlers.intake import escalate
from storage.desk import tickets
from storage.insights import alarms, themes
from storage.routing import alerts
from storage.routing.alerts import Alert

router = APIRouter(prefix="/alerts")
AlertId = Annotated[int, Path(ge=1, lt=2**31)]


@router.get("")
def listed(console: Desk) -> HTMLResponse:
    """Open ones and those that were."""
    db = console.uow.db
    names = {one.id: one.name for one in themes.everything(db)}
    return console.page("alerts.html", tab="alerts", found=alerts.newest(db), grown=alarms.newest(db), names=names)


@router.post("/themes/{alarm_id}/dismissal")
def dismiss(console: Desk, alarm_id: AlertId) -> Response:
    """A theme's alert was not worth it: it takes more from now on."""
    alert.dismiss(console.uow, alarm_id, console.my_id)
    undo = {"method": "DELETE", "url": f"/alerts/themes/{alarm_id}/dismissal"}
    return console.did("Dismissed. It takes more customers from now on.", undo=undo)


@router.delete("/themes/{alarm_id}/dismissal")
def reopen(console: Desk, alarm_id: AlertId) -> Response:
    """It was worth it after all."""
    alert.reopen(console.uow, alarm_id, console.my_id)
    return console.did("Taken back.")


@router.get("/{alert_id}")
def show(console: Desk, alert_id: AlertId) -> HTMLResponse:
    """One incident and its tickets."""
    incident = _alert(console, alert_id)
    told = rows(console, tickets.of_alert(console.uow.db, alert_id))
    return console.page("alert.html", tab="alerts", alert=incident, rows=told)


@router.post("/{alert_id}/confirmation")
def confirm(console: Desk, alert_id: AlertId) -> Response:
    """Somebody has it."""
    _alert(console, alert_id)
    escalate.confirm(console.uow, alert_id, console.my_id)
    return console.did("You have it. Nobody else is called.", undo=_as_before(alert_id))


@router.post("/{alert_id}/end")
def close(console: Desk, alert_id: AlertId) -> Response:
    """The incident is over."""
    _alert(console, alert_id)
    escalate.close(console.uow, alert_id, console.my_id)
    return console.did("The alert is closed.", undo=_as_before(alert_id))


@router.delete("/{alert_id}/word")
def take_back(console: Desk, alert_id: AlertId) -> Response:
    """What I just said of it was not so."""
    _alert(console, alert_id)
    escalate.take_back(console.uow, alert_id, console.my_id)
    return console.did("Taken back.")


def _as_before(alert_id: int) -> dict[str, str]:
    return {"method": "DELETE", "url": f"/alerts/{alert_id}/word"}


def _alert(console: Desk, alert_id: int) -> Alert:
    found = console.uow.db.get(Alert, alert_id)
    if found is None:
        raise NotFound("There is no such alert.")
    return found
