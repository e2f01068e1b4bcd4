"""Block Kit's pieces, each within its own limit whatever it is given. Action ids carry their ticket: `claim:17`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as field_of
from typing import Any

from prompts.markup import one_line

Block = dict[str, Any]


@dataclass(frozen=True)
class Shown:
    """An answer: mrkdwn, and blocks where there is more to show."""

    text: str
    blocks: list[Block] = field_of(default_factory=list)


SECTION, CONTEXT, HEADER, BUTTON, OPTION, INPUT = 3000, 2000, 150, 75, 75, 3000


def section(text: str, accessory: Block | None = None) -> Block:
    """A paragraph of mrkdwn, escaped already."""
    block: Block = {"type": "section", "text": {"type": "mrkdwn", "text": cut(text, SECTION) or " "}}
    return block | ({"accessory": accessory} if accessory else {})


def context(text: str) -> Block:
    """A small grey line of mrkdwn, escaped already."""
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": cut(text, CONTEXT) or " "}]}


def header(words: str) -> Block:
    """A heading of plain text."""
    return {"type": "header", "text": plain(words, HEADER)}


def divider() -> Block:
    """A line."""
    return {"type": "divider"}


def actions(*elements: Block | None) -> Block:
    """A row of buttons and choices; empty ones left out."""
    return {"type": "actions", "elements": [one for one in elements if one]}


def button(label: str, action: str, value: object = "", style: str | None = None, url: str | None = None) -> Block:
    """A button; with `url` it opens that too."""
    made: Block = {"type": "button", "action_id": action, "text": plain(label, BUTTON), "value": str(value) or "-"}
    return made | ({"style": style} if style else {}) | ({"url": url} if url and len(url) <= 3000 else {})


def select(
    placeholder: str, action: str, choices: Mapping[str, str], chosen: str | None = None, block: bool = False
) -> Block:
    """A choice of at most 100; `choices` gives value → label."""
    options = [option(value, label) for value, label in list(choices.items())[:100]]
    made: Block = {"type": "static_select", "action_id": action, "options": options}
    made |= {} if block and chosen else {"placeholder": plain(placeholder, HEADER)}
    return made | ({"initial_option": option(chosen, choices[chosen])} if chosen in choices and chosen else {})


def option(value: str, label: str) -> Block:
    """One choice."""
    return {"text": plain(label, OPTION), "value": value[:OPTION]}


def field(
    name: str, label: str, *, initial: str = "", hint: str = "", multiline: bool = True, optional: bool = False,
    most: int = INPUT,
) -> Block:  # fmt: skip
    """A field to write in; `name` is its block and action id."""
    element: Block = {"type": "plain_text_input", "action_id": name, "multiline": multiline, "max_length": most}
    element |= {"initial_value": initial[:most]} if initial else {}
    made = {"type": "input", "block_id": name, "label": plain(label, CONTEXT), "element": element, "optional": optional}
    return made | ({"hint": plain(hint, CONTEXT)} if hint else {})


def choice(
    name: str, label: str, choices: Mapping[str, str], chosen: str | None = None, *, placeholder: str = "",
    optional: bool = True,
) -> Block:  # fmt: skip
    """A choice to be sent off with a modal; `name` is its block and action id."""
    element = select(placeholder or label, name, choices, chosen, block=True)
    return {"type": "input", "block_id": name, "label": plain(label, CONTEXT), "element": element, "optional": optional}


def several(name: str, label: str, choices: Mapping[str, str]) -> Block:
    """A choice of some of at most 100, to be sent off with a modal; `name` is its block and action id."""
    options = [option(value, shown) for value, shown in list(choices.items())[:100]]
    element: Block = {
        "type": "multi_static_select",
        "action_id": name,
        "options": options,
        "placeholder": plain(label, HEADER),
    }
    return {"type": "input", "block_id": name, "label": plain(label, CONTEXT), "element": element}


def moment(name: str, label: str, hint: str = "") -> Block:
    """A day and a time, which may be left empty."""
    element: Block = {"type": "datetimepicker", "action_id": name}
    made = {"type": "input", "block_id": name, "label": plain(label, CONTEXT), "element": element, "optional": True}
    return made | ({"hint": plain(hint, CONTEXT)} if hint else {})


def plain(words: str, most: int) -> Block:
    """A plain_text object of one line."""
    return {"type": "plain_text", "text": one_line(words, most) or " "}


def cut(text: str, most: int) -> str:
    """At most `most` characters, with a sign that there was more; never in the middle of an escape."""
    if len(text) <= most:
        return text
    kept = text[: most - 1]
    start = kept.rfind("&", max(0, len(kept) - 5))
    if start >= 0 and ";" not in kept[start:]:
        kept = kept[:start]
    return kept.rstrip() + "…"


def within(blocks: Sequence[Block], most: int) -> list[Block]:
    """The first `most` blocks."""
    return list(blocks[:most])
