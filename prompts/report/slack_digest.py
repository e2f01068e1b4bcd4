"""The weekly digest as Slack blocks, within Slack's limits: 50 blocks, 3,000 characters a section, 150 a header."""

from collections.abc import Mapping, Sequence
from typing import Any

from prompts.markup import count, slack_line, slack_link
from prompts.report.digest import facts, lead, quotes, span, title, totals
from prompts.report.shape import OTHER_QUOTES, QUOTE, TRENDS, Digest, Quote, Theme

MOST_BLOCKS = 50
SECTION = 3000
HEADER = 150

Block = dict[str, Any]


def as_slack(digest: Mapping[str, Any]) -> list[Block]:
    """Blocks from the digest's JSON; customers' words in them can ping nobody and disguise no link."""
    week = Digest.model_validate(digest)
    blocks = [
        _header(title(week)),
        _context(" · ".join(filter(None, (span(week), totals(week))))),
        section([lead(week)]),
        *(section(_in_full(theme, rank)) for rank, theme in enumerate(week.in_full, 1)),
    ]
    if week.in_short or week.unsaid:
        lines = [_in_short(theme) for theme in week.in_short]
        if week.unsaid:
            lines.append(f"• and {count(week.unsaid, 'more theme')}")
        blocks.append(section(["*Also*", *lines]))
    blocks += [
        section([f"*{words}*", *(f"• {_said(quote)}" for quote in said[:OTHER_QUOTES])])
        for words, said in (("Nobody asked for this before", week.unasked_before), ("Praise", week.praise))
        if said
    ]
    if week.url:
        blocks.append(_context(slack_link(week.url, "The whole digest")))
    return blocks[:MOST_BLOCKS]


def summary(digest: Mapping[str, Any]) -> str:
    """The line beside the blocks, which notifications and screen readers show."""
    week = Digest.model_validate(digest)
    return f"{title(week)}: {lead(week)}"


def section(lines: Sequence[str], more: str = "… more") -> Block:
    """A mrkdwn section of as many whole lines as fit; `more` stands for the rest. Lines must be escaped already."""
    kept: list[str] = []
    room = SECTION - len(more) - 1
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            kept.append(more)
            break
        kept.append(line)
    return {"type": "section", "text": {"type": "mrkdwn", "text": "\n".join(kept)}}


def _header(words: str) -> Block:
    return {"type": "header", "text": {"type": "plain_text", "text": words[:HEADER]}}


def _context(words: str) -> Block:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": words[:SECTION]}]}


def _in_full(theme: Theme, rank: int) -> list[str]:
    bugs = [
        f"Bug {slack_link(bug.url, bug.id)}: {slack_line(bug.state.replace('_', ' '), 40)}"
        + (f", {slack_line(bug.title, 80)}" if bug.title else "")
        for bug in theme.bugs
    ]
    return [
        f"*{rank}. {_title(theme)}*  {TRENDS[theme.trend]}",
        facts(theme),
        *(f"> {_said(quote)}" for quote in quotes(theme, rank)),
        *bugs,
    ]


def _in_short(theme: Theme) -> str:
    return f"• {_title(theme)}  {TRENDS[theme.trend]}: {theme.heard_by}"


def _title(theme: Theme) -> str:
    return slack_link(theme.url, theme.title[:80].replace("*", ""))


def _said(quote: Quote) -> str:
    where = f" ({slack_link(quote.url, quote.ticket)})" if quote.ticket else ""
    return f"“{slack_line(quote.text, QUOTE)}”{where}"
