"""A rule's conditions: from a form, and as a sentence."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.web.locales import gettext as _
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
    """The conditions as the rest of a sentence that begins with "When", in the reader's language."""
    parts = [_part(name, value) for name, value in said.items()]
    return _(", and ").join(parts) if parts else _("anything comes in")


def _part(name: str, value: Any) -> str:
    choice = _(" or ").join(_named(name, one) for one in (value if isinstance(value, list) else [value]))
    sentences = {
        "flagged": _("the customer is flagged") if value else _("the customer is not flagged"),
        "complaint": _("it is a complaint") if value else _("it is not a complaint"),
        "kind": _("it is about %(choice)s"),
        "severity": _("the severity is %(choice)s"),
        "plan": _("the plan is %(choice)s"),
        "language": _("it is written in %(choice)s"),
        "channel": _("it comes by %(choice)s"),
        "customer": _("the customer is %(choice)s"),
        "area": _("it names %(choice)s"),
        "band": _("it is %(choice)s to be an emergency"),
        "contract_value_min": _("the contract value is at least %(choice)s"),
        "contract_value_max": _("the contract value is at most %(choice)s"),
    }
    return sentences[name] % {"choice": choice}


def _named(name: str, value: Any) -> str:
    if name.startswith("contract_value"):
        return euros(value)
    return _(KINDS[value]).lower() if name == "kind" and value in KINDS else _(str(value))
