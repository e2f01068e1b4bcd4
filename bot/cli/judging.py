"""`earshot eval themes` and `earshot eval duplicates`: what grouping and searching are worth on labelled files."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli import terminal

if TYPE_CHECKING:
    from handlers.analysis.meaning.joined import Embedder

File = Annotated[Path, typer.Argument(help="A .csv or .jsonl file.", exists=True, dir_okay=False)]
Kind = Annotated[
    str | None,
    typer.Option("--embedder", help="auto, endpoint, local or lexical; as set for Earshot by default."),
]
Model = Annotated[str | None, typer.Option("--model", help="A directory or the name of an embedding model.")]


def themes(
    file: File,
    text: Annotated[str, typer.Option(help="The column that holds the message.")] = "text",
    label: Annotated[str, typer.Option(help="The column that holds the true theme.")] = "label",
    embedder: Kind = None,
    model: Model = None,
    weeks: Annotated[
        int, typer.Option(min=0, max=52, help="Let the messages come in so many weeks, each a quarter more.")
    ] = 0,
    seed: Annotated[int, typer.Option(help="Decides which are drawn and in what order they come.")] = 0,
    sample: Annotated[int, typer.Option(min=0, help="Draw so many messages; 0 takes all.")] = 0,
    encoding: Annotated[str | None, typer.Option(help="What the file is written in if not UTF-8.")] = None,
    as_json: terminal.AsJson = False,
) -> None:
    """How near themes come to the true ones: NMI, ARI, B-cubed; with `--weeks` also what lasts from week to week.

    The number of themes is not given; labels judge, and choose nothing. `seconds` are for the themes, vectors not counted.
    """
    import time

    import numpy as np

    from bot.files.labelled import labelled
    from handlers.analysis.meaning import memory
    from handlers.analysis.theming import judging

    said = labelled(file, text, label, encoding)
    order = np.random.default_rng(seed).permutation(len(said))[: sample or None].tolist()
    texts, truth = [said[one]["text"] for one in order], [said[one]["label"] for one in order]
    meaning = chosen(embedder, model)
    started = time.perf_counter()
    rows = embedded(meaning, [*memory.unrelated(), *texts])
    read = time.perf_counter()
    unrelated, rows = rows[: len(memory.unrelated())], rows[len(memory.unrelated()) :]
    figures: dict[str, Any]
    if weeks > 1:
        figures = judging.judge_weeks(rows, unrelated, truth, texts, weeks, seed)
    else:
        figures = judging.judge(rows, unrelated, truth)
    figures |= {
        "seconds": round(time.perf_counter() - read, 3),
        "embedding_seconds": round(read - started, 3),
        "peak_mb": _peak_mb(),
        "embedder": meaning.name,
    }
    if as_json:
        terminal.show(figures)
        return
    for name, value in figures.items():
        terminal.say(f"{name}: {value:.3f}" if isinstance(value, float) else f"{name}: {value}")


def _peak_mb() -> float:
    """The most memory this program has had so far."""
    import resource
    import sys

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(most / (2**20 if sys.platform == "darwin" else 2**10), 1)


def chosen(kind: str | None, model: str | None) -> "Embedder":
    """The embedder asked for; as set for Earshot by default."""
    from bot import embedding, wiring
    from bot.cli import house
    from handlers.errors import Refused

    settings = house.settled()
    kind = kind or settings.embeddings
    if kind not in ("auto", "endpoint", "local", "lexical"):
        raise Refused(f"There is no embedder “{kind}”: auto, endpoint, local or lexical.")
    return embedding.choose(kind, model or settings.embedding_model, settings, wiring.model)


def embedded(embedder: "Embedder", texts: list[str]) -> Any:
    """A row a text, with a bar while it lasts."""
    import numpy as np

    rows = []
    with terminal.progress("Reading", len(texts)) as advance:
        for begin in range(0, len(texts), 1_000):
            rows.append(np.asarray(embedder.vectors(texts[begin : begin + 1_000]), dtype=np.float32))
            advance(begin + len(rows[-1]))
    return np.vstack(rows)


def duplicates(
    reports: File,
    pairs: Annotated[Path, typer.Argument(help="Which report duplicates which.", exists=True, dir_okay=False)],
    title: Annotated[str, typer.Option(help="The column of the reports that holds the title.")] = "Summary",
    body: Annotated[str, typer.Option(help="The column that holds the body, if there is one.")] = "Description",
    number: Annotated[str, typer.Option(help="The column, in both files, that holds the number.")] = "Issue id",
    duplicate: Annotated[
        str, typer.Option(help="The column of the pairs with the numbers of the duplicates, divided by commas.")
    ] = "Duplicate id",
    created: Annotated[
        str, typer.Option(help="The column that holds when a report came (ISO 8601), if there is one.")
    ] = "Created",
    embedder: Kind = None,
    model: Model = None,
    as_json: terminal.AsJson = False,
) -> None:
    """How often a duplicate of a report is found among the first 1, 5 and 10. Pairs of which one report is missing do not count."""
    from bot.files.rows import Row, rows
    from handlers.analysis.duplicates import Reports, beginnings, closed, recall
    from handlers.errors import Refused

    told = [row.fields for row in rows(reports) if isinstance(row, Row)]
    places = {str(_field(fields, number)).strip(): place for place, fields in enumerate(told)}
    same: dict[int, set[int]] = {}
    for row in rows(pairs):
        if isinstance(row, Row) and (one := places.get(str(_field(row.fields, number)).strip())) is not None:
            others = {places.get(other.strip()) for other in str(_field(row.fields, duplicate)).split(",")}
            same.setdefault(one, set()).update(other for other in others if other is not None and other != one)
    same = closed({one: others for one, others in same.items() if others})
    if not same:
        raise Refused(f"No pair of {pairs.name} is in {reports.name}.")
    titles = [str(_field(fields, title)) for fields in told]
    bodies, meaning = [str(_field(fields, body)) for fields in told], chosen(embedder, model)
    meanings = (embedded(meaning, texts) for texts in (titles, beginnings(titles, bodies)))
    found = Reports(titles, bodies, *meanings, days=[_day(_field(fields, created)) for fields in told])
    figures = {"reports": len(told), "asked": len(same), **recall(found, same)}
    if as_json:
        terminal.show(figures)
        return
    for name, value in figures.items():
        terminal.say(f"{name}: {value:.3f}" if isinstance(value, float) else f"{name}: {value}")


def _day(written: Any) -> float:
    """Days since 1970 of a time as it stands in a file; NaN for what is none."""
    from datetime import UTC, datetime

    try:
        moment = datetime.fromisoformat(str(written).strip())
    except ValueError:
        return float("nan")
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() / 86_400


def _field(fields: dict[str, Any], name: str) -> Any:
    return fields.get(name.lower(), fields.get(name, "")) or ""
