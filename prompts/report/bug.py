"""A bug as engineers read it: whom it concerns, and the text that goes to a tracker."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from prompts.markup import count, euros, one_line
from prompts.render import render


class Whom(Protocol):
    """Distinct customers, their contract value in EUR a year, and what they are called."""

    @property
    def customers(self) -> int: ...
    @property
    def contract_value(self) -> float: ...
    @property
    def names(self) -> Sequence[str]: ...


def affected(whom: Whom, *, named: bool) -> str:
    """Whom a defect concerns, by number and contract value; by name as well only if `named`."""
    if not whom.customers:
        return "No known customer yet."
    names = f": {', '.join(one_line(name, 60) for name in whom.names)}" if named else ""
    return f"{count(whom.customers, 'customer')}, {euros(whom.contract_value)} of contract value a year{names}."


def body(
    happens: str,
    expected: str,
    steps: str,
    environment: str,
    block: str,
    quotes: Sequence[str],
) -> str:
    """Plain text whose lines start with `## ` for a heading, `> ` for a quotation, `1. ` for a step; with the `block` in it."""
    return render(
        "report/bug.txt.j2",
        happens=happens,
        expected=expected,
        steps=steps,
        environment=environment,
        block=block,
        quotes=list(quotes),
    ).strip()


def block(
    affected: str, marker: str, link: str | None = None, priority: int | None = None, since: date | None = None
) -> str:
    """The part of the issue that Earshot keeps up to date: whom it concerns, the way back, the marker it is found by."""
    return render(
        "report/bug_block.txt.j2", affected=affected, marker=marker, link=link, priority=priority, since=since
    ).strip()


def comment(text: str, author: str, marker: str) -> str:
    """What somebody of us writes on an issue: their words, who they are, and the marker by which it is known again."""
    return render("report/bug_comment.txt.j2", text=text.strip(), author=author or "Somebody", marker=marker).strip()


def workaround(text: str) -> str:
    """What engineers are told when we know something that works meanwhile."""
    return f"Until it is fixed, this works for customers: {text}"
