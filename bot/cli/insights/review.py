"""`earshot review`: what is hard to use, by area, for the meeting of support and product."""

from typing import Annotated

import typer

from bot.cli import house, terminal

FORMATS = ("markdown", "html", "json")


def review(
    period: Annotated[str | None, typer.Option(help="2026-11 or 2026-Q4; the last full month by default.")] = None,
    format_: Annotated[str, typer.Option("--format", help="markdown, html (ready for paper) or json.")] = "markdown",
    as_json: terminal.AsJson = False,
) -> None:
    """The usability problems of a month or a quarter by area, with frequency, trend and real examples."""
    from handlers.insights import digest
    from prompts.report import review as words

    if format_ not in FORMATS:
        raise typer.BadParameter(f"“{format_}” is none of {', '.join(FORMATS)}", param_hint="--format")
    with house.working() as uow:
        found = digest.review(uow, period)
    if as_json or format_ == "json":
        terminal.show(found)
    else:
        terminal.say({"markdown": words.as_markdown, "html": words.as_html}[format_](found).rstrip("\n"))
