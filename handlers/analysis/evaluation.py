"""How well messages are understood, measured on rows that somebody labelled. Rows are dicts of strings."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from handlers.analysis.language import detect
from handlers.analysis.local_model import LocalModel

Row = Mapping[str, str]
Report = dict[str, object]
Pair = TypeVar("Pair")

_NONE = frozenset({"", "0", "0.0", "false", "no", "none", "null", "nan", "harmless", "negative", "n", "f", "-"})


def evaluate_kind(
    rows: Sequence[Row], text: str = "text", label: str = "label", model: LocalModel | None = None
) -> Report:
    """`accuracy`, `macro_f1` (mean F1 of the kinds that occur), `unsure`, `per_class` and, where the rows have a column
    `language`, `per_language`. The column is not shown to the model: the language is found from the text.
    """
    model = model or LocalModel()
    told = [model.understand(row[text]) for row in rows]
    pairs = [(_kind(row[label]), one.kind) for row, one in zip(rows, told, strict=True)]
    report = _of_kinds(pairs) | {"unsure": _share([one.unsure for one in told])}
    return report | _by_language(rows, pairs, _of_kinds)


def evaluate_emergency(
    rows: Sequence[Row], text: str = "text", label: str = "label", model: LocalModel | None = None
) -> Report:
    """`recall` (paged or looked at first), `page_recall`, `page_false_alarms` and `look_first_share` (of those that are no
    emergency), and `per_language`. A label is 1/0, true/false, yes/no, or a kind of emergency; empty and none mean no.
    """
    model = model or LocalModel()
    pairs = [(row[label].strip().casefold() not in _NONE, model.understand(row[text]).band) for row in rows]
    return _of_emergencies(pairs) | _by_language(rows, pairs, _of_emergencies)


def evaluate_language(rows: Sequence[Row]) -> dict[str, Any]:
    """Rows with `title`, `text` and the true `language` (ISO 639-1, a region after it ignored; rows without one are left out).

    `n`, `accuracy` with both, `title_accuracy` by the title alone (None where no row has a title), and `per_language`.
    """
    told = []
    for row in rows:
        true = row["language"].strip().lower().replace("_", "-").partition("-")[0]
        if len(true) == 2 and (row["title"] + row["text"]).strip():
            both = detect(f"{row['title']}\n\n{row['text']}".strip()).language == true
            told.append((true, both, detect(row["title"]).language == true))
    titled = any(row["title"].strip() for row in rows)
    return {
        "n": len(told),
        "accuracy": _share([both for _, both, _ in told]),
        "title_accuracy": _share([title for *_, title in told]) if titled else None,
        "per_language": {
            name: {
                "n": sum(true == name for true, *_ in told),
                "accuracy": _share([both for true, both, _ in told if true == name]),
                "title_accuracy": _share([title for true, _, title in told if true == name]),
            }
            for name in sorted({true for true, *_ in told})
        },
    }


def _kind(label: str) -> str:
    """As we spell it: “Feature request” is `feature_request`."""
    return "_".join(label.casefold().replace("-", " ").split())


def _of_kinds(pairs: Sequence[tuple[str, str]]) -> Report:
    per_class: dict[str, Report] = {}
    for kind in sorted({right for right, _ in pairs}):
        hits = sum(right == told == kind for right, told in pairs)
        occurs = sum(right == kind for right, _ in pairs)
        named = sum(told == kind for _, told in pairs)
        per_class[kind] = {
            "precision": _ratio(hits, named),
            "recall": _ratio(hits, occurs),
            "f1": _ratio(2 * hits, named + occurs),
            "n": occurs,
        }
    scores = [float(str(one["f1"])) for one in per_class.values()]
    return {
        "n": len(pairs),
        "accuracy": _ratio(sum(right == told for right, told in pairs), len(pairs)),
        "macro_f1": _ratio(sum(scores), len(scores)),
        "per_class": per_class,
    }


def _of_emergencies(pairs: Sequence[tuple[bool, str]]) -> Report:
    meant = [band for emergency, band in pairs if emergency]
    rest = [band for emergency, band in pairs if not emergency]
    return {
        "n": len(pairs),
        "emergencies": len(meant),
        "recall": _share([band != "none" for band in meant]),
        "page_recall": _share([band == "certain" for band in meant]),
        "page_false_alarms": _share([band == "certain" for band in rest]),
        "look_first_share": _share([band == "possible" for band in rest]),
    }


def _by_language(rows: Sequence[Row], pairs: Sequence[Pair], report: Callable[[Sequence[Pair]], Report]) -> Report:
    languages: dict[str, list[Pair]] = defaultdict(list)
    for row, pair in zip(rows, pairs, strict=True):
        if row.get("language"):
            languages[row["language"]].append(pair)
    return {"per_language": {name: report(some) for name, some in sorted(languages.items())}} if languages else {}


def _share(flags: Sequence[bool]) -> float:
    return _ratio(sum(flags), len(flags))


def _ratio(part: float, whole: float) -> float:
    """Rounded to four places; 0 of nothing is 0."""
    return round(part / whole, 4) if whole else 0.0
