"""`earshot rules`: which queue a ticket goes to, as data: listed, changed, and tested on what happened."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli import house, terminal

if TYPE_CHECKING:
    from storage.routing.rules import Rule

app = typer.Typer(help="The first rule that fits decides the queue.", no_args_is_help=True)

Id = Annotated[int, typer.Argument(help="The rule's id, as `earshot rules list` shows it.")]
When = Annotated[
    list[str] | None,
    typer.Option("--when", help="A condition, e.g. flagged=true, plan=business,enterprise, contract_value_min=20000."),
]


@app.command("list")
def list_(as_json: terminal.AsJson = False) -> None:
    """The rules in the order they are tried."""
    from storage.routing import rules

    with house.working() as uow:
        order = rules.in_order(uow.db)
    if as_json:
        terminal.show([one.model_dump() for one in order])
        return
    rows = [(one.position, one.id, one.name, _told(one), one.queue, "" if one.enabled else "off") for one in order]
    terminal.table(rows, "", "id", "name", "when", "queue", "", empty="No rules: everything goes to the regular queue.")


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="What the ticket page shows as the reason.")],
    queue: Annotated[str, typer.Option(help="buffer or regular.")],
    when: When = None,
    position: Annotated[int, typer.Option(help="Its place, 1 first; last by default.", min=0)] = 0,
) -> None:
    """Add a rule. All its conditions must hold: flagged, complaint, plan, kind, severity, language, channel, customer,
    band, area (a concept of the glossary), and the bounds contract_value_min, contract_value_max, severity_min, severity_max.
    """
    from handlers.company import arrange

    with house.working() as uow:
        rule_id = arrange.add(uow, name, _conditions(when or []), queue, position=position)
    terminal.say(f"Rule {rule_id} is added.")


@app.command()
def remove(rule: Id) -> None:
    """Drop a rule."""
    from handlers.company import arrange

    with house.working() as uow:
        arrange.remove(uow, rule)
    terminal.say(f"Rule {rule} is gone.")


@app.command()
def move(rule: Id, position: Annotated[int, typer.Argument(help="1 is tried first.", min=1)]) -> None:
    """Try a rule earlier or later."""
    from handlers.company import arrange

    with house.working() as uow:
        arrange.move(uow, rule, position)
    terminal.say(f"Rule {rule} is tried at place {position}.")


@app.command()
def enable(rule: Id) -> None:
    """Use a rule again."""
    from handlers.company import arrange

    with house.working() as uow:
        arrange.enable(uow, rule)
    terminal.say(f"Rule {rule} is in use.")


@app.command()
def disable(rule: Id) -> None:
    """Pass over a rule, keeping it."""
    from handlers.company import arrange

    with house.working() as uow:
        arrange.disable(uow, rule)
    terminal.say(f"Rule {rule} is passed over.")


@app.command("test")
def try_out(
    days: Annotated[int, typer.Option(help="How far back to look.", min=1, max=3650)] = 30,
    when: When = None,
    queue: Annotated[
        str, typer.Option(help="Where a rule with the conditions of --when would send tickets.")
    ] = "buffer",
    position: Annotated[int, typer.Option(help="Where that rule would be tried.", min=1)] = 1,
    without: Annotated[list[int] | None, typer.Option("--without", help="As if this rule (id) were off.")] = None,
    as_json: terminal.AsJson = False,
) -> None:
    """Replay the last days against changed rules and show what would have gone elsewhere. Nothing is changed.

    Without --when and --without: the rules as they are now, against where tickets went at the time.
    """
    from handlers.intake import replay_rules

    with house.working() as uow:
        moved = replay_rules.moved(uow, _changed(uow.db, when, queue, position, without or []), days)
    if as_json:
        terminal.show([vars(one) if hasattr(one, "__dict__") else one for one in moved])
        return
    for one in moved:
        terminal.say(f"{one.ticket}  {one.before} → {one.after}  ({one.why})")
    terminal.say(f"{len(moved)} tickets of the last {days} days would have gone elsewhere.")


def _changed(db: Any, when: list[str] | None, queue: str, position: int, without: list[int]) -> "list[Rule]":
    from storage.routing import rules
    from storage.routing.rules import Rule
    from storage.vocabulary import QUEUES

    if queue not in QUEUES:
        raise typer.BadParameter(f"“{queue}” is none of {', '.join(QUEUES)}", param_hint="--queue")
    order = [one for one in rules.in_order(db) if one.id not in without]
    if when:
        new = Rule(position=position, name="the rule tried", conditions=_conditions(when), queue=queue)
        order.insert(position - 1, new)
    return order


def _conditions(pairs: list[str]) -> dict[str, Any]:
    """`name=value`: numbers and true/false as themselves, several values separated by commas."""
    from handlers.analysis import routing
    from handlers.errors import Refused

    conditions: dict[str, Any] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise typer.BadParameter(f"“{pair}” is not of the form name=value", param_hint="--when")
        values = [_value(part.strip()) for part in value.split(",")]
        conditions[name.strip()] = values[0] if len(values) == 1 else values
    if wrong := routing.check(conditions):
        raise Refused(wrong[0])
    return conditions


def _value(word: str) -> Any:
    try:
        value = json.loads(word)
    except ValueError:
        return word
    return value if isinstance(value, bool | int | float) else word


def _told(rule: "Rule") -> str:
    def words(value: Any) -> str:
        if isinstance(value, list):
            return " or ".join(words(one) for one in value)
        return str(value).lower() if isinstance(value, bool) else str(value)

    return ", ".join(f"{name} {words(value)}" for name, value in rule.conditions.items()) or "always"
