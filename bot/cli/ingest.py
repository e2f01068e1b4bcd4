"""`earshot ingest`: history from a file. It feeds themes, cards and digests; it is never answered and raises no alert."""

import contextlib
import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import house, terminal

if TYPE_CHECKING:
    from bot.files.messages import Reader
    from bot.files.rows import Rejected, Row
    from bot.wiring import Earshot
    from handlers.unit_of_work import UnitOfWork

BATCH = 50
NAMED, TOLD = 10, 1000
"""How many rejected lines are named on the terminal and in the JSON; all of them are in the file."""


@dataclass
class Outcome:
    """What became of the lines. `known` were here before; `rejected` are kept in `rejected_file`."""

    file: str
    kept: int = 0
    known: int = 0
    rejected: int = 0
    left_to_server: bool = False
    rejected_file: str | None = None
    rejects: list[dict[str, object]] = field(default_factory=list)
    ignored_columns: list[str] = field(default_factory=list)
    seconds: float = 0.0


def ingest(
    file: Annotated[Path, typer.Argument(help="A .jsonl or .csv file.", exists=True, dir_okay=False)],
    create_customers: Annotated[
        bool, typer.Option("--create-customers", help="Make customers that do not exist yet, instead of rejecting.")
    ] = False,
    encoding: Annotated[str | None, typer.Option(help="What the file is written in if not UTF-8: cp1252, …")] = None,
    as_json: terminal.AsJson = False,
) -> None:
    """Bring in history: one message a line, at least `customer` and `text`.

    Also: author, email, sent_at (ISO 8601; without a zone it is the team's), external_id, thread, channel.
    Run again, it goes on where it stopped; what is here already stays as it is.
    Lines that cannot be kept are named with their number and kept in FILE.rejected.jsonl.
    """
    from bot.server import lock

    settings = house.settled()
    busy = lock.somebody_works(settings.database_url)
    with contextlib.ExitStack() as stack:
        if not busy:
            stack.enter_context(lock.working_alone(settings.database_url))
        earshot = stack.enter_context(house.opened(inline=not busy))
        outcome = bring_in(earshot, file, create_customers=create_customers, encoding=encoding)
    outcome.left_to_server = busy
    _tell(outcome, as_json)
    if outcome.rejected and not outcome.kept and not outcome.known:
        raise typer.Exit(1)


def bring_in(earshot: "Earshot", file: Path, *, create_customers: bool, encoding: str | None = None) -> Outcome:
    """Keep every line that can be kept, many to a commit; then understand them, here if nobody else does.

    Stopped at any moment, the next run goes on.
    """
    started = time.monotonic()
    outcome = _kept(earshot, file, create_customers, encoding)
    _understand(earshot)
    outcome.seconds = round(time.monotonic() - started, 2)
    return outcome


def _kept(earshot: "Earshot", file: Path, create_customers: bool, encoding: str | None) -> Outcome:
    from bot.files.messages import Reader
    from bot.files.rows import rows

    outcome = Outcome(str(file))
    known: set[str | None] = set()
    with earshot.work() as uow:
        reader = Reader(uow.policy.time_zone, uow.now())
    rejects = file.with_name(file.name + ".rejected.jsonl")
    with (
        terminal.progress(f"Reading {file.name}", file.stat().st_size) as advance,
        rejects.open("w", encoding="utf-8") as bin_,
    ):
        for batch in _batches(rows(file, encoding)):
            with earshot.work() as uow:
                refused = [each for row in batch if (each := _keep(uow, reader, row, create_customers, known, outcome))]
            for each in refused:
                outcome.rejected += 1
                bin_.write(json.dumps({"line": each.number, "reason": each.reason, "said": each.said}) + "\n")
                if len(outcome.rejects) < TOLD:
                    outcome.rejects.append({"line": each.number, "reason": each.reason})
            advance(max((row.end for row in batch if hasattr(row, "end")), default=0))
    if outcome.rejected:
        outcome.rejected_file = str(rejects)
    else:
        rejects.unlink()
    outcome.ignored_columns = sorted(reader.ignored)
    return outcome


def _understand(earshot: "Earshot") -> None:
    """Run the flows of what was kept now, or in a run that was stopped, in this process; a running Earshot does it itself."""
    from bot.engine import Inline
    from handlers.intake import resume

    engine = earshot.engine
    if not isinstance(engine, Inline):
        return
    with earshot.work() as uow:
        resume.understand(uow)
    left, done = len(engine.left), 0
    with terminal.progress("Understanding", left) as advance:
        while engine.left:
            with earshot.work() as uow, engine.within(uow):
                done += engine.drain(BATCH)
            advance(min(done, left))


def _batches(all_rows: "Iterable[Row | Rejected]") -> "Iterator[list[Row | Rejected]]":
    left = iter(all_rows)
    while batch := list(islice(left, BATCH)):
        yield batch


def _keep(
    uow: "UnitOfWork",
    reader: "Reader",
    row: "Row | Rejected",
    create_customers: bool,
    known: set[str | None],
    outcome: Outcome,
) -> "Rejected | None":
    """Keep one line; gives back why not."""
    from bot.files.rows import Rejected
    from handlers.customers import keep
    from handlers.errors import Refused
    from handlers.intake import receive

    incoming = row if isinstance(row, Rejected) else reader.read(row)
    if isinstance(incoming, Rejected):
        return incoming
    try:
        if create_customers and incoming.customer and incoming.customer not in known:
            keep.introduce(uow, incoming.customer)
            known.add(incoming.customer)
        if receive.receive(uow, incoming) is None:
            outcome.known += 1
        else:
            outcome.kept += 1
    except Refused as refusal:
        return Rejected(row.number, str(refusal), getattr(row, "fields", None))
    return None


def _tell(outcome: Outcome, as_json: bool) -> None:
    if as_json:
        terminal.show(asdict(outcome))
        return
    if outcome.ignored_columns:
        terminal.note(f"Ignored columns: {', '.join(outcome.ignored_columns)}.")
    for each in outcome.rejects[:NAMED]:
        terminal.note(f"Line {each['line']}: {each['reason']}.".replace("..", "."))
    if outcome.rejected:
        more = f" ({outcome.rejected - NAMED} more are named there)" if outcome.rejected > NAMED else ""
        terminal.note(f"Rejected lines are kept in {outcome.rejected_file}{more}.")
    terminal.say(
        f"{outcome.kept} messages kept, {outcome.known} were here already, {outcome.rejected} rejected, "
        f"in {outcome.seconds:.1f} s."
    )
    if outcome.left_to_server and outcome.kept:
        terminal.say("The running Earshot works them now.")
