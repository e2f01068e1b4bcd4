"""What it adds up to, from the command line: counted again, alerts that would have been, the usability review."""

from collections.abc import Callable
from pathlib import Path

from bot.cli import house
from bot.engine import Inline
from handlers.customers import keep
from handlers.intake.receive import Author, Incoming, receive
from storage.routing import policy
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


def test_another_fineness_is_shown_before_it_is_kept(earshot: Earshot, home: Path) -> None:
    refused = earshot("themes", "regroup")
    assert (refused.code, "Too little was said" in refused.err) == (1, True)
    with house.opened(inline=True) as here:
        for number, text in enumerate(
            (*["The export to Excel hangs again and never ends"] * 4, *["Login loops, it is broken"] * 3)
        ):
            with here.work() as uow:
                keep.keep(uow, keep.Card(key=f"c{number}", name=f"C{number}"))
                ann, place = Author("Ann", f"ann@c{number}.example"), f"support:c{number}"
                receive(uow, Incoming("support", f"T/{number}", place, text, uow.now(), ann, customer=f"c{number}"))
        assert isinstance(here.engine, Inline)
        here.engine.drain()
    shown = earshot("themes", "regroup", "--resolution", "3", "--json").json
    assert (shown["complaints"], shown["applied"]) == (7, False)
    assert "2 themes would become 2" in earshot("themes", "regroup").out
    assert earshot("themes", "regroup", "--resolution", "3", "--apply", "--json").json["applied"] is True
    with house.working() as uow:
        assert (policy.recall(uow.db, "themes") or {})["resolution"] == 3
