"""Arrange: add, remove, move, enable and disable the rules that decide the queue."""

from collections.abc import Mapping
from typing import Any

from handlers.analysis import routing
from handlers.errors import NotFound, Refused
from handlers.unit_of_work import UnitOfWork
from storage.routing import rules
from storage.routing.rules import Rule
from storage.vocabulary import QUEUES


def add(
    uow: UnitOfWork, name: str, conditions: Mapping[str, Any], queue: str, *, position: int = 0, by: int | None = None
) -> int:
    """A new rule before the one now at `position` (0: last); its id. Raises Refused for what no rule can say."""
    _check(name, conditions, queue)
    rule = rules.add(uow.db, Rule(position=0, name=name.strip(), conditions=dict(conditions), queue=queue))
    _number(uow, rule, position or rule.position)
    uow.record("rule_added", by=by, rule=rule.id, rule_name=rule.name, conditions=rule.conditions, queue=queue)
    return rule.id or 0


def change(
    uow: UnitOfWork, rule_id: int, name: str, conditions: Mapping[str, Any], queue: str, *, by: int | None = None
) -> None:
    """Let the rule at its place say something else. Raises Refused for what no rule can say."""
    rule = _rule(uow, rule_id)
    _check(name, conditions, queue)
    rule.name, rule.conditions, rule.queue = name.strip(), dict(conditions), queue
    uow.db.add(rule)
    uow.record("rule_changed", by=by, rule=rule_id, rule_name=rule.name, conditions=rule.conditions, queue=queue)


def remove(uow: UnitOfWork, rule_id: int, *, by: int | None = None) -> None:
    """Drop a rule."""
    rule = _rule(uow, rule_id)
    uow.record("rule_removed", by=by, rule=rule_id, rule_name=rule.name, conditions=rule.conditions, queue=rule.queue)
    rules.remove(uow.db, rule)
    _number(uow)


def move(uow: UnitOfWork, rule_id: int, position: int, *, by: int | None = None) -> None:
    """Try the rule at another place, 1 first; beyond the end means last."""
    if position < 1:
        raise Refused("The first place is 1.")
    _number(uow, _rule(uow, rule_id), position)
    uow.record("rule_moved", by=by, rule=rule_id, to=position)


def enable(uow: UnitOfWork, rule_id: int, *, by: int | None = None) -> None:
    """Use the rule again."""
    _switch(uow, rule_id, True, by)


def disable(uow: UnitOfWork, rule_id: int, *, by: int | None = None) -> None:
    """Pass over the rule from now on; it is kept."""
    _switch(uow, rule_id, False, by)


def _check(name: str, conditions: Mapping[str, Any], queue: str) -> None:
    if not name.strip():
        raise Refused("A rule needs a name.")
    if queue not in QUEUES:
        raise Refused(f"There is no queue “{queue}”; there are {' and '.join(QUEUES)}.")
    if wrong := routing.check(conditions):
        raise Refused(wrong[0])


def _switch(uow: UnitOfWork, rule_id: int, enabled: bool, by: int | None) -> None:
    rule = _rule(uow, rule_id)
    if rule.enabled == enabled:
        return
    rule.enabled = enabled
    uow.db.add(rule)
    uow.record("rule_enabled" if enabled else "rule_disabled", by=by, rule=rule_id, rule_name=rule.name)


def _number(uow: UnitOfWork, moved: Rule | None = None, position: int = 0) -> None:
    """Positions 1, 2, 3 … without gaps, `moved` at its new place."""
    order = [one for one in rules.in_order(uow.db) if moved is None or one.id != moved.id]
    if moved is not None:
        order.insert(position - 1, moved)
    for place, rule in enumerate(order, start=1):
        rule.position = place
        uow.db.add(rule)
    uow.db.flush()


def _rule(uow: UnitOfWork, rule_id: int) -> Rule:
    rule = rules.get(uow.db, rule_id)
    if rule is None:
        raise NotFound(f"There is no rule {rule_id}.")
    return rule
