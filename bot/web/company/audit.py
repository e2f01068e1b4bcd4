"""The audit log: who did what when, to be filtered and taken away as a table."""

import csv
import io
import json
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import HTMLResponse, StreamingResponse

from bot.web.console import Console, Desk
from bot.web.desk.references import ticket_id
from storage.accounts import staff
from storage.desk import history
from storage.desk.history import Event, Wanted
from storage.desk.tickets import FIRST_NUMBER

PAGE, TOGETHER = 100, 1000
COLUMNS = ("id", "at", "by", "what", "ticket", "customer_id", "detail")

router = APIRouter(prefix="/audit")
Short = Annotated[str, Query(max_length=60)]
Who = Annotated[str, Query(pattern=r"^\d{0,9}$")]


def wanted(console: Console, who: str, what: str, ticket: str, since: str, until: str) -> Wanted:
    """What the form asks for; days are the reader's and both belong to it."""
    return Wanted(
        by=int(who) if who else None,
        name=what.strip() or None,
        ticket_id=ticket_id(ticket.strip()) if ticket.strip() else None,
        since=_midnight(console, since),
        until=_midnight(console, until, days=1),
    )


@router.get("")
def show(
    console: Desk, who: Who = "", what: Short = "", ticket: Short = "", since: Short = "", until: Short = "",
    below: Annotated[int | None, Query(ge=1, lt=2**31)] = None,
) -> HTMLResponse:  # fmt: skip
    """The newest first, page by page."""
    asked = wanted(console, who, what, ticket, since, until)
    found = history.filtered(console.uow.db, asked, below=below, limit=PAGE + 1)
    facts: dict[str, Any] = {
        "events": found[:PAGE],
        "more": found[PAGE - 1].id if len(found) > PAGE else None,
        "chosen": {"who": who, "what": what, "ticket": ticket, "since": since, "until": until},
        "everybody": staff.everyone(console.uow.db),
        "names": history.names(console.uow.db),
        "first": FIRST_NUMBER,
    }
    return console.page("audit.html", tab="audit", **facts)


@router.get(".csv")
def export(
    console: Desk, who: Who = "", what: Short = "", ticket: Short = "", since: Short = "", until: Short = ""
) -> StreamingResponse:
    """All of what the filter leaves, as a table that no spreadsheet takes for formulas."""
    asked = wanted(console, who, what, ticket, since, until)
    people = {one.id: one.name for one in staff.everyone(console.uow.db)}
    lines = [_line(COLUMNS)]
    below = None
    while found := history.filtered(console.uow.db, asked, below=below, limit=TOGETHER):
        lines += [_line(_cells(one, people, console.uow.policy.reference_prefix)) for one in found]
        below = found[-1].id
    console.uow.record("audit_exported", by=console.my_id, lines=len(lines) - 1)
    headers = {"content-disposition": 'attachment; filename="earshot-audit.csv"'}
    return StreamingResponse(iter(lines), media_type="text/csv; charset=utf-8", headers=headers)


def _cells(event: Event, people: dict[int | None, str], prefix: str) -> tuple[object, ...]:
    who = people.get(event.by, f"staff {event.by}") if event.by else "Earshot"
    ticket = f"{prefix}-{FIRST_NUMBER + event.ticket_id}" if event.ticket_id else ""
    detail = json.dumps(event.detail, ensure_ascii=False, default=str)
    return event.id, event.at.isoformat(), who, event.name, ticket, event.customer_id or "", detail


def _line(cells: tuple[object, ...]) -> str:
    written = io.StringIO()
    plain = [str(one) for one in cells]
    csv.writer(written).writerow([f"'{one}" if one[:1] in ("=", "+", "-", "@", "\t") else one for one in plain])
    return written.getvalue()


def _midnight(console: Console, written: str, days: int = 0) -> datetime | None:
    """The beginning of a day, or of one so many days later; None for what is none."""
    try:
        day = date.fromisoformat(written.strip()) + timedelta(days=days)
    except (ValueError, OverflowError):
        return None
    return datetime.combine(day, time.min, console.times.zone)
