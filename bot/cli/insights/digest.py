"""`earshot digest`: what the week's noise adds up to, for engineers."""

import re
from datetime import date
from typing import Annotated

import typer

from bot.cli import house, terminal

FORMATS = ("text", "markdown", "html", "slack", "json")


def digest(
    week: Annotated[str | None, typer.Option(help="2026-W46; the last full week by default.")] = None,
    format_: Annotated[str, typer.Option("--format", help="text, markdown, html, slack or json.")] = "text",
    as_json: terminal.AsJson = False,
) -> None:
    """Tell a week: as it was told, or as it would be told now."""
    from handlers.insights import digest as verb
    from prompts.report import digest as words
    from prompts.report import slack_digest

    if as_json:
        format_ = "json"
    if format_ not in FORMATS:
        raise typer.BadParameter(f"“{format_}” is none of {', '.join(FORMATS)}", param_hint="--format")
    if week is not None and not _is_week(week):
        raise typer.BadParameter(f"“{week}” is no week; one is written 2026-W46", param_hint="--week")
    with house.working() as uow:
        content = verb.read(uow, week)
    if format_ == "json":
        terminal.show(content)
    elif format_ == "slack":
        terminal.show({"blocks": slack_digest.as_slack(content)})
    else:
        render = {"text": words.as_text, "markdown": words.as_markdown, "html": words.as_html}[format_]
        terminal.say(render(content).rstrip("\n"))


def _is_week(week: str) -> bool:
    found = re.fullmatch(r"(\d{4})-W(\d{2})", week)
    if found is None:
        return False
    try:
        date.fromisocalendar(int(found[1]), int(found[2]), 1)
    except ValueError:
        return False
    return True
