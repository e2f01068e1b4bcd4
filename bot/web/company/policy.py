"""What the company decided about itself: hours, promises, who is called, who belongs to us, keys for programs."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Path, Request
from starlette.responses import HTMLResponse, Response

from bot.web.console import Desk, Undo, triggers
from handlers.company import admit, decide, entrust, sign_in
from handlers.errors import NotFound, Refused
from storage.accounts import access, staff
from storage.vocabulary import ROLES

router = APIRouter()
Short = Annotated[str, Form(max_length=300)]
PLAIN = ("company", "reference_prefix", "language", "time_zone", "opening", "quiet_hours", "newcomer_role")
NUMBERS = (
    "grouping_minutes",
    "confirm_minutes",
    "flag_days",
    "flag_review_days",
    "propose_bug_customers",
    "digest_weekday",
    "digest_hour",
    "undo_seconds",
    "silence_days",
    "bitter_in_a_row",
)
LISTS = ("staff_domains", "home_teams")
BACK: Undo = {"method": "DELETE", "url": "/policy"}


@router.get("/policy")
def show(console: Desk) -> HTMLResponse:
    """Everything in force."""
    return console.page(
        "policy.html",
        tab="policy",
        policy=console.uow.policy,
        roles=ROLES,
        keys=access.keys(console.uow.db),
        members=staff.everyone(console.uow.db),
        on_call=staff.on_call(console.uow.db),
    )


async def _said(request: Request) -> dict[str, str]:
    return {name: str(value).strip() for name, value in (await request.form()).items()}


@router.post("/policy")
def change(console: Desk, form: Annotated[dict[str, str], Depends(_said)]) -> Response:
    """Put the form's decisions in force."""
    changed = decide.decide(console.uow, _changes(form), by=console.my_id)
    return console.did("Kept.", undo=BACK) if changed else console.did("Nothing was different.")


@router.delete("/policy")
def take_back(console: Desk) -> Response:
    """What one decided last is as it was."""
    decide.take_back(console.uow, console.my_id)
    return console.did("Taken back.")


@router.post("/policy/on-call")
def call_in_order(console: Desk, member: Annotated[list[str], Form()] = []) -> Response:  # noqa: B006
    """Who is called for an emergency, in which order."""
    before = [str(one.id) for one in staff.on_call(console.uow.db)]
    decide.call_in_order(
        console.uow, [int(one) for one in member if one.isdecimal() and len(one) < 10], by=console.my_id
    )
    undo: Undo = {"method": "POST", "url": "/policy/on-call", "values": {"member": before}}
    return console.did("That is the order from now on.", undo=undo)


@router.post("/policy/rotation")
def take_turns(
    console: Desk, member: Annotated[list[str], Form()] = [], starts: Short = "", days: Short = "7",  # noqa: B006
    swaps: Annotated[str, Form(max_length=5000)] = "",
) -> Response:  # fmt: skip
    """Whose turn it is as listener, by the calendar."""
    turns = {
        "rotation": [int(one) for one in member if one.isdecimal() and len(one) < 10],
        "rotation_starts": _day(starts) if starts.strip() else None,
        "rotation_days": _number(days),
        "rotation_swaps": dict(_swap(console, line) for line in swaps.splitlines() if line.strip()),
    }
    changed = decide.decide(console.uow, turns, by=console.my_id)
    return console.did("Those are the turns from now on.", undo=BACK if changed else None)


@router.post("/staff")
def admit_one(console: Desk, email: Short, name: Short = "", role: Short = "listener") -> Response:
    """One more of us."""
    admit.admit(console.uow, name, email, role=role, by=console.my_id)
    return console.did("Welcome on board.")


@router.post("/staff/{staff_id}/role")
def entitle(console: Desk, staff_id: Annotated[int, Path(ge=1, lt=2**31)], role: Short) -> Response:
    """What a colleague may see and do from now on."""
    before = next((one.role for one in staff.everyone(console.uow.db) if one.id == staff_id), role)
    admit.entitle(console.uow, staff_id, role, by=console.my_id)
    undo: Undo = {"method": "POST", "url": console.request.url.path, "values": {"role": before}}
    return console.did("That is what they may do from now on.", undo=undo)


@router.post("/staff/{staff_id}/sign-in-link")
def invite(console: Desk, staff_id: Annotated[int, Path(ge=1, lt=2**31)]) -> HTMLResponse:
    """A link that signs a colleague in, once; shown once."""
    member = next((one for one in staff.everyone(console.uow.db) if one.id == staff_id), None)
    if member is None:
        raise NotFound("There is no such colleague.")
    link = console.uow.console_url + sign_in.invite(console.uow, member.email)
    return console.part("_secret.html", label=f"Sign-in link for {member.name}, for a day", secret=link)


@router.post("/keys")
def issue(console: Desk, source: Short) -> HTMLResponse:
    """A key for a program, shown once."""
    secret = entrust.entrust(console.uow, source.strip(), by=console.my_id)
    answer = console.part("_secret.html", label=f"Key of {source.strip()}", secret=secret)
    answer.headers.update(triggers("The key is shown this once."))
    return answer


@router.delete("/keys/{source}")
def revoke(console: Desk, source: Annotated[str, Path(max_length=100)]) -> Response:
    """It works no more."""
    entrust.revoke(console.uow, source, by=console.my_id)
    return console.did("That key works no more.")


def _changes(form: dict[str, str]) -> dict[str, Any]:
    """The policy's fields as the form says them. Raises Refused for what is no number or no day."""
    said: dict[str, Any] = {name: form[name] for name in PLAIN if name in form}
    said |= {name: _number(form[name]) for name in NUMBERS if name in form}
    said |= {name: form[name].replace(",", " ").split() for name in LISTS if name in form}
    if "holidays_country" in form:
        said["holidays_country"] = form["holidays_country"].upper() or None
    if "closed" in form:
        said["closed"] = [_day(one) for one in form["closed"].replace(",", " ").split()]
    if "company" in form:
        said["name_customers_in_bugs"] = form.get("name_customers_in_bugs") == "yes"
        said["fold_bitter_words"] = form.get("fold_bitter_words") == "yes"
    minutes = {place: _number(form[f"minutes_{place}"]) for place in (1, 2, 3, 4) if f"minutes_{place}" in form}
    return said | ({"next_news_minutes": minutes} if minutes else {})


def _swap(console: Desk, line: str) -> tuple[date, int]:
    """`2026-12-24 marc@company.example`."""
    day, _, address = line.strip().partition(" ")
    member = staff.by_email(console.uow.db, address.strip())
    if member is None or member.id is None:
        raise NotFound(f"There is nobody on the team with the address {address.strip()[:60]}.")
    return _day(day), member.id


def _number(text: str) -> int:
    if not (text.isdecimal() and len(text) < 8):
        raise Refused(f"“{text}” is not a whole number.")
    return int(text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(f"“{text}” is not a day; write it like 2026-12-24.") from None
