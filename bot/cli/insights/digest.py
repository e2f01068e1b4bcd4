"""`earshot digest`: what the week's noise adds up to, for engineers."""

import re
from datetime import date
from typing import Annotated, Any

import typer

from bot.cli import house, terminal

FORMATS = ("text", "markdown", "html", "slack", "json")


def digest(
    week: Annotated[str | None, typer.Option(help="2026-W46; the last full week by default.")] = None,
    format_: Annotated[str, typer.Option("--format", help="text, markdown, html, slack or json.")] = "text",
    explain: Annotated[
        bool, typer.Option("--explain", help="Count every number again from the tickets, and name them.")
    ] = False,
    as_json: terminal.AsJson = False,
) -> None:
    """Tell a week: as it was told, or as it would be told now. With --explain the exit code is 1 where a number differs."""
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
        if explain:
            return _explain(verb.explain(uow, week), as_json)
        content = verb.read(uow, week)
    if format_ == "json":
        terminal.show(content)
    elif format_ == "slack":
        thread = [slack_digest.in_thread(content, one["id"])[1] for one in content["themes"]]
        terminal.show({"blocks": slack_digest.without_charts(slack_digest.as_slack(content)), "thread": thread})
    else:
        render = {"text": words.as_text, "markdown": words.as_markdown, "html": words.as_html}[format_]
        terminal.say(render(content).rstrip("\n"))


def _explain(found: dict[str, Any], as_json: bool) -> None:
    if as_json:
        terminal.show(found)
    else:
        for sentence in found["sentences"]:
            terminal.say(sentence)
        rows = [
            (one["what"], _figure(one["told"]), _figure(one["counted"]), " ".join(one["tickets"][:6]))
            for one in found["numbers"]
        ]
        terminal.table(rows, "number", "told", "counted again", "tickets", empty="Nothing was counted in this week.")
        differ = [one["what"] for one in found["numbers"] if one["told"] != one["counted"]]
        verdict = (
            "Every number counts the same again."
            if found["agrees"]
            else f"Counts differently now: {'; '.join(differ)}."
        )
        terminal.say(verdict)
    if not found["agrees"]:
        raise typer.Exit(1)


def _figure(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else "none" if value is None else str(value)


def _is_week(week: str) -> bool:
    found = re.fullmatch(r"(\d{4})-W(\d{2})", week)
    if found is None:
        return False
    try:
        date.fromisocalendar(int(found[1]), int(found[2]), 1)
    except ValueError:
        return False
    return True
