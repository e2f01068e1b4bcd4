"""A rule's conditions: from a form, and as a sentence."""

from collections.abc import Mapping, Sequence
from typing import Any

from handlers.errors import Refused
from prompts.markup import euros
from prompts.slack import KINDS


def conditions(
    single: Mapping[str, str], bounds: Mapping[str, str], several: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """What the form says, without what it leaves open. Raises Refused for a bound that is no number."""
    said: dict[str, Any] = {name: value == "yes" for name, value in single.items() if value in ("yes", "no")}
    for name, chosen in several.items():
        values: list[Any] = [int(one) if name == "severity" else one for one in chosen if one and _fits(name, one)]
        if values:
            said[name] = values[0] if len(values) == 1 else values
    for name, text in bounds.items():
        if text.strip():
            try:
                said[name] = float(text.replace(",", "").strip())
            except ValueError:
                raise Refused(f"“{text}” is not a number.") from None
    return said


def _fits(name: str, value: str) -> bool:
    return name != "severity" or value in ("1", "2", "3", "4")


def in_words(said: Mapping[str, Any]) -> str:
    """The conditions as the rest of a sentence that begins with "When"."""
    parts = [_part(name, value) for name, value in said.items()]
    return ", and ".join(parts) if parts else "anything comes in"


def _part(name: str, value: Any) -> str:
    choice = " or ".join(_named(name, one) for one in (value if isinstance(value, list) else [value]))
    sentences = {
        "flagged": f"the customer is {'' if value else 'not '}flagged",
        "complaint": f"it is {'' if value else 'not '}a complaint",
        "kind": f"it is about {choice}",
        "severity": f"the severity is {choice}",
        "plan": f"the plan is {choice}",
        "language": f"it is written in {choice}",
        "channel": f"it comes by {choice}",
        "customer": f"the customer is {choice}",
        "area": f"it names {choice}",
        "band": f"it is {choice} to be an emergency",
    }
    if name in sentences:
        return sentences[name]
    field, _, bound = name.rpartition("_")
    amount = euros(value) if field == "contract_value" else f"{value:g}"
    return f"the {field.replace('_', ' ')} is {'at least' if bound == 'min' else 'at most'} {amount}"


def _named(name: str, value: Any) -> str:
    return KINDS.get(value, str(value)).lower() if name == "kind" else str(value)
