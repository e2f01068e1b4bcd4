"""What it adds up to, from the command line: counted again, alerts that would have been, the usability review."""

from collections.abc import Callable

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
