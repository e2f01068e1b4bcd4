"""The weekly digest in words: HTML ready for e-mail, Markdown and plain text. For Slack see slack_digest."""

from collections.abc import Mapping
from typing import Any

from babel.dates import format_date

from prompts.markup import count, euros
from prompts.render import render
from prompts.report import sentences
from prompts.report.chart import heights
from prompts.report.chart import words as chart_words
from prompts.report.shape import OTHER_QUOTES, QUOTE, TRENDS, Digest, Quote, Theme

ASKED, FIXED, LED, PRAISE, SHIELD = (
    "Nobody asked for this before",
    "What got fixed, and who was told",
    "Flagged customers said it first",
    "Praise",
    "What the shield absorbed",
)
HEADINGS = {"asked": ASKED, "fixed": FIXED, "led": LED, "praise": PRAISE, "shield": SHIELD}
"""Headings, the same in every form."""
TOTALS = {"messages": "message", "tickets": "ticket", "complaints": "complaint", "customers": "customer"}


def as_html(digest: Mapping[str, Any]) -> str:
    """A whole HTML page with inline styles from the digest's JSON; also fit for a mail."""
    return _rendered("digest.html.j2", digest)


def as_markdown(digest: Mapping[str, Any]) -> str:
    """CommonMark; customers' words cannot format, link or mention."""
    return _rendered("digest.md.j2", digest)


def as_text(digest: Mapping[str, Any]) -> str:
    """Plain text, as for a terminal or the text part of a mail."""
    return _rendered("digest.txt.j2", digest)


def title(digest: Digest) -> str:
    """The heading: "What customers said in week 46"."""
    return f"What customers said in week {digest.week.rpartition('W')[2].lstrip('0')}"


def span(digest: Digest) -> str:
    """The days: "9 November to 15 November 2026"."""
    first = format_date(digest.first_day, "d MMMM", locale="en_GB")
    return f"{first} to {format_date(digest.last_day, 'd MMMM y', locale='en_GB')}"


def totals(digest: Digest) -> str:
    """The week in numbers, "412 messages · 38 complaints"; empty where the JSON has none of them."""
    return " · ".join(count(int(digest.totals[key]), noun) for key, noun in TOTALS.items() if key in digest.totals)


def lead(digest: Digest) -> str:
    """The first sentence; a week with nothing new says so."""
    trends = [theme.trend for theme in digest.themes]
    if not trends and not digest.unasked_before:
        return "Nothing new this week."
    changes = [f"{trends.count(trend)} {trend}" for trend in TRENDS if trend in trends]
    known = f"{count(len(trends), 'theme')}: {', '.join(changes)}." if trends else ""
    moved = bool(digest.unasked_before) or any(trend in ("new", "growing", "fixed", "back again") for trend in trends)
    return known or "No theme this week." if moved else f"Nothing new this week. {known}"


def facts(theme: Theme) -> str:
    """Whom a theme concerns: "5 customers, 3 of them not flagged · 9 complaints · €48,000 a year"."""
    if theme.complaints == 0 and theme.customers_before:
        return f"nobody this week, {count(theme.customers_before, 'customer')} in the four weeks before"
    loud = f"{count(theme.customers, 'customer')}, {theme.unflagged_customers} of them not flagged"
    if theme.customers == 1:
        loud = "1 customer, not flagged" if theme.unflagged_customers else "1 customer, flagged"
    parts = [
        loud if theme.customers else "nobody we know",
        count(theme.complaints, "complaint"),
        f"{euros(theme.contract_value)} a year",
    ]
    if theme.flagged_share is not None:
        parts.insert(2, f"{theme.flagged_share:.0%} from flagged customers")
    if change := changed(theme):
        parts.insert(0, change)
    return " · ".join(parts)


def changed(theme: Theme) -> str:
    """The change against the week before, in customers: "+3 against last week"; empty where nothing is known of it."""
    if not theme.weeks or theme.trend == "new":
        return ""
    change = theme.weeks[-1] - theme.weeks[-2]
    return "as last week" if change == 0 else f"{change:+d} against last week".replace("-", "−")


def quotes(theme: Theme, rank: int) -> list[Quote]:
    """The quotes shown: three for the first two themes (rank 1 and 2), two for the others."""
    return theme.quotes[: 3 if rank <= 2 else 2]


def _rendered(template: str, digest: Mapping[str, Any]) -> str:
    week = Digest.model_validate(digest)
    return render(
        f"report/{template}",
        digest=week,
        title=title(week),
        span=span(week),
        totals=totals(week),
        lead=lead(week),
        facts=facts,
        heights=heights,
        words=chart_words,
        fixed=sentences.fixed,
        thanks=sentences.thanks,
        led=sentences.led,
        shield=sentences.shield,
        headings=HEADINGS,
        quotes=quotes,
        trends=TRENDS,
        most_quotes=OTHER_QUOTES,
        longest=QUOTE,
    )
