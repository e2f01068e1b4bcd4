"""What a command prints: answers on stdout, for people or as JSON for programs; everything else on stderr."""

import contextlib
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Annotated, Any

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for a program.")]

Advance = Callable[[float], None]


def say(text: str = "") -> None:
    """A line of the answer."""
    print(text, flush=True)


def note(text: str) -> None:
    """A remark that is no part of the answer."""
    print(text, file=sys.stderr)


def fail(sentence: str) -> None:
    """Why it did not work, in one line."""
    note(" ".join(sentence.split()))


def show(value: Any) -> None:
    """The answer as JSON; dates as ISO 8601."""
    print(json.dumps(value, ensure_ascii=False, indent=2, default=_written))


def _written(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def table(rows: Iterable[Sequence[object]], *columns: str, empty: str) -> None:
    """Rows under headings, or the sentence `empty` when there are none. Piped, columns are separated by tabs."""
    lines = [["" if cell is None else str(cell) for cell in row] for row in rows]
    if not lines:
        note(empty)
        return
    if not sys.stdout.isatty():
        for line in lines:
            print("\t".join(cell.replace("\t", " ").replace("\n", " ") for cell in line))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for column in columns:
        shown.add_column(column, overflow="fold")
    for line in lines:
        shown.add_row(*(Text(cell) for cell in line))
    Console().print(shown)


@contextlib.contextmanager
def progress(label: str, total: float) -> Iterator[Advance]:
    """A bar on stderr while the block lasts, if somebody is looking. Yields what to call with how far we are of `total`."""
    if not sys.stderr.isatty():
        yield lambda _done: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=total)
        yield lambda done: bar.update(task, completed=done)


def silence() -> None:
    """Nobody reads stdout any more: let the interpreter end without a complaint about it."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
