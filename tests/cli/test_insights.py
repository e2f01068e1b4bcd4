"""What it adds up to, from the command line: counted again, alerts that would have been, the usability review."""

from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import Said

Earshot = Callable[..., Said]


def test_an_empty_company_is_told_counted_again_and_reviewed(earshot: Earshot) -> None:
    told = earshot("digest", "--week", "2026-W46", "--explain", "--json")
    assert (told.code, told.json["agrees"]) == (0, True)
    assert "Every number counts the same again." in earshot("digest", "--week", "2026-W46", "--explain").out
    assert set(earshot("digest", "--week", "2026-W46", "--format", "slack").json) == {"blocks", "thread"}
    fired = earshot("alerts", "test", "--days", "90", "--json")
    assert (fired.code, fired.json["alerts"], fired.json["most_in_a_week"]) == (0, [], 0)
    assert "Nothing would have fired." in earshot("alerts", "test").err
    assert earshot("alerts", "list", "--json").json == []
    assert "@page" in earshot("review", "--period", "2026-Q4", "--format", "html").out
    wrong = earshot("review", "--period", "2026-99")
    assert (wrong.code, "neither a month" in wrong.err) == (1, True)


def test_a_glossary_goes_out_as_a_table_and_comes_in_again(earshot: Earshot, home: Path) -> None:
    (home / "g.csv").write_text("concept,role,en,es\nplanner,area,route planner*,planificador*\n", encoding="utf-8")
    assert earshot("glossary", "import", "g.csv").out.startswith("1 concepts are in force.")
    assert "planner" in earshot("glossary", "list").out
    assert earshot("glossary", "export").out.splitlines()[0] == "concept,role,rarity,en,es"
    (home / "bad.csv").write_text("x,y\n1,2\n", encoding="utf-8")
    assert earshot("glossary", "import", "bad.csv").code == 1
    (home / "none.csv").write_text("concept,en\n", encoding="utf-8")
    assert earshot("glossary", "import", "none.csv", "--replace").code == 0
    assert earshot("glossary", "list", "--json").json == []
