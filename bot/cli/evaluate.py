"""`earshot eval`: how well the understanding does on messages somebody has labelled."""

from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli import judge, judging, terminal

app = typer.Typer(help="Judge the understanding on labelled messages.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Judge the understanding on labelled messages."""


@app.command()
def triage(
    file: Annotated[Path, typer.Argument(help="A .csv or .jsonl file.", exists=True, dir_okay=False)],
    text: Annotated[str, typer.Option(help="The column that holds the message.")] = "text",
    label: Annotated[str, typer.Option(help="The column that holds the truth: kind or emergency.")] = "kind",
    encoding: Annotated[str | None, typer.Option(help="What the file is written in if not UTF-8.")] = None,
    as_json: terminal.AsJson = False,
) -> None:
    """Accuracy, macro-F1, per class and, where there is a column `language`, per language; for emergencies, what is
    found, paged and marked to be looked at first. Offline: no model is asked.
    """
    from bot.files.labelled import labelled
    from handlers.analysis import evaluation

    emergency = "emergency" in label.lower()
    rows = labelled(file, text, label, encoding, may_be_empty=emergency)
    figures = evaluation.evaluate_emergency(rows) if emergency else evaluation.evaluate_kind(rows)
    if as_json:
        terminal.show(figures)
        return
    terminal.say(f"{len(rows)} messages")
    _tell(figures, "")


app.command()(judge.redaction)
app.command()(judge.language)
app.command()(judging.themes)
app.command()(judging.duplicates)


def _tell(figures: dict[str, Any], indent: str) -> None:
    for name, value in figures.items():
        if isinstance(value, dict):
            terminal.say(f"{indent}{name}")
            _tell(value, indent + "  ")
        else:
            terminal.say(f"{indent}{name}: {value:.3f}" if isinstance(value, float) else f"{indent}{name}: {value}")
