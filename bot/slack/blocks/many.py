"""Two modals for many tickets at once: what to do to which, and whether that is meant."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.slack.blocks import pieces
from bot.slack.blocks.modals import framed
from bot.slack.blocks.pieces import Block
from prompts import pressed as words

SHOWN = 40
"""Lines of each list; how many more there are is said."""


def many_modal(about: Mapping[str, Any], deeds: Mapping[str, str], tickets: Mapping[str, str]) -> Block:
    """What to do, to which of at most a hundred tickets, and the tag where it is one."""
    blocks = [
        pieces.choice("what", words.MANY_WHAT, deeds, optional=False),
        pieces.several("tickets", words.MANY_WHICH, tickets),
        pieces.field("word", words.MANY_TAG, multiline=False, optional=True, most=40),
    ]
    return framed("many", words.MANY, words.MANY_LOOK, about, blocks)


def sure_modal(about: Mapping[str, Any], deed: str, fitting: Sequence[str], left_out: Sequence[str]) -> Block:
    """Whom it would be done to, and who is left as they are with why; all mrkdwn."""
    left = [pieces.section(f"*{words.MANY_LEFT}*\n{_listed(left_out)}")] if left_out else []
    blocks = [pieces.section(f"*{words.MANY_SURE.format(deed=deed)}*\n{_listed(fitting)}"), *left]
    return framed("many_sure", words.MANY, words.MORE_SUBMIT, about, blocks)


def _listed(lines: Sequence[str]) -> str:
    shown = [f"• {pieces.cut(one, 240)}" for one in lines[:SHOWN]]
    more = [words.AND_MORE.format(count=len(lines) - SHOWN)] if len(lines) > SHOWN else []
    text = "\n".join(shown)
    return "\n".join([pieces.cut(text, pieces.SECTION - 200), *more])
