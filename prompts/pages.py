"""Words of the customer's own support page, and the plain states a customer sees."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from storage.vocabulary import LANGUAGES, TicketState

Stage = Literal["received", "looking", "fix", "answered", "done"]
"""Where a conversation stands, as a customer is told: the words are `strings(...)["state_" + stage]`."""


def strings(language: str) -> Mapping[str, str]:
    """Every label, state and error of the page by key, from `prompts/say/<language>/page.toml`; else in English.

    `{reference}`, `{when}` and `{limit}` in a value are for `str.format`. The same keys in every language.
    """
    short = re.split("[-_]", language.lower())[0]
    return _read(short if short in LANGUAGES else "en")


def stage(state: TicketState, *, claimed: bool) -> Stage:
    """What the customer is told about a ticket in `state` that somebody has, or has not, taken."""
    if state in ("open", "snoozed"):
        return "looking" if claimed else "received"
    stages: dict[str, Stage] = {"engineering": "fix", "waiting": "answered", "resolved": "done"}
    return stages.get(state, "looking")


@cache
def _read(language: str) -> Mapping[str, str]:
    words = tomllib.loads((Path(__file__).parent / "say" / language / "page.toml").read_text(encoding="utf-8"))
    return MappingProxyType(words)
