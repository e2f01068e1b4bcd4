"""The usability review in words: a page that prints well for a meeting, and Markdown."""

from collections.abc import Mapping
from typing import Any

from prompts.markup import count
from prompts.render import render
from prompts.report.shape import QUOTE, TRENDS

LONGEST_QUOTE = 2 * QUOTE


def as_html(review: Mapping[str, Any]) -> str:
    """A whole HTML page with its styles, ready for paper (A4 or letter) or a PDF."""
    return _rendered("review.html.j2", review)


def as_markdown(review: Mapping[str, Any]) -> str:
    """CommonMark; customers' words cannot format, link or mention."""
    return _rendered("review.md.j2", review)


def lead(review: Mapping[str, Any]) -> str:
    """The first sentence: how much was told and how it changed."""
    totals = review["totals"]
    if not totals["complaints"]:
        return "Nobody told of anything that is hard to use."
    told = f"{count(totals['customers'], 'customer')} told of something hard to use, in {count(totals['complaints'], 'complaint')}"
    return f"{told}; in the period before: {totals['customers_before']} in {totals['before']}."


def frequency(area: Mapping[str, Any]) -> str:
    """How often: "5 customers, 9 complaints, before 2"."""
    return f"{count(area['customers'], 'customer')}, {count(area['complaints'], 'complaint')}, before {area['before']}"


def _rendered(template: str, review: Mapping[str, Any]) -> str:
    return render(
        f"report/{template}",
        review=review,
        lead=lead(review),
        frequency=frequency,
        trends=TRENDS,
        longest=LONGEST_QUOTE,
    )
