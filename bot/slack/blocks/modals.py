"""Modals: a reply, an internal note, a bug. What they are about travels in `private_metadata`."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.slack.blocks import pieces
from bot.slack.blocks.pieces import Block
from handlers.analysis.telling import reports
from prompts import slack as words
from prompts.markup import slack_text

NEWS = 5
BUG_FIELDS = ("title", "happens", "expected", "steps", "environment")


def reply_modal(
    about: Mapping[str, Any],
    name: str,
    said: str,
    text: str = "",
    news: Sequence[str] = (),
    draft: str = "",
    sources: str = "",
) -> Block:
    """Answer the customer. `said` is what they wrote last (mrkdwn), `news` what came since the reply was begun, `sources` what
    the draft comes from (mrkdwn).
    """
    blocks = [pieces.context(slack_text(name)), *([pieces.section(said)] if said else [])]
    if news:
        blocks.append(pieces.section(f":warning: *{words.CUSTOMER_WROTE}*"))
        blocks += [pieces.section(quoted(one)) for one in news[-NEWS:]]
    # Slack keeps what was typed by block id: a new one makes it show the text that we kept.
    written = pieces.field(field_name("text", about), words.REPLY_LABEL, initial=text or draft, hint=words.REPLY_HINT)
    submit = words.SEND_ANYWAY if news else words.SEND
    shown = [*blocks, written, *([pieces.context(sources)] if sources else [])]
    return _modal("reply", words.REPLY_TITLE, submit, about, shown)


def note_modal(about: Mapping[str, Any], name: str) -> Block:
    """Write for staff only."""
    written = pieces.field(field_name("text", about), words.NOTE_LABEL)
    return _modal("note", words.NOTE_TITLE, words.SAVE, about, [pieces.context(slack_text(name)), written])


def bug_modal(about: Mapping[str, Any], name: str, proposal: Mapping[str, str], existing: Mapping[str, str]) -> Block:
    """File a bug. `proposal` fills the fields; `existing` (id → title) are bugs it may be already, likeliest first."""
    blocks = [pieces.context(slack_text(name))]
    if existing:
        choices = {"new": words.BUG_NEW, **dict(list(existing.items())[:20])}
        choice = pieces.select(words.BUG_EXISTING, "existing", choices, "new", block=True)
        label = pieces.plain(words.BUG_EXISTING, pieces.CONTEXT)
        blocks.append({"type": "input", "block_id": "existing", "label": label, "element": choice})
    return _modal("file_bug", words.BUG_TITLE, words.FILE_BUG, about, [*blocks, *_bug_fields(proposal)])


def fixed_modal(about: Mapping[str, Any], name: str) -> Block:
    """Say in which version a theme is fixed."""
    written = pieces.field("version", words.FIXED_LABEL, hint=words.FIXED_HINT, multiline=False, optional=True, most=60)
    return _modal("fixed", words.FIXED_TITLE, words.SAVE, about, [pieces.context(slack_text(name)), written])


def report_modal(about: Mapping[str, Any], title: str = "") -> Block:
    """Report a defect from anywhere."""
    severities = {str(number): text for number, text in words.SEVERITIES.items()}
    choice = pieces.select(words.SEVERITY_LABEL, "severity", severities, "3", block=True)
    label = pieces.plain(words.SEVERITY_LABEL, pieces.CONTEXT)
    severity = {"type": "input", "block_id": "severity", "label": label, "element": choice}
    return _modal(
        "report_bug", words.REPORT_SHORTCUT, words.REPORT_SEND, about, [*_bug_fields({"title": title}), severity]
    )


def field_name(name: str, about: Mapping[str, Any]) -> str:
    """The block id of a field whose first text depends on what was seen."""
    return f"{name}-{about.get('seen', 0)}"


def quoted(text: str, most: int = 500) -> str:
    """Somebody's words as a mrkdwn quotation."""
    short = text if len(text) <= most else text[: most - 1].rstrip() + "…"
    return "\n".join(f"> {line}" for line in slack_text(short).splitlines() if line.strip()) or "> …"


def typed(view: Mapping[str, Any]) -> dict[str, str]:
    """What was typed or chosen in a modal, by the name of its field."""
    found: dict[str, str] = {}
    for block, fields in view.get("state", {}).get("values", {}).items():
        for one in fields.values():
            chosen = (one.get("selected_option") or {}).get("value")
            found[block.partition("-")[0]] = str(chosen or one.get("value") or "")
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


def _modal(callback: str, title: str, submit: str, about: Mapping[str, Any], blocks: list[Block]) -> Block:
    return {
        "type": "modal",
        "callback_id": callback,
        "private_metadata": json.dumps(about),
        "title": pieces.plain(title, 24),
        "submit": pieces.plain(submit, 24),
        "close": pieces.plain(words.CANCEL, 24),
        "blocks": pieces.within(blocks, 100),
    }
