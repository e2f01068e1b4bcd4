"""First run: connect Slack, import customers, set hours, flag the first customer, or try the sample company."""

import csv
import io
from typing import Annotated, Any

from fastapi import APIRouter, Form, UploadFile
from pydantic import ValidationError
from starlette.responses import HTMLResponse, Response

from bot.web.console import Desk
from handlers.company import first_steps
from handlers.customers import flag, keep
from handlers.errors import Refused
from prompts.markup import count
from storage.accounts import customers

router = APIRouter(prefix="/welcome")
MOST_BYTES, MOST_ROWS = 2_000_000, 20_000
COLUMNS = (
    "key",
    "name",
    "domains",
    "plan",
    "contract_value",
    "renewal_on",
    "language",
    "time_zone",
    "segment",
    "channel",
)


@router.get("")
def show(console: Desk) -> HTMLResponse:
    """Each step, done or to be done."""
    facts: dict[str, Any] = {
        "steps": first_steps.steps(console.uow),
        "policy": console.uow.policy,
        "customers": customers.everyone(console.uow.db)[:200],
        "columns": COLUMNS,
    }
    return console.page("welcome.html", tab="welcome", **facts)


@router.post("/customers")
def take_in(
    console: Desk, file: UploadFile | None = None, text: Annotated[str, Form(max_length=MOST_BYTES)] = ""
) -> Response:
    """A table of customers, as a file or pasted; all of it or nothing."""
    raw = file.file.read(MOST_BYTES + 1) if file and file.filename else text.encode()
    if len(raw) > MOST_BYTES:
        raise Refused("That is too long for one go; use earshot customers import on the server.")
    try:
        rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig").strip())))
    except (UnicodeDecodeError, csv.Error):
        raise Refused("That is not a table in UTF-8, with commas.") from None
    if not rows or "key" not in rows[0] or len(rows) > MOST_ROWS:
        raise Refused("The first line names the columns, “key” among them; then comes a customer a line.")
    for number, row in enumerate(rows, start=2):
        keep.keep(console.uow, _card(number, row), by=console.my_id)
    return console.did(f"Kept: {count(len(rows), 'customer')}.", to="/welcome")


@router.post("/flag")
def set_flag(
    console: Desk, customer: Annotated[str, Form(max_length=100)] = "", why: Annotated[str, Form(max_length=2000)] = ""
) -> Response:
    """The first whose complaints go to the listener."""
    flag.flag(console.uow, customer, by=console.me.name, why=why)
    return console.did("Flagged. Their complaints go to the buffer from now on.", to="/welcome")


@router.post("/end")
def put_aside(console: Desk) -> Response:
    """Enough of it."""
    first_steps.put_aside(console.uow, console.my_id)
    return console.did("You find it again in the menu.", to="/")


def _card(number: int, row: dict[str, Any]) -> keep.Card:
    given = {name: str(row[name]).strip() for name in COLUMNS if row.get(name) and str(row[name]).strip()}
    domains = tuple(given.pop("domains", "").replace(",", " ").replace(";", " ").split())
    given["key"] = given.get("key", "").lower()
    try:
        return keep.Card.model_validate({**given, "domains": domains})
    except ValidationError as error:
        first = error.errors()[0]
        what = str(first["loc"][0]).replace("_", " ") if first["loc"] else "row"
        raise Refused(
            f"Line {number}, {what}: {first['msg'].removeprefix('Value error, ')}. Nothing was kept."
        ) from None
