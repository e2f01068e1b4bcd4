"""The modal with everything else that can be done with a ticket; each of it may be left as it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.slack.blocks import pieces
from bot.slack.blocks.modals import framed
from bot.slack.blocks.pieces import Block
from prompts import pressed as words
from prompts import slack as slack_words
from prompts.markup import slack_text


@dataclass(frozen=True)
class Choices:
    """What there is to choose from: colleagues by id, messages that may begin a ticket of their own; the `theme` it is in."""

    colleagues: Mapping[str, str] = field(default_factory=dict)
    messages: Mapping[str, str] = field(default_factory=dict)
    theme: str = ""
    tags: Sequence[str] = ()


def more_modal(about: Mapping[str, Any], name: str, choices: Choices) -> Block:
    """Hand over, severity, tags, link, merge, split, call."""
    severities = {str(number): text for number, text in slack_words.SEVERITIES.items()}
    blocks = [
        pieces.context(slack_text(name)),
        *([_choice("to", words.TO, choices.colleagues), _line("word", words.WORD, 200)] if choices.colleagues else []),
        _choice("severity", words.SEVERITY, severities),
        _line("tags", words.TAGS, 200, words.TAGS_HINT),
        *([_choice("untag", words.UNTAG, {one: one for one in choices.tags})] if choices.tags else []),
        *([_line("theme", words.THEME, 200, choices.theme)] if choices.theme else []),
        _line("link", words.LINK, 40, words.REFERENCE_HINT),
        _line("merge", words.MERGE, 40, words.REFERENCE_HINT),
        *([_choice("split", words.SPLIT, choices.messages)] if choices.messages else []),
        _choice("emergency", words.EMERGENCY, slack_words.EMERGENCIES),
        _line("why", words.WHY, 200),
    ]
    return framed("more", words.MORE, words.MORE_SUBMIT, about, blocks)


def customer_modal(about: Mapping[str, Any], lines: Sequence[str]) -> Block:
    """What is known of a customer; there is nothing to send off."""
    shown = framed("customer", words.CUSTOMER, "-", about, [pieces.section(line) for line in lines])
    return {name: value for name, value in shown.items() if name != "submit"}


def _choice(name: str, label: str, choices: Mapping[str, str]) -> Block:
    return pieces.choice(name, label, choices, placeholder=words.AS_IT_IS)


def _line(name: str, label: str, most: int, hint: str = "") -> Block:
    return pieces.field(name, label, hint=hint, multiline=False, optional=True, most=most)
