"""Modals: a reply, an internal note, a bug. What they are about travels in `private_metadata`."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.slack.blocks import pieces
from bot.slack.blocks.pieces import Block
from handlers.analysis.telling import reports
from prompts import pressed
from prompts import slack as words
from prompts.markup import slack_text

NEWS = 5
BUG_FIELDS = ("title", "happens", "expected", "steps", "environment")


@dataclass(frozen=True)
class Begun:
    """A reply that is being written: its `text`, what came since (`news`), what the text comes from (`sources`, mrkdwn).

    `stock` are saved replies (id → name); `then` what happens after sending; `can_write`: a model may be asked.
    """

    text: str = ""
    news: Sequence[str] = ()
    sources: str = ""
    stock: Mapping[str, str] = field(default_factory=dict)
    then: str = "waiting"
    can_write: bool = False


def reply_modal(about: Mapping[str, Any], name: str, said: str, begun: Begun) -> Block:
    """Answer the customer. `said` is what they wrote last (mrkdwn)."""
    blocks = [pieces.context(slack_text(name)), *([pieces.section(said)] if said else [])]
    if begun.news:
        blocks.append(pieces.section(f":warning: *{words.CUSTOMER_WROTE}*"))
        blocks += [pieces.section(quoted(one)) for one in begun.news[-NEWS:]]
    ticket = about.get("ticket", 0)
    start = pieces.actions(
        pieces.select(pressed.SAVED, f"saved:{ticket}", begun.stock) if begun.stock else None,
        pieces.button(pressed.WRITE, f"write:{ticket}", ticket) if begun.can_write else None,
    )
    # Slack keeps what was typed by block id: a new one makes it show the text that we kept.
    written = pieces.field(field_name("text", about), words.REPLY_LABEL, initial=begun.text, hint=words.REPLY_HINT)
    shown = [
        *blocks,
        *([start] if start["elements"] else []),
        written,
        *([pieces.context(begun.sources)] if begun.sources else []),
        pieces.choice("then", pressed.THEN_LABEL, pressed.THEN, begun.then, optional=False),
        pieces.moment("at", pressed.AT_LABEL, pressed.AT_HINT),
    ]
    return framed("reply", words.REPLY_TITLE, words.SEND_ANYWAY if begun.news else words.SEND, about, shown)


def note_modal(about: Mapping[str, Any], name: str) -> Block:
    """Write for staff only."""
    written = pieces.field(field_name("text", about), words.NOTE_LABEL)
    return framed("note", words.NOTE_TITLE, words.SAVE, about, [pieces.context(slack_text(name)), written])


def bug_modal(about: Mapping[str, Any], name: str, proposal: Mapping[str, str], existing: Mapping[str, str]) -> Block:
    """File a bug. `proposal` fills the fields; `existing` (id → title) are bugs it may be already, likeliest first."""
    blocks = [pieces.context(slack_text(name))]
    if existing:
        choices = {"new": words.BUG_NEW, **dict(list(existing.items())[:20])}
        blocks.append(pieces.choice("existing", words.BUG_EXISTING, choices, "new", optional=False))
    return framed("file_bug", words.BUG_TITLE, words.FILE_BUG, about, [*blocks, *_bug_fields(proposal)])


def fixed_modal(about: Mapping[str, Any], name: str) -> Block:
    """Say in which version a theme is fixed."""
    written = pieces.field("version", words.FIXED_LABEL, hint=words.FIXED_HINT, multiline=False, optional=True, most=60)
    return framed("fixed", words.FIXED_TITLE, words.SAVE, about, [pieces.context(slack_text(name)), written])


def report_modal(about: Mapping[str, Any], title: str = "") -> Block:
    """Report a defect from anywhere."""
    severities = {str(number): text for number, text in words.SEVERITIES.items()}
    severity = pieces.choice("severity", words.SEVERITY_LABEL, severities, "3", optional=False)
    return framed(
        "report_bug", words.REPORT_SHORTCUT, words.REPORT_SEND, about, [*_bug_fields({"title": title}), severity]
    )


def field_name(name: str, about: Mapping[str, Any]) -> str:
    """The block id of a field whose first text depends on what was seen."""
    return f"{name}-{about.get('seen', 0)}-{about.get('filled', 0)}"


def quoted(text: str, most: int = 500) -> str:
    """Somebody's words as a mrkdwn quotation."""
    short = text if len(text) <= most else text[: most - 1].rstrip() + "…"
    return "\n".join(f"> {line}" for line in slack_text(short).splitlines() if line.strip()) or "> …"


def typed(view: Mapping[str, Any]) -> dict[str, str]:
    """What was typed or chosen in a modal, by the name of its field."""
    found: dict[str, str] = {}
    for block, fields in view.get("state", {}).get("values", {}).items():
        for one in fields.values():
            chosen = (one.get("selected_option") or {}).get("value") or one.get("selected_date_time")
            some = ",".join(str(each.get("value")) for each in one.get("selected_options") or ())
            found[block.partition("-")[0]] = str(chosen or some or one.get("value") or "")
    return found


def refused(view: Mapping[str, Any], why: str) -> dict[str, Any]:
    """A refusal beside the first field; what was typed stays."""
    inputs = [one.get("block_id") for one in view.get("blocks") or () if one.get("type") == "input"]
    values = list((view.get("state") or {}).get("values") or ())
    block = next((one for one in (*inputs, *values) if one), field_name("text", {}))
    return {"response_action": "errors", "errors": {block: why}}


def _bug_fields(initial: Mapping[str, str]) -> list[Block]:
    return [
        pieces.field(
            one,
            words.BUG_LABELS[one],
            initial=initial.get(one, ""),
            multiline=one != "title",
            optional=one != "title",
            most=reports.TITLE_MOST if one == "title" else pieces.INPUT,
        )
        for one in BUG_FIELDS
    ]


def framed(callback: str, title: str, submit: str, about: Mapping[str, Any], blocks: list[Block]) -> Block:
    """A modal around its blocks."""
    return {
        "type": "modal",
        "callback_id": callback,
        "private_metadata": json.dumps(about),
        "title": pieces.plain(title, 24),
        "submit": pieces.plain(submit, 24),
        "close": pieces.plain(words.CANCEL, 24),
        "blocks": pieces.within(blocks, 100),
    }
