"""Migrations, backups, the doctor, the settings that are written down."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.settings import Settings
from storage import backup, database, jobs, migrate
from storage.tables import metadata
from tests.cli.conftest import ROOT, Said

Earshot = Callable[..., Said]


@pytest.fixture
def lived_in(earshot: Earshot, home: Path) -> str:
    """A database with customers, flags, tickets, an attachment and a theme merged into a later one; its address."""
    lines = (
        '{"customer": "acme", "text": "The export hangs at 90 %", "author": "Ann"}\n'
        '{"customer": "acme", "text": "検索で顧客名が出てきません", "author": "健"}\n'
    )
    (home / "h.jsonl").write_text(lines, "utf-8")
    assert earshot("ingest", "h.jsonl", "--create-customers").code == 0
    assert earshot("flag", "acme", "--why", "loud").code == 0
    url = f"sqlite:///{home / 'earshot.db'}"
    engine = database.connect(url)
    with database.session(engine) as db:
        from storage.desk.messages import Attachment
        from storage.insights.themes import Theme, add, living

        now = next(iter(living(db))).created_at
        later = add(db, Theme(name="Exports that hang", kind="bug", created_at=now))
        first = living(db)[0]
        first.merged_into = later.id
        db.add_all([first, Attachment(message_id=1, name="ログ.bin", size=5, content=b"\x00\xff\n\x80\x01")])
        db.commit()
    engine.dispose()
    return url


def everything(url: str) -> dict[str, list[str]]:
    """Each table's rows, sorted."""
    engine = database.connect(url)
    rows = {table.name: sorted(map(str, backup.rows_of(engine, table))) for table in metadata().sorted_tables}
    engine.dispose()
    return rows


def empty(url: str) -> str:
    """The address of a database with tables and no rows."""
    engine = database.connect(url)
    migrate.up(engine)
    engine.dispose()
    return url


def test_a_backup_restored_elsewhere_is_equal_row_by_row(earshot: Earshot, lived_in: str, home: Path) -> None:
    assert earshot("backup", "create", "one.tar.gz").code == 0
    copy = f"sqlite:///{home / 'copy.db'}"
    assert earshot("backup", "restore", "one.tar.gz", "--to", copy).code == 0
    assert everything(copy) == everything(lived_in)
    assert len(everything(copy)["attachment"]) == 1


def test_a_bare_backup_command_makes_one(earshot: Earshot, lived_in: str, home: Path) -> None:
    named = earshot("backup", "mine.tar.gz", "--json").json
    assert (named["file"], named["rows"]["attachment"]) == ("mine.tar.gz", 1)
    assert earshot("backup").code == 0
    assert len(list(home.glob("earshot-*.tar.gz"))) == 1


def test_a_backup_goes_to_postgres_and_back(
    earshot: Earshot, lived_in: str, home: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert earshot("backup", "create", "one.tar.gz").code == 0
    assert earshot("backup", "restore", "one.tar.gz", "--to", postgres_url).code == 0
    assert everything(postgres_url) == everything(lived_in)
    monkeypatch.setenv("EARSHOT_DATABASE_URL", postgres_url)
    assert earshot("staff", "add", "new@us.example").code == 0  # the next id comes after the restored ones
    assert earshot("ingest", "h.jsonl", "--json").json["known"] == 2
    assert earshot("backup", "create", "two.tar.gz").code == 0
    back = f"sqlite:///{home / 'back.db'}"
    assert earshot("backup", "restore", "two.tar.gz", "--to", back).code == 0
    assert everything(back) == everything(postgres_url)


def test_only_an_empty_database_is_restored_into(earshot: Earshot, lived_in: str) -> None:
    earshot("backup", "create", "one.tar.gz")
    said = earshot("backup", "restore", "one.tar.gz", "--to", lived_in)
    assert said.code == 1
    assert "is not empty" in said.err


def test_a_damaged_backup_restores_nothing(earshot: Earshot, lived_in: str, home: Path) -> None:
    earshot("backup", "create", "one.tar.gz")
    whole = (home / "one.tar.gz").read_bytes()
    (home / "half.tar.gz").write_bytes(whole[: len(whole) // 2])
    (home / "text.tar.gz").write_text("nonsense")
    url = empty(f"sqlite:///{home / 'target.db'}")
    for name in ("half.tar.gz", "text.tar.gz"):
        said = earshot("backup", "restore", name, "--to", url)
        assert (said.code, said.err.count("\n")) == (1, 1)
    assert not any(everything(url).values())


def test_a_backup_never_writes_over_another(earshot: Earshot, lived_in: str) -> None:
    assert earshot("backup", "create", "one.tar.gz").code == 0
    assert earshot("backup", "create", "one.tar.gz").err == "one.tar.gz is there already.\n"


def test_tables_go_down_only_when_one_says_so_and_up_again(earshot: Earshot, lived_in: str) -> None:
    assert earshot("migrate", "down", "base").code == 1
    assert earshot("migrate", "down", "base", "--yes").code == 0
    assert earshot("migrate", "status").code == 1
    assert earshot("migrate", "up").code == 0
    assert earshot("migrate", "status", "--json").json["current"] is True
    assert earshot("migrate", "up", "nonsense").code == 2


def test_the_doctor_is_content_without_anything_outside(earshot: Earshot) -> None:
    said = earshot("doctor", "--json")
    assert (said.code, said.json["ok"]) == (0, True)
    states = {one["name"]: one["state"] for one in said.json["checks"]}
    assert states["database"] == "ok"
    assert (states["Slack"], states["model"]) == ("off", "off")


@pytest.mark.parametrize(
    ("settings", "broken"),
    [
        ({"EARSHOT_PORT": "x"}, "settings"),
        ({"EARSHOT_DATABASE_URL": "postgresql://127.0.0.1:1/x"}, "database"),
        ({"EARSHOT_TRACKER": "jira"}, "tracker"),
        ({"OPENAI_BASE_URL": "http://127.0.0.1:1/v1"}, "model"),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "EARSHOT_SLACK_API_URL": "http://127.0.0.1:1/"}, "Slack"),
        ({"EARSHOT_ALERT_WEBHOOK_URL": "http://127.0.0.1:1/"}, "alert webhook"),
    ],
)
def test_the_doctor_names_what_is_broken(
    earshot: Earshot, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], broken: str
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    said = earshot("doctor", "--json")
    assert said.code == 1
    assert {one["name"] for one in said.json["checks"] if one["state"] == "broken"} == {broken}


def test_the_doctor_tells_of_work_that_was_given_up(earshot: Earshot, lived_in: str) -> None:
    engine = database.connect(lived_in)
    with database.session(engine) as db:
        job = {
            "key": "message-9",
            "queue": "intake",
            "flow": "message_received",
            "args": [9],
            "walk": "",
            "due_at": 0.0,
        }
        job_id = jobs.leave(db, {**job, "attempts": 3, "worker": None, "leased_until": 0.0, "error": ""})
        jobs.give_up(db, job_id or 0, "ZeroDivisionError", 1.0)
        db.commit()
    engine.dispose()
    found = {one["name"]: one for one in earshot("doctor", "--json").json["checks"]}
    assert (found["jobs"]["state"], "message-9" in found["jobs"]["says"]) == ("broken", True)


def test_a_setting_that_is_none_is_named(earshot: Earshot, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EARSHOT_NO_SKIPS", raising=False)
    (home / ".env").write_text("EARSHOT_PROT=8001\n")
    said = earshot("doctor")
    assert said.code == 0
    assert "there is no EARSHOT_PROT" in said.out


def test_every_setting_is_written_down_with_a_sentence_and_its_default() -> None:
    written = dict(re.findall(r"^#?([A-Z][A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE))
    named = {
        str(field.validation_alias or f"EARSHOT_{name.upper()}"): field.default
        for name, field in Settings.model_fields.items()
    }
    assert written.keys() == named.keys()
    for name, default in named.items():
        shown = ",".join(default) if isinstance(default, tuple) else "" if default is None else str(default)
        assert written[name] == shown, name
    text = (ROOT / ".env.example").read_text()
    assert all(re.search(rf"^# .+\.\n#{name}=", text, re.MULTILINE) for name in named)
