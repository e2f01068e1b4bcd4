"""`earshot bench`: what the product promises about its speed, measured on this machine."""

from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli import judging, terminal

app = typer.Typer(help="Measure speed and memory on this machine.", no_args_is_help=True)


@app.callback()
def bench() -> None:
    """A group, so that more can be measured later."""


@app.command()
def intake(
    seconds: Annotated[float, typer.Option(min=1, help="How long the load at a fixed rate lasts.")] = 60.0,
    rate: Annotated[float, typer.Option(min=1, max=1000, help="Events a second of that load.")] = 100.0,
    url: Annotated[str, typer.Option(help="An empty Postgres database to use instead of SQLite files.")] = "",
    json: terminal.AsJson = False,
) -> None:
    """Send signed Slack events to a real Earshot, beside bare Bolt, while model and tracker hang.

    Everything runs on this machine in files of its own that are removed at the end. A minute of load takes six minutes
    in all; try it with `--seconds 6`.
    """
    import tempfile
    from pathlib import Path

    from bot.bench import intake as measuring

    with tempfile.TemporaryDirectory(prefix="earshot-bench-") as name:
        folder = Path(name)
        bare, own = (url or f"sqlite:///{folder / file}" for file in ("bare.db", "earshot.db"))
        figures = measuring.intake(folder, bare, own, seconds=seconds, rate=rate, tell=terminal.note)
    terminal.show(figures) if json else _say(figures)


@app.command()
def desk(
    tickets: Annotated[
        list[int] | None, typer.Option(min=100, help="How many tickets; may be given several times.")
    ] = None,
    times: Annotated[int, typer.Option(min=20, help="Pages of each kind.")] = 200,
    url: Annotated[str, typer.Option(help="An empty Postgres database to use instead of a SQLite file.")] = "",
    json: terminal.AsJson = False,
) -> None:
    """Read lists, tickets, searches and digests of a real Earshot at 10,000, 100,000 and 1,000,000 tickets.

    A million takes ten minutes to make, and 4 GB; try it with `--tickets 10000`.
    """
    import tempfile
    from pathlib import Path

    from bot.bench import desk as measuring

    found = []
    for number in tickets or (10_000, 100_000, 1_000_000):
        with tempfile.TemporaryDirectory(prefix="earshot-bench-") as name:
            folder = Path(name)
            own = url or f"sqlite:///{folder / 'earshot.db'}"
            found.append(measuring.desk(folder, number, own, times=times, tell=terminal.note))
    if json:
        terminal.show(found)
        return
    for one in found:
        terminal.say(f"{one['tickets']:,} tickets, {one['rss_mb']:,.0f} MB")
        for kind in ("list", "ticket", "search", "digest", "home"):
            figures = one[kind]
            terminal.say(
                f"  {kind:<8} p50 {figures['p50']:,.1f}  p95 {figures['p95']:,.1f}  max {figures['max']:,.1f} ms"
            )


@app.command()
def trackers(
    bugs: Annotated[int, typer.Option(min=4, help="How many are filed each way.")] = 100,
    url: Annotated[str, typer.Option(help="The address of a Redmine to file them in; without it a stand-in.")] = "",
    key: Annotated[str, typer.Option(help="An API access key of that Redmine.")] = "",
    project: Annotated[str, typer.Option(help="The identifier of a project there.")] = "",
    json: terminal.AsJson = False,
) -> None:
    """File bugs in a Redmine beside a direct client that does the same calls; time a webhook until its drafts wait."""
    import tempfile
    from pathlib import Path

    from bot.bench import trackers as measuring

    with tempfile.TemporaryDirectory(prefix="earshot-bench-") as name:
        figures = measuring.trackers(
            Path(name), bugs, url=url.rstrip("/"), key=key, project=project, tell=terminal.note
        )
    if json:
        terminal.show(figures)
        return
    heard = figures["webhook_to_drafts_ms"]
    terminal.say(
        f"Filed in Redmine ({figures['redmine']})  {figures['filed_per_s']:,.1f} a second; a direct client "
        f"{figures['direct_per_s']:,.1f}; ratio {figures['ratio']:.2f}"
    )
    terminal.say(
        f"Webhook to {figures['drafts']} drafts  p50 {heard['p50']:,.0f}  p95 {heard['p95']:,.0f}  max {heard['max']:,.0f} ms"
    )


@app.command()
def themes(
    file: Annotated[
        Path, typer.Argument(help="A .csv or .jsonl file of labelled messages.", exists=True, dir_okay=False)
    ],
    text: Annotated[str, typer.Option(help="The column that holds the message.")] = "text",
    label: Annotated[str, typer.Option(help="The column that holds the true theme.")] = "label",
    embedder: judging.Kind = None,
    model: judging.Model = None,
    sample: Annotated[int, typer.Option(min=200, help="Draw so many messages.")] = 3_000,
    seed: Annotated[int, typer.Option(help="Decides which are drawn.")] = 0,
    vectors: Annotated[
        list[int] | None, typer.Option(min=200, help="So many vectors made from them; may be given several times.")
    ] = None,
    bertopic: Annotated[bool, typer.Option(help="Also BERTopic, on the same vectors.")] = True,
    json: terminal.AsJson = False,
) -> None:
    """Make themes of labelled messages beside BERTopic, then of 10,000, 100,000 and 1,000,000 vectors made from theirs.

    A million needs 2 GB and two minutes; try it with `--vectors 10000`. Labels only judge.
    """
    import numpy as np

    from bot.bench import themes as measuring
    from bot.files.labelled import labelled
    from handlers.analysis.meaning import memory

    said = labelled(file, text, label, None)
    order = np.random.default_rng(seed).permutation(len(said))[:sample].tolist()
    texts = [said[one]["text"] for one in order]
    rows = judging.embedded(judging.chosen(embedder, model), [*memory.unrelated(), *texts])
    background = len(memory.unrelated())
    figures = measuring.themes(
        rows[background:], rows[:background], texts, [said[one]["label"] for one in order],
        vectors or (10_000, 100_000, 1_000_000), beside=bertopic, tell=terminal.note,
    )  # fmt: skip
    if json:
        terminal.show(figures)
        return
    lines = [(name, figures[name]) for name in ("earshot", "again", "bertopic") if name in figures]
    columns = ("n", "themes", "nmi", "ari", "b3_f1", "seconds", "cpu_seconds", "peak_mb")
    terminal.table(
        [(name, *(one[column] for column in columns)) for name, one in (*lines, *(("earshot", one) for one in figures["many"]))],
        "", *columns, empty="",
    )  # fmt: skip
    if bertopic:
        terminal.say(f"Grouped again, Earshot takes {figures['faster']:.0f} times less processor time than BERTopic.")


def _say(figures: dict[str, Any]) -> None:
    answers, acknowledged = figures["answer_ms"], figures["ack_ms"]
    for line in (
        f"As fast as answered   {figures['events_per_s']:,.0f} events/s; bare Bolt {figures['bare_events_per_s']:,.0f}; "
        f"ratio {figures['ratio']:.2f}",
        f"Answer to Slack       p50 {answers['p50']:,.0f}  p95 {answers['p95']:,.0f}  p99 {answers['p99']:,.0f}  "
        f"max {answers['max']:,.0f} ms, model and tracker hanging",
        f"Left work afterwards  {figures['drain_per_s']:,.0f} answers/s",
        f"Acknowledgement       p50 {acknowledged['p50']:,.0f}  p99 {acknowledged['p99']:,.0f} ms after the event was due",
        f"Memory                {figures['rss_mb']:,.0f} MB at most",
        f"Lost                  {figures['lost']}; twice {figures['duplicates']}",
    ):
        terminal.say(line)
