"""What every command has in common: help, exit codes, one sentence on stderr."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Said

Earshot = Callable[..., Said]
GROUPS = [
    "run",
    "demo",
    "ingest",
    "digest",
    "customers",
    "flag",
    "unflag",
    "rules",
    "themes",
    "bugs",
    "tickets",
    "doctor",
    "migrate",
    "backup",
    "bench",
    "eval",
    "keys",
    "sign-in",
    "staff",
]


def test_help_names_every_command(earshot: Earshot) -> None:
    said = earshot("--help")
    assert said.code == 0
    assert [name for name in GROUPS if f" {name} " not in said.out] == []


@pytest.mark.parametrize("group", GROUPS)
def test_every_command_has_help(earshot: Earshot, group: str) -> None:
    said = earshot(group, "--help")
    assert (said.code, said.err) == (0, "")
    assert "Usage" in said.out


@pytest.mark.parametrize(
    "wrong",
    [
        ["nonsense"],
        ["customers", "show"],
        ["tickets", "list", "--state", "asleep"],
        ["run", "--port", "x"],
    ],
)
def test_wrong_usage_is_told_in_one_sentence_and_ends_with_2(earshot: Earshot, wrong: list[str]) -> None:
    said = earshot(*wrong)
    assert (said.code, said.out) == (2, "")
    assert said.err.count("\n") == 1
    assert "--help" in said.err


def test_a_group_alone_shows_what_is_in_it(earshot: Earshot) -> None:
    said = earshot("customers")
    assert said.code == 2
    assert "import" in said.out


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("EARSHOT_PORT", "x", "EARSHOT_PORT"),
        ("EARSHOT_DATABASE_URL", "mysql://x", "EARSHOT_DATABASE_URL"),
        ("EARSHOT_DATABASE_URL", "sqlite:////nowhere/at/all.db", "unable to open database file"),
        ("EARSHOT_DATABASE_URL", "postgresql://127.0.0.1:1/x", "Connection refused"),
    ],
)
def test_a_setting_that_cannot_work_is_told_in_one_sentence_and_ends_with_1(
    earshot: Earshot, monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv(name, value)
    said = earshot("tickets", "list")
    assert (said.code, said.out) == (1, "")
    assert said.err.count("\n") == 1
    assert words in said.err


def test_a_database_of_a_newer_earshot_is_left_alone(earshot: Earshot, home: Path) -> None:
    import sqlite3

    with sqlite3.connect(home / "earshot.db") as db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
    said = earshot("tickets", "list")
    assert said.code == 1
    assert "needs a newer version" in said.err


def test_a_new_database_is_made_where_there_is_none(earshot: Earshot, home: Path) -> None:
    (home / "earshot.db").unlink()
    said = earshot("tickets", "list", "--json")
    assert (said.code, said.json) == (0, [])
    assert earshot("migrate", "status").code == 0
