"""`earshot eval redaction` and `earshot eval language`: two more things that are judged on labelled files."""

from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli import terminal

File = Annotated[Path, typer.Argument(help="A labelled file.", exists=True, dir_okay=False)]


def redaction(
    file: File,
    wrong: Annotated[
        bool, typer.Option("--wrong", help="Also print what was missed and what was taken wrongly.")
    ] = False,
    as_json: terminal.AsJson = False,
) -> None:
    """Recall and precision of taking personal data out: of a JSON list or JSON Lines of texts with marked spans.

    E-mail, phone, card, IBAN, IP, identity numbers, keys and passwords count; other marks (streets, dates) do not.
    """
    from bot.files.marked import marked
    from handlers.analysis.redacting import judging

    texts = marked(file)
    figures: dict[str, Any] = judging.judge(texts)
    if wrong:
        figures["differences"] = [list(one) for one in judging.differences(texts)]
    if as_json:
        terminal.show(figures)
        return
    terminal.say(f"{figures['n']} texts, recall {figures['recall']:.3f}, precision {figures['precision']:.3f}")
    rows = [
        (kind, *(one[name] for name in ("marked", "taken", "recall", "precision")))
        for kind, one in figures["types"].items()
    ]
    terminal.table(rows, "kind", "marked", "taken", "recall", "precision", empty="Nothing is marked.")
    for how, kind, words in figures.get("differences", ()):
        terminal.say(f"{how} {kind}: {words!r}")


def language(
    file: File,
    text: Annotated[str, typer.Option(help="The column that holds the body.")] = "body",
    title: Annotated[str, typer.Option(help="The column that holds the title, if there is one.")] = "title",
    label: Annotated[
        str, typer.Option(help="The column that holds the true language, such as es or zh-CN.")
    ] = "language",
    encoding: Annotated[str | None, typer.Option(help="What the file is written in if not UTF-8.")] = None,
    as_json: terminal.AsJson = False,
) -> None:
    """How often the language is right, with title and body and by the title alone. Rows without a known language are left out."""
    from bot.files.rows import Rejected, rows
    from handlers.analysis import evaluation
    from handlers.errors import Refused

    told = []
    for row in rows(file, encoding):
        if isinstance(row, Rejected):
            raise Refused(f"Line {row.number} of {file.name} {row.reason}.")
        fields = {
            name: str(row.fields.get(column.lower()) or "")
            for name, column in (("text", text), ("title", title), ("language", label))
        }
        told.append(fields)
    figures = evaluation.evaluate_language(told)
    if not figures["n"]:
        raise Refused(f"{file.name} has no row with a column “{label}” and words.")
    if as_json:
        terminal.show(figures)
        return
    terminal.say(
        f"{figures['n']} texts: {figures['accuracy']:.3f} with the body, {figures['title_accuracy']:.3f} by the title alone"
    )
    per = [(name, *one.values()) for name, one in figures["per_language"].items()]
    terminal.table(per, "language", "texts", "with body", "title alone", empty="")
