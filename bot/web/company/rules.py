"""Routing rules: in order, in plain words, editable, and tried on the last 30 days before they count."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Path
from starlette.responses import HTMLResponse, Response

from bot.web.company.conditions import conditions, in_words
from bot.web.console import Desk
from handlers.company import arrange
from handlers.errors import NotFound
from handlers.intake import replay_rules
from storage.accounts import customers
from storage.routing import rules
from storage.routing.rules import Rule
from storage.vocabulary import KINDS, LANGUAGES, QUEUES

router = APIRouter(prefix="/rules")
RuleId = Annotated[int, Path(ge=1, lt=2**31)]
Short = Annotated[str, Form(max_length=300)]
Several = Annotated[list[str], Form()]
DAYS = 30


@dataclass(frozen=True)
class Wanted:
    """A rule as the form says it."""

    name: str
    queue: str
    conditions: dict[str, Any]


def _wanted(
    name: Short = "",
    queue: Short = "regular",
    flagged: Short = "",
    complaint: Short = "",
    contract_value_min: Short = "",
    contract_value_max: Short = "",
    kind: Several = [],  # noqa: B006
    severity: Several = [],  # noqa: B006
    plan: Several = [],  # noqa: B006
    language: Several = [],  # noqa: B006
    channel: Several = [],  # noqa: B006
    customer: Several = [],  # noqa: B006
    area: Several = [],  # noqa: B006
) -> Wanted:
    single = {"flagged": flagged, "complaint": complaint}
    bounds = {"contract_value_min": contract_value_min, "contract_value_max": contract_value_max}
    several = {
        "kind": kind,
        "severity": severity,
        "plan": plan,
        "language": language,
        "channel": channel,
        "customer": customer,
        "area": area,
    }
    said = conditions(single, bounds, several)
    return Wanted(name.strip() or in_words(said), queue, said)


Form_ = Annotated[Wanted, Depends(_wanted)]


@router.get("")
def listed(console: Desk, edit: int = 0) -> HTMLResponse:
    """All rules as they are tried; `edit` opens one in the form."""
    known = rules.in_order(console.uow.db)
    return console.page(
        "rules.html",
        tab="rules",
        rules=known,
        in_words=in_words,
        edited=next((one for one in known if one.id == edit), None),
        kinds=KINDS,
        plans=customers.plans(console.uow.db),
        queues=QUEUES,
        languages=LANGUAGES,
        channels=("slack", "support", "api"),
        areas=_areas(console),
        areas_language=console.uow.policy.language,
        customers=customers.everyone(console.uow.db),
        days=DAYS,
    )


def _areas(console: Desk) -> dict[str, str]:
    """What can be named in a rule: concept → what people call it."""
    known = console.uow.glossary
    return {
        concept: known.name(number, console.uow.policy.language) or concept
        for number, concept in enumerate(known.concepts)
        if known.roles[number] == "area"
    }


@router.post("")
def add(console: Desk, wanted: Form_) -> Response:
    """A new rule, the last."""
    arrange.add(console.uow, wanted.name, wanted.conditions, wanted.queue, by=console.my_id)
    return console.did("The rule counts from now on.", to="/rules")


@router.post("/preview")
def preview(console: Desk, wanted: Form_, rule: Annotated[int, Form(ge=0, lt=2**31)] = 0) -> HTMLResponse:
    """What the form's rule would have moved in the last 30 days; nothing changes."""
    known = [Rule(**one.model_dump()) for one in rules.in_order(console.uow.db)]
    changed = next((one for one in known if one.id == rule), None)
    if changed is None:
        changed = Rule(position=len(known) + 1, name="", conditions={}, queue="regular")
        known.append(changed)
    changed.name, changed.conditions, changed.queue = wanted.name, wanted.conditions, wanted.queue
    moved = replay_rules.moved(console.uow, known, DAYS)
    return console.part("_moved.html", moved=moved, days=DAYS, words=in_words(wanted.conditions), queue=wanted.queue)


@router.put("/{rule_id}")
def change(console: Desk, rule_id: RuleId, wanted: Form_) -> Response:
    """The same rule, saying something else."""
    arrange.change(console.uow, rule_id, wanted.name, wanted.conditions, wanted.queue, by=console.my_id)
    return console.did("Changed.", to="/rules")


@router.delete("/{rule_id}")
def remove(console: Desk, rule_id: RuleId) -> Response:
    """Drop it."""
    arrange.remove(console.uow, rule_id, by=console.my_id)
    return console.did("The rule is gone.")


@router.post("/{rule_id}/place")
def move(console: Desk, rule_id: RuleId, to: Annotated[int, Form(ge=1, le=10_000)]) -> Response:
    """Try it earlier or later."""
    before = next((one.position for one in rules.in_order(console.uow.db) if one.id == rule_id), to)
    arrange.move(console.uow, rule_id, to, by=console.my_id)
    return console.did("Moved.", undo={"method": "POST", "url": console.request.url.path, "values": {"to": before}})


@router.post("/{rule_id}/use")
def use(console: Desk, rule_id: RuleId) -> Response:
    """Count it again."""
    arrange.enable(console.uow, rule_id, by=console.my_id)
    return console.did("The rule counts again.", undo={"method": "DELETE", "url": f"/rules/{rule_id}/use"})


@router.delete("/{rule_id}/use")
def rest(console: Desk, rule_id: RuleId) -> Response:
    """Pass over it."""
    if rules.get(console.uow.db, rule_id) is None:
        raise NotFound("There is no such rule.")
    arrange.disable(console.uow, rule_id, by=console.my_id)
    return console.did("The rule is passed over.", undo={"method": "POST", "url": f"/rules/{rule_id}/use"})
