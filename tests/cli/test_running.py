"""`earshot run` and `earshot demo` as real programs on real ports."""

import json
import re
import socket
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from bot.sandbox.chat import SIGNING_SECRET
from bot.sandbox.chat.customer.sender import signed
from tests.cli.conftest import Program, Said

Earshot = Callable[..., Said]
Start = Callable[..., Program]


def get(address: str) -> Any:
    with urllib.request.urlopen(address, timeout=30) as answer:
        return json.load(answer)


def welcome(program: Program) -> str:
    """The address that a started Earshot tells; the next line is the sign-in link."""
    return program.line().rpartition(" ")[2]


def until(what: Callable[[], bool], seconds: float = 120) -> None:
    give_up = monotonic() + seconds
    while not what():
        assert monotonic() < give_up
        sleep(0.2)


@pytest.fixture
def running(program: Start) -> Program:
    """An Earshot on a free port, beyond its first line."""
    return program("run", "--port", "0")


def test_it_answers_signs_somebody_in_and_ends_well_when_asked(running: Program, earshot: Earshot) -> None:
    address = welcome(running)
    link = running.line().rpartition(" ")[2]
    assert get(f"{address}/healthz") == {"alive": True}
    assert get(f"{address}/readyz")["ready"] is True
    assert re.fullmatch(rf"{address}/sign-in/\S+", link)
    with urllib.request.urlopen(link, timeout=30) as page:
        assert "Sign in" in page.read().decode()
    assert running.end() == 0
    assert "Traceback" not in running.told()
    assert earshot("staff", "list", "--json").json[0]["email"] == "listener@localhost"
    assert [one["queue"] for one in earshot("rules", "list", "--json").json] == ["buffer"]


def test_only_one_works_on_a_sqlite_file_at_a_time(running: Program, program: Start) -> None:
    welcome(running)
    second = program("run", "--port", "0")
    assert second.process.wait(60) == 1
    assert second.told().count("\n") == 1
    assert f"Another Earshot (process {running.process.pid}) is working on earshot.db" in second.told()
    assert running.end() == 0


@pytest.mark.parametrize("command", ["run", "demo"])
def test_a_taken_port_is_told_in_one_sentence_before_anything_else_is_begun(
    program: Start, home: Path, command: str
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        late = program(command, "--port", str(port))
        assert late.process.wait(60) == 1
    assert late.told().count("\n") == 1
    assert f"Port {port} on 127.0.0.1 cannot be used" in late.told()
    assert not (home / "earshot-demo.db").exists()


def test_what_is_brought_in_while_it_runs_is_worked_by_it(running: Program, earshot: Earshot, home: Path) -> None:
    welcome(running)
    (home / "h.jsonl").write_text('{"customer": "acme", "text": "The export hangs at 90 %"}\n')
    said = earshot("ingest", "h.jsonl", "--create-customers", "--json")
    assert (said.json["kept"], said.json["left_to_server"]) == (1, True)
    until(lambda: "history_received" in running.told())
    assert len(earshot("tickets", "list", "--history", "--state", "all", "--json").json) == 1
    assert running.end() == 0


def test_what_was_left_before_it_started_is_worked_when_it_starts(earshot: Earshot, home: Path, program: Start) -> None:
    from bot.cli import house
    from handlers.intake.receive import Author, Incoming, receive

    assert earshot("ingest", _one_line(home), "--create-customers").code == 0
    with house.opened() as wired, wired.work() as uow:
        incoming = Incoming(
            "support", "1", "support:acme", "Invoices have the wrong VAT", uow.now(), Author("Ann"), customer="acme"
        )
        receive(uow, incoming)
    assert earshot("tickets", "list", "--json").json == []
    started = program("run", "--port", "0")
    welcome(started)
    until(lambda: "message_received" in started.told())
    assert started.end() == 0
    (ticket,) = earshot("tickets", "list", "--json").json
    conversation = earshot("tickets", "show", ticket["ticket"], "--json").json["conversation"]
    assert [one["direction"] for one in conversation] == ["in", "out"]


def _one_line(home: Path) -> str:
    (home / "first.jsonl").write_text('{"customer": "acme", "text": "Hello"}\n')
    return "first.jsonl"


def test_the_log_has_no_words_of_messages_and_one_id_through_the_walk(
    earshot: Earshot, home: Path, program: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert earshot("ingest", _one_line(home), "--create-customers").code == 0
    key = earshot("keys", "issue", "helpdesk", "--json").json["key"]
    monkeypatch.setenv("EARSHOT_LOG_FORMAT", "json")
    started = program("run", "--port", "0")
    address = welcome(started)
    request = urllib.request.Request(
        f"{address}/api/v1/messages",
        json.dumps({"customer": "acme", "text": "My cat Marmalade broke the export", "author": "Ann"}).encode(),
        {"Authorization": f"Bearer {key}", "Content-Type": "application/json", "X-Request-Id": "walk-7"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.status == 202
    until(lambda: "ticket_opened" in started.told())
    assert started.end() == 0
    lines = [json.loads(line) for line in started.told().splitlines()]
    walked = [line["says"].split()[0] for line in lines if line.get("walk") == "walk-7"]
    assert {"POST", "message_received", "ticket_opened"} <= set(walked)
    assert "Marmalade" not in started.told()
    assert key not in started.told()


def test_it_ends_at_once_though_something_waits_for_a_slack_that_is_down(
    program: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("SLACK_SIGNING_SECRET", SIGNING_SECRET)
    monkeypatch.setenv("EARSHOT_SLACK_API_URL", "http://127.0.0.1:9/api/")
    started = program("run", "--port", "0")
    address = welcome(started)
    said = {"type": "message", "channel": "C1", "user": "U1", "text": "It hangs", "ts": "1790000000.000100"}
    body = json.dumps({"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event": said}).encode()
    headers = {"Content-Type": "application/json", **signed(body)}
    with urllib.request.urlopen(urllib.request.Request(f"{address}/slack/events", body, headers), timeout=30) as answer:
        assert answer.status == 200
    until(lambda: " is tried again" in started.told())
    assert started.end() == 0


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """What `earshot demo --once --json` says."""
    home = tmp_path_factory.mktemp("demo")
    once = Program(home, "demo", "--once", "--json")
    out, _ = once.process.communicate(timeout=280)
    assert once.process.returncode == 0, once.told()
    assert [path.name for path in home.iterdir()] == ["stderr.txt"]
    yield json.loads(out)
    once.close()


def test_the_demo_in_figures_has_the_shape_that_programs_rely_on(figures: dict[str, Any]) -> None:
    assert {
        "messages",
        "tickets",
        "kinds",
        "acknowledgements",
        "themes",
        "bugs",
        "digests",
        "seconds",
    } <= figures.keys()
    assert figures["tickets"].keys() == {"buffer", "regular", "straight_through"}
    assert figures["messages"] == 417
    assert sum(figures["kinds"].values()) == figures["tickets"]["buffer"] + figures["tickets"]["regular"]


def test_every_ticket_of_the_sample_is_acknowledged_once_and_the_rest_follows(figures: dict[str, Any]) -> None:
    tickets = figures["tickets"]["buffer"] + figures["tickets"]["regular"]
    assert figures["acknowledgements"] == tickets
    assert figures["tickets"]["buffer"] >= 20
    assert figures["tickets"]["straight_through"] >= 1
    assert figures["themes"] >= 10
    assert figures["bugs"] >= 4
    assert figures["digests"] in (5, 6)
