"""`earshot eval triage` on files that somebody labelled."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, Said

Earshot = Callable[..., Said]


def test_kinds_are_judged_per_class_and_per_language(earshot: Earshot) -> None:
    said = earshot("eval", "triage", str(ROOT / "tests/triage/seen.csv"), "--text", "text", "--label", "kind", "--json")
    assert said.code == 0
    assert {"accuracy", "macro_f1", "per_class", "per_language"} <= said.json.keys()
    assert set(said.json["per_language"]) == {"en", "es", "ja"}
    assert said.json["macro_f1"] >= 0.65  # plain and indirect together; the bars for each are in tests/analysis


def test_emergencies_are_judged_by_band(earshot: Earshot) -> None:
    file = str(ROOT / "tests/triage/emergencies-seen.csv")
    said = earshot("eval", "triage", file, "--label", "emergency", "--json")
    assert said.code == 0
    assert {"recall", "page_recall", "page_false_alarms", "look_first_share"} <= said.json.keys()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("text,kind\nhello,\n", "has no “kind”"),
        ("words,kind\nhello,bug\n", "no column “text”"),
        ("text,kind\n", "holds no messages"),
    ],
)
def test_a_file_that_cannot_be_judged_is_refused(earshot: Earshot, home: Path, text: str, words: str) -> None:
    (home / "f.csv").write_text(text)
    said = earshot("eval", "triage", "f.csv")
    assert (said.code, said.err.count("\n")) == (1, 1)
    assert words in said.err
