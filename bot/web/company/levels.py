"""Service levels: what is owed to whom by when, how it goes, what was missed and why."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Path
from starlette.responses import HTMLResponse, Response

from bot.web.company.conditions import conditions, in_words
from bot.web.console import Console, Desk
from handlers.company import owe
from handlers.desk import clocks
from handlers.errors import Refused
from storage.accounts import customers, staff
from storage.desk import tickets
from storage.routing import levels
from storage.routing.levels import GOALS

DAYS = 30
RUNGS = 3
router = APIRouter(prefix="/levels")
Id = Annotated[int, Path(ge=1, lt=2**31)]
Short = Annotated[str, Form(max_length=300)]
Several = Annotated[list[str], Form()]


@dataclass(frozen=True)
class Wanted:
    """A level as the form says it."""

    name: str
    conditions: dict[str, Any]
    minutes: dict[str, int]
    rest: dict[str, Any]


def _wanted(
    name: Short = "", warn_minutes: Short = "30", opening: Short = "", time_zone: Short = "", holidays_country: Short = "",
    first: Short = "", next: Short = "", resolution: Short = "",
    plan: Several = [], severity: Several = [], customer: Several = [],  # noqa: B006
    after: Several = [], who: Several = [],  # noqa: B006
) -> Wanted:  # fmt: skip
    said = conditions({}, {}, {"plan": plan, "severity": severity, "customer": customer})
    given = {"first": first, "next": next, "resolution": resolution}
    ladder = [
        (_number(late), _number(one)) for late, one in zip(after, who, strict=False) if one.strip() and late.strip()
    ]
    rest = {
        "warn_minutes": _number(warn_minutes or "0"), "ladder": ladder, "opening": opening,
        "time_zone": time_zone.strip(), "holidays_country": holidays_country.strip(),
    }  # fmt: skip
    minutes = {goal: _number(text) for goal, text in given.items() if text.strip()}
    return Wanted(name.strip() or in_words(said), said, minutes, rest)


Form_ = Annotated[Wanted, Depends(_wanted)]


@router.get("")
def show(console: Desk, edit: int = 0) -> HTMLResponse:
    """The levels in force, a month's figures, what is owed next, what was missed."""
    db, since = console.uow.db, console.uow.now() - timedelta(days=DAYS)
    known = levels.in_force(db)
    figures = levels.kept_and_missed(db, since)
    owed, missed = levels.running(db), levels.missed(db, since)
    about = {one.id: one for one in tickets.by_ids(db, [one.ticket_id for one in (*owed, *missed)])}
    facts: dict[str, Any] = {
        "levels": known,
        "names": levels.by_ids(db, {one.level_id for one in missed} | {number for number, _ in figures}),
        "figures": figures,
        "owed": owed,
        "missed": missed,
        "about": about,
        "edited": next((one for one in known if one.id == edit), None),
        "goals": GOALS,
        "days": DAYS,
    }
    return console.page("levels.html", tab="levels", **facts, **_choices(console))


@router.post("")
def add(console: Desk, wanted: Form_) -> Response:
    """A new level, the last; it counts at once."""
    owe.owe(console.uow, wanted.name, wanted.conditions, wanted.minutes, by=console.my_id, level_id=0, **wanted.rest)
    return console.did("That is owed from now on.", to="/levels")


@router.put("/{level_id}")
def change(console: Desk, level_id: Id, wanted: Form_) -> Response:
    """The same level, saying something else."""
    owe.owe(
        console.uow, wanted.name, wanted.conditions, wanted.minutes, by=console.my_id, level_id=level_id, **wanted.rest
    )
    return console.did("Changed.", to="/levels")


@router.delete("/{level_id}")
def end(console: Desk, level_id: Id) -> Response:
    """Nothing is owed by it any more."""
    owe.end(console.uow, level_id, by=console.my_id)
    return console.did("It is owed no more; what it counted is kept.")


@router.post("/{level_id}/place")
def move(console: Desk, level_id: Id, to: Annotated[int, Form(ge=1, le=10_000)]) -> Response:
    """Try it earlier or later."""
    before = next((one.position for one in levels.in_force(console.uow.db) if one.id == level_id), to)
    owe.move(console.uow, level_id, to, by=console.my_id)
    return console.did("Moved.", undo={"method": "POST", "url": console.request.url.path, "values": {"to": before}})


@router.put("/misses/{clock_id}")
def explain(console: Desk, clock_id: Id, why: Annotated[str, Form(max_length=1000)] = "") -> Response:
    """A person's word on why it was missed."""
    clocks.explain(console.uow, clock_id, console.my_id, why)
    return console.did("Kept.")


def _choices(console: Console) -> dict[str, Any]:
    db = console.uow.db
    return {
        "plans": customers.plans(db),
        "customers": customers.everyone(db),
        "members": staff.everyone(db),
        "rungs": RUNGS,
        "in_words": in_words,
        "policy": console.uow.policy,
    }


def _number(text: str) -> int:
    digits = text.strip()
    if not (digits.isdecimal() and len(digits) < 8):
        raise Refused(f"“{text[:20]}” is not a whole number.")
    return int(digits)
