"""`earshot eval`: how well the understanding does on messages somebody has labelled."""

import csv
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli import judge, terminal

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
    from handlers.analysis import evaluation

    rows = _labelled(file, text, label, encoding)
    emergency = "emergency" in label.lower()
    figures = evaluation.evaluate_emergency(rows) if emergency else evaluation.evaluate_kind(rows)
    if as_json:
        terminal.show(figures)
        return
    terminal.say(f"{len(rows)} messages")
    _tell(figures, "")


app.command()(judge.redaction)
app.command()(judge.language)


def _labelled(file: Path, text: str, label: str, encoding: str | None) -> list[dict[str, Any]]:
    """Rows as the evaluation reads them: `text`, `label` and, where given, `language`."""
    from bot.files.rows import Rejected, rows
    from handlers.errors import Refused

    csv.field_size_limit(8_000_000)
    found = []
    for row in rows(file, encoding):
        if isinstance(row, Rejected):
            raise Refused(f"Line {row.number} of {file.name} {row.reason}.")
        words = row.fields.get(text.lower(), row.fields.get(text))
        if words is None or str(words).strip() == "":
            raise Refused(f"Line {row.number} of {file.name} has no column “{text}”, or nothing in it.")
        truth = str(row.fields.get(label.lower(), row.fields.get(label, "")))
        if not truth.strip() and "emergency" not in label.lower():
            raise Refused(f"Line {row.number} of {file.name} has no “{label}”.")
        language = row.fields.get("language")
        found.append({"text": str(words), "label": truth, **({"language": str(language)} if language else {})})
    if not found:
        raise Refused(f"{file.name} holds no messages.")
    return found


def _tell(figures: dict[str, Any], indent: str) -> None:
    for name, value in figures.items():
        if isinstance(value, dict):
            terminal.say(f"{indent}{name}")
            _tell(value, indent + "  ")
        else:
            terminal.say(f"{indent}{name}: {value:.3f}" if isinstance(value, float) else f"{indent}{name}: {value}")
