"""Which rule fits a ticket: a pure reading of conditions, the same for live routing and for replaying history."""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

FIELDS = ("flagged", "complaint", "plan", "kind", "severity", "language", "channel", "customer", "band", "area")
BOUNDS = ("contract_value_min", "contract_value_max", "severity_min", "severity_max")
DEFAULT_QUEUE = "regular"


class RuleLike(Protocol):
    """What a rule has to have."""

    @property
    def position(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def conditions(self) -> dict[str, Any]: ...
    @property
    def queue(self) -> str: ...
    @property
    def enabled(self) -> bool: ...


class TicketLike(Protocol):
    """What the rules may know of a ticket."""

    @property
    def complaint(self) -> bool: ...
    @property
    def kind(self) -> str: ...
    @property
    def severity(self) -> int: ...
    @property
    def language(self) -> str: ...
    @property
    def door(self) -> str: ...
    @property
    def band(self) -> str: ...
    @property
    def extra(self) -> dict[str, Any]: ...


class CustomerLike(Protocol):
    """What the rules may know of a customer; `contract_value` in EUR a year."""

    @property
    def key(self) -> str: ...
    @property
    def plan(self) -> str: ...
    @property
    def contract_value(self) -> float: ...


def facts(ticket: TicketLike, customer: CustomerLike | None, flagged: bool) -> dict[str, Any]:
    """What the conditions of a rule are held against."""
    return {
        "flagged": flagged,
        "complaint": ticket.complaint,
        "plan": customer.plan if customer else None,
        "contract_value": customer.contract_value if customer else 0,
        "customer": customer.key if customer else None,
        "kind": ticket.kind,
        "severity": ticket.severity,
        "language": ticket.language,
        "channel": ticket.door,
        "band": ticket.band,
        "area": list(ticket.extra.get("areas", ())),
    }


def fits(conditions: Mapping[str, Any], facts: Mapping[str, Any]) -> bool:
    """True if every condition holds. A list means any of, on both sides; `_min` and `_max` are inclusive bounds."""
    return all(_holds(name, wanted, facts) for name, wanted in conditions.items())


def _holds(name: str, wanted: Any, facts: Mapping[str, Any]) -> bool:
    if name.endswith("_min"):
        return float(facts.get(name[:-4]) or 0) >= float(wanted)
    if name.endswith("_max"):
        return float(facts.get(name[:-4]) or 0) <= float(wanted)
    actual = facts.get(name)
    if isinstance(actual, list):
        return any(one in wanted if isinstance(wanted, list) else one == wanted for one in actual)
    return actual in wanted if isinstance(wanted, list) else actual == wanted


def decide(rules: Iterable[RuleLike], facts: Mapping[str, Any]) -> tuple[str, str]:
    """(queue, explanation) by the first enabled rule that fits; the regular queue when none does."""
    for rule in rules:
        if rule.enabled and fits(rule.conditions, facts):
            return rule.queue, f"rule {rule.position}: {rule.name} → {rule.queue}"
    return DEFAULT_QUEUE, f"no rule fits → {DEFAULT_QUEUE}"


def check(conditions: Mapping[str, Any]) -> list[str]:
    """What is wrong with the conditions of a rule, as sentences; empty when all is well."""
    wrong = []
    for name, value in conditions.items():
        if name in BOUNDS:
            if not isinstance(value, int | float) or isinstance(value, bool):
                wrong.append(f"“{name}” must be a number.")
        elif name not in FIELDS:
            wrong.append(f"There is no condition “{name}”; there are {', '.join((*FIELDS, *BOUNDS))}.")
        elif name in ("flagged", "complaint") and not isinstance(value, bool):
            wrong.append(f"“{name}” must be true or false.")
    return wrong
