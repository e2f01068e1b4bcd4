"""`earshot eval triage` on files that somebody labelled."""

import json
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


def test_taking_personal_data_out_is_judged_per_kind(earshot: Earshot, home: Path) -> None:
    text = "Ann is ann@corp.example or +34 612 345 678, at 12 Main Street; code 4711 0815 9999"
    marks = [("EMAIL_ADDRESS", "ann@corp.example"), ("PHONE_NUMBER", "+34 612 345 678"), ("STREET", "12 Main Street")]
    spans = [
        {"entity_type": label, "start_position": text.index(said), "end_position": text.index(said) + len(said)}
        for label, said in marks
    ]
    (home / "pii.json").write_text(json.dumps([{"full_text": text, "spans": spans}, {"full_text": "Hi", "spans": []}]))
    said = earshot("eval", "redaction", "pii.json", "--json")
    assert (said.code, said.json["n"], said.json["recall"]) == (0, 2, 1.0)
    assert said.json["types"]["email"] == {"recall": 1.0, "precision": 1.0, "marked": 1, "taken": 1}
    assert "wrong phone" not in earshot("eval", "redaction", "pii.json", "--wrong").out
    (home / "bad.json").write_text('[{"text": 5}]')
    assert "Entry 1 of bad.json is no marked text" in earshot("eval", "redaction", "bad.json").err


def test_the_language_is_judged_with_the_body_and_by_the_title(earshot: Earshot, home: Path) -> None:
    rows = [
        "language,title,body",
        "zh-CN,任务栏打开最近项目,现在只会显示单文件",
        "es,No puedo exportar,La exportación se cuelga siempre",
        ",Bug,",
    ]
    (home / "l.csv").write_text("\n".join(rows))
    said = earshot("eval", "language", "l.csv", "--json")
    assert (said.code, said.json["n"], said.json["accuracy"], said.json["title_accuracy"]) == (0, 2, 1.0, 1.0)
    assert set(said.json["per_language"]) == {"es", "zh"}


def test_themes_are_judged_at_once_and_from_week_to_week(earshot: Earshot, home: Path) -> None:
    whens, whats = ("today", "again", "since Monday", "all morning"), ("Export hangs", "Wrong VAT", "Login loops")
    said = [f"{what} {when}" for when in whens for what in whats]
    (home / "f.csv").write_text("text,label\n" + "".join(f"{one},{one.split()[1]}\n" for one in said))
    once = earshot("eval", "themes", "f.csv", "--embedder", "lexical", "--json").json
    assert {"n", "themes", "nmi", "ari", "b3_f1", "unassigned", "seconds", "peak_mb"} <= once.keys()
    assert (once["n"], once["unassigned"], once["ari"]) == (12, 0, 1)
    weekly = earshot("eval", "themes", "f.csv", "--embedder", "lexical", "--weeks", "4", "--json").json
    assert {"kept_ids", "kept_names", "late_found"} <= weekly.keys()
    assert (
        earshot("eval", "themes", "f.csv", "--embedder", "none").err
        == "There is no embedder “none”: auto, endpoint, local or lexical.\n"
    )


@pytest.mark.skipif(not (ROOT.parent / "shared").is_dir(), reason="shared data and models are not here")
def test_themes_of_real_messages_by_a_real_model(earshot: Earshot) -> None:
    shared = ROOT.parent / "shared"
    said = earshot(
        "eval", "themes", str(shared / "data/themes/dstc11-insurance.jsonl"), "--text", "utterance", "--label", "intent",
        "--embedder", "local", "--model", str(shared / "models/all-MiniLM-L6-v2-int8"), "--sample", "400", "--json",
    )  # fmt: skip
    assert said.json["nmi"] > 0.75


def test_themes_are_benched_in_processes_of_their_own(earshot: Earshot, home: Path) -> None:
    words = ["export", "invoice", "login", "search", "chart", "filter", "mobile", "calendar"]
    told = [f"{word} {what} {number}" for word in words for what in ("hangs", "is wrong") for number in range(20)]
    (home / "f.csv").write_text("text,label\n" + "".join(f"{one},{one.split()[0]}\n" for one in told))
    asked = ("bench", "themes", "f.csv", "--embedder", "lexical", "--no-bertopic", "--vectors", "500", "--json")
    [many] = earshot(*asked).json["many"]
    assert {"n", "themes", "nmi", "ari", "b3_f1", "seconds", "cpu_seconds", "peak_mb"} <= many.keys()
    assert many["n"] == 500


def test_duplicates_are_looked_for(earshot: Earshot, home: Path) -> None:
    titles = [
        "Export hangs at 90 %",
        "Wrong VAT on invoices",
        "Login loops",
        "The export to Excel hangs",
        "Dark mode, please",
    ]
    (home / "r.csv").write_text(
        "Summary,Issue id\n" + "".join(f'"{one}",{place}\n' for place, one in enumerate(titles))
    )
    (home / "p.csv").write_text('Issue id,Duplicate id\n0,"3, 77"\n3,0\n99,1\n')
    said = earshot("eval", "duplicates", "r.csv", "p.csv", "--embedder", "lexical", "--json").json
    assert said == {"reports": 5, "asked": 2, "recall_at_1": 1, "recall_at_5": 1, "recall_at_10": 1}
    (home / "p.csv").write_text("Issue id,Duplicate id\n99,1\n")
    assert earshot("eval", "duplicates", "r.csv", "p.csv").err == "No pair of p.csv is in r.csv.\n"
