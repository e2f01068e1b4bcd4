"""`earshot glossary`: the product's areas with their synonyms in every language, as a table to edit."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from bot.cli import house, terminal

app = typer.Typer(help="The product's areas and what goes wrong with them, with synonyms.", no_args_is_help=True)


@app.command("list")
def list_(
    everything: Annotated[bool, typer.Option("--all", help="Also the rows that ship.")] = False,
    as_json: terminal.AsJson = False,
) -> None:
    """Your own concepts; with --all all that are in force."""
    from handlers.company import gloss

    with house.working() as uow:
        rows = uow.glossary.rows if everything else gloss.own(uow)
    if as_json:
        terminal.show([dict(row) for row in rows])
        return
    shown = [(row["concept"], row["role"], row.get("name_en", ""), _said(row)) for row in rows]
    terminal.table(
        shown, "concept", "role", "name", "synonyms", empty="None of your own yet; --all shows those that ship."
    )


@app.command()
def export(
    everything: Annotated[bool, typer.Option("--all", help="Also the rows that ship, to begin from.")] = False,
) -> None:
    """Print them as a table (CSV) that `import` reads."""
    from handlers.analysis.meaning import glossary
    from handlers.company import gloss

    with house.working() as uow:
        sys.stdout.write(glossary.written(uow.glossary.rows if everything else gloss.own(uow)))


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="A .csv file.", exists=True, dir_okay=False)],
    replace: Annotated[bool, typer.Option("--replace", help="Forget your own concepts that are not in it.")] = False,
) -> None:
    """Take over a table: concept, role (area, symptom, generic), rarity, name_en…, and a column of synonyms a language (en,
    es, ja, de …), divided by |; a word may end in *. A concept without synonyms is not used.
    """
    from handlers.company import gloss
    from handlers.errors import Refused

    try:
        table = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(f"{file.name} is not written in UTF-8.") from None
    with house.working() as uow:
        number = gloss.gloss(uow, table, None, replace=replace)
    terminal.say(f"{number} concepts are in force. What was said before is read anew while Earshot runs; themes stay.")


def _said(row: Mapping[str, str]) -> str:
    words = {key: value for key, value in row.items() if len(key) == 2 and value}
    return "  ".join(f"{language}: {value[:40]}" for language, value in words.items())
