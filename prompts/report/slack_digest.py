"""The weekly digest as Slack blocks, within Slack's limits: 50 blocks, 3,000 characters a section, 150 a header."""

from collections.abc import Mapping, Sequence
from typing import Any

from prompts.markup import count, one_line, slack_line, slack_link, slack_text
from prompts.report import sentences
from prompts.report.chart import Row, words
from prompts.report.digest import ASKED, FIXED, LED, PRAISE, SHIELD, facts, lead, quotes, span, title, totals
from prompts.report.shape import OTHER_QUOTES, QUOTE, REACTIONS, TRENDS, Digest, Fixed, Quote, Short, Theme

MOST_BLOCKS = 50
SECTION = 3000
HEADER = 150

Block = dict[str, Any]


def as_slack(digest: Mapping[str, Any]) -> list[Block]:
    """The head of the digest: the week in a few lines and a chart; its themes come one by one in the thread (`in_thread`).

    A block of type `image` carries its `chart` instead of an address: the place draws it. Customers' words can ping nobody.
    """
    week = Digest.model_validate(digest)
    blocks = [
        _header(title(week)),
        _context(" · ".join(filter(None, (span(week), totals(week))))),
        section([lead(week), *(_headline(theme, rank) for rank, theme in enumerate(week.in_full, 1))]),
    ]
    if rows := [
        Row(f"{rank}. {one_line(theme.title, 60)}", theme.weeks)
        for rank, theme in enumerate(week.in_full, 1)
        if theme.weeks
    ]:
        alt = "; ".join(f"{row.label}: {words(row.weeks)}" for row in rows)
        blocks.append({"type": "image", "alt_text": one_line(alt, 1900), "chart": [list(row) for row in rows]})
    if week.in_short or week.unsaid:
        lines = [_in_short(theme) for theme in week.in_short]
        if week.unsaid:
            lines.append(f"• and {count(week.unsaid, 'more theme')}")
        blocks.append(section(["*Also*", *lines]))
    blocks += [
        section([f"*{heading}*", *(f"• {_said(quote)}" for quote in said[:OTHER_QUOTES])])
        for heading, said in ((ASKED, week.unasked_before),)
        if said
    ]
    if week.fixed:
        blocks.append(
            section([f"*{FIXED}*", *(f"• {_bug_link(one)}: {slack_text(sentences.fixed(one))}" for one in week.fixed)])
        )
    if week.thanks:
        blocks.append(section([slack_text(sentences.thanks(week.thanks))]))
    if week.leads:
        blocks.append(
            section(
                [f"*{LED}*", *(f"• {slack_link(one.url, one.title[:80])}: {sentences.led(one)}" for one in week.leads)]
            )
        )
    if week.praise:
        blocks.append(section([f"*{PRAISE}*", *(f"• {_said(quote)}" for quote in week.praise[:OTHER_QUOTES])]))
    if week.shield and week.shield.tickets:
        blocks.append(section([f"*{SHIELD}*", sentences.shield(week.shield)]))
    if week.url:
        blocks.append(_context(slack_link(week.url, "The whole digest")))
    return blocks[:MOST_BLOCKS]


def in_thread(digest: Mapping[str, Any], theme_id: int, said: Sequence[str] = ()) -> tuple[str, list[Block]]:
    """One theme's message in the thread: its line for notifications, and blocks with a button for each answer.

    `said`: what engineers have answered so far, a line each.
    """
    week = Digest.model_validate(digest)
    rank, theme = next((rank, one) for rank, one in enumerate(week.themes, 1) if one.id == str(theme_id))
    blocks = [section(_in_full(theme, rank))]
    if said:
        blocks.append(_context(" · ".join(slack_text(one) for one in said)))
    buttons = [
        {
            "type": "button",
            "action_id": f"{reaction}:{theme.id}",
            "text": {"type": "plain_text", "text": label},
            "value": week.week,
        }
        for reaction, label in REACTIONS.items()
    ]
    return f"{rank}. {slack_line(theme.title, 80)}", [*blocks, {"type": "actions", "elements": buttons}]


def answered(name: str, said: str, version: str = "") -> str:
    """An engineer's answer in a line: "Ana: fixed in 4.2"."""
    what = f"fixed in {version}" if said == "fixed" and version else REACTIONS[said].lower().removesuffix(" in …")
    return f"{name}: {what}"


def without_charts(blocks: Sequence[Block]) -> list[Block]:
    """The blocks as Slack takes them where no picture can be put up."""
    return [block for block in blocks if "chart" not in block]


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


def _headline(theme: Theme, rank: int) -> str:
    return f"{rank}. *{_title(theme)}*  {TRENDS[theme.trend]}"


def _in_full(theme: Theme, rank: int) -> list[str]:
    bugs = [
        f"Bug {slack_link(bug.url, bug.id)}: {slack_line(bug.state.replace('_', ' '), 40)}"
        + (f", {slack_line(bug.title, 80)}" if bug.title else "")
        for bug in theme.bugs
    ]
    return [
        f"*{rank}. {_title(theme)}*  {TRENDS[theme.trend]}",
        *([slack_line(theme.sentence, 300)] if theme.sentence else []),
        facts(theme),
        *(f"> {_said(quote)}" for quote in quotes(theme, rank)),
        *bugs,
        *([f"_Next:_ {slack_line(theme.next, 200)}"] if theme.next else []),
    ]


def _bug_link(one: Fixed) -> str:
    return slack_link(one.url, f"{one.bug} {one.title}".strip()[:100])


def _in_short(theme: Theme | Short) -> str:
    return f"• {_title(theme)}  {TRENDS[theme.trend]}: {theme.heard_by}"


def _title(theme: Theme | Short) -> str:
    return slack_link(theme.url, theme.title[:80].replace("*", ""))


def _said(quote: Quote) -> str:
    where = f" ({slack_link(quote.url, quote.ticket)})" if quote.ticket else ""
    return f"“{slack_line(quote.text, QUOTE)}”{where}"
