"""History from files as people really have them."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from bot.cli import house
from bot.files.messages import Reader
from bot.files.rows import Row, rows
from handlers.intake.receive import Incoming, receive
from tests.cli.conftest import Said

Earshot = Callable[..., Said]


@pytest.fixture
def acme(earshot: Earshot, home: Path) -> Earshot:
    """The command, with one customer known."""
    (home / "customers.csv").write_text("key,name,domains\nacme,Acme,acme.example\n")
    assert earshot("customers", "import", "customers.csv").code == 0
    return earshot


def lines(*messages: Mapping[str, object]) -> str:
    return "".join(json.dumps(one) + "\n" for one in messages)


def tickets(earshot: Earshot) -> list[dict[str, object]]:
    found: list[dict[str, object]] = earshot("tickets", "list", "--history", "--state", "all", "--json").json
    return found


def test_rubbish_is_named_with_its_line_and_the_rest_is_kept(acme: Earshot, home: Path) -> None:
    good = {"customer": "acme", "text": "The export hangs again", "author": "Ann"}
    bad = [
        b"not json",
        b"[1]",
        b'{"customer": "acme"}',
        b'{"customer": "acme", "text": "   "}',
        b'{"customer": "nobody", "text": "x"}',
        b'{"customer": "acme", "text": "x", "sent_at": "yesterday"}',
        b'{"customer": "acme", "text": "x", "sent_at": "2199-01-01"}',
        b'{"customer": "acme", "text": "caf\xe9"}',
        b"[" * 50_000,
    ]
    (home / "mixed.jsonl").write_bytes(b"\n".join([lines(good).encode(), *bad, b""]))
    said = acme("ingest", "mixed.jsonl", "--json")
    assert (said.code, said.json["kept"], said.json["rejected"]) == (0, 1, len(bad))
    assert [one["line"] for one in said.json["rejects"]] == list(range(3, 3 + len(bad)))
    reasons = " ".join(one["reason"] for one in said.json["rejects"])
    for words in ("not JSON", "text is missing", "text is empty", "“nobody”", "sent_at", "in the future", "UTF-8"):
        assert words in reasons
    kept = [json.loads(line) for line in (home / "mixed.jsonl.rejected.jsonl").read_text().splitlines()]
    assert [one["line"] for one in kept] == list(range(3, 3 + len(bad)))


def test_customers_called_by_name_in_history_are_made_with_a_key_and_found_again(earshot: Earshot, home: Path) -> None:
    (home / "h.csv").write_text(
        "customer,text\nAcme Corp,The export hangs\nacme,Hello?\nACME,The map is empty\nÉcole,¿Y la factura?\n日本,開けない\n",
        "utf-8",
    )
    said = earshot("ingest", "h.csv", "--create-customers", "--json")
    assert (said.code, said.json["kept"], said.json["rejected"]) == (0, 5, 0)
    names = {one["name"] for one in earshot("customers", "list", "--json").json}
    assert names == {"Acme Corp", "acme", "École", "日本"}
    again = earshot("ingest", "h.csv", "--json").json
    assert (again["known"], again["rejected"]) == (5, 0)


def test_a_file_in_which_nothing_can_be_kept_ends_with_1(acme: Earshot, home: Path) -> None:
    (home / "bad.jsonl").write_text("x\n")
    said = acme("ingest", "bad.jsonl")
    assert said.code == 1
    assert "Line 1: is not JSON." in said.err


def test_running_again_keeps_nothing_twice_and_goes_on_where_it_stopped(acme: Earshot, home: Path) -> None:
    first = {"customer": "acme", "text": "ok then", "sent_at": "2026-11-02T09:14:00Z"}
    named = {"customer": "acme", "text": "Invoices are wrong", "external_id": "7"}
    (home / "h.jsonl").write_text(lines(first, first, named))
    assert acme("ingest", "h.jsonl", "--json").json["kept"] == 3
    (home / "h.jsonl").write_text(lines(first, first, named, {**named, "external_id": "8"}))
    again = acme("ingest", "h.jsonl", "--json").json
    assert (again["kept"], again["known"]) == (1, 3)


def test_a_spreadsheet_with_its_mark_semicolons_quotes_and_extra_columns_is_read(acme: Earshot, home: Path) -> None:
    table = 'Customer;Text;Author;CRM id\r\nacme;"Two lines\r\nand ""quotes""; done";Ann;7\r\n\r\n;;;\r\nacme;"never ends;Bo;8\r\nacme;Login loops;Cy;9\r\n'
    (home / "export.csv").write_bytes(b"\xef\xbb\xbf" + table.encode())
    said = acme("ingest", "export.csv")
    assert "2 messages kept" in said.out
    assert "Ignored columns: crm id." in said.err
    assert "Line 6: is broken CSV" in said.err
    texts = [
        acme("tickets", "show", str(one["ticket"]), "--json").json["conversation"][0]["text"] for one in tickets(acme)
    ]
    assert sorted(texts) == ["Login loops", 'Two lines\nand "quotes"; done']


@pytest.mark.parametrize(
    ("encoding", "option"), [("utf-16", []), ("cp1252", ["--encoding", "cp1252"]), ("utf-8-sig", [])]
)
def test_other_encodings_are_read(acme: Earshot, home: Path, encoding: str, option: list[str]) -> None:
    (home / "h.jsonl").write_text('{"customer": "acme", "text": "La exportación no termina"}\n', encoding=encoding)
    assert acme("ingest", "h.jsonl", *option, "--json").json["kept"] == 1
    assert "exportación" in str(tickets(acme)[0]["gist"])


def test_a_megabyte_of_text_is_kept(acme: Earshot, home: Path) -> None:
    (home / "long.jsonl").write_text(lines({"customer": "acme", "text": "the export hangs " * 60_000}))
    assert acme("ingest", "long.jsonl", "--json").json["kept"] == 1


def test_history_is_never_answered_and_raises_no_alert(acme: Earshot, home: Path) -> None:
    leak = {"customer": "acme", "text": "URGENT: we see another company's data in our account, this is a data breach!"}
    (home / "h.jsonl").write_text(lines({**leak, "sent_at": "2026-11-02T09:14:00Z"}))
    assert acme("ingest", "h.jsonl").code == 0
    (ticket,) = tickets(acme)
    conversation = acme("tickets", "show", str(ticket["ticket"]), "--json").json["conversation"]
    assert [one["direction"] for one in conversation] == ["in"]
    assert acme("tickets", "list", "--json").json == []


def test_a_thread_is_one_ticket_and_staff_in_it_are_on_our_side(acme: Earshot, home: Path) -> None:
    assert acme("staff", "add", "ines@us.example", "--name", "Inés").code == 0
    question = {"customer": "acme", "text": "How do I share a dashboard?", "author": "Ann <ann@acme.example>"}
    answer = {"customer": "acme", "text": "Press Share.", "author": "ines@us.example", "thread": "q"}
    (home / "h.jsonl").write_text(
        lines(
            {**question, "external_id": "q", "sent_at": "2026-11-02T09:14:00Z"},
            {**answer, "external_id": "a", "sent_at": "2026-11-02T10:14:00Z"},
        )
    )
    assert acme("ingest", "h.jsonl", "--json").json["kept"] == 2
    (ticket,) = tickets(acme)
    conversation = acme("tickets", "show", str(ticket["ticket"]), "--json").json["conversation"]
    assert [one["direction"] for one in conversation] == ["in", "out"]


def test_an_export_that_begins_with_the_newest_does_not_mix_conversations(acme: Earshot, home: Path) -> None:
    said = [
        {"customer": "acme", "author": "Ann", "text": text, "sent_at": f"2026-11-0{day}T09:00:00Z"}
        for day, text in ((5, "The export hangs"), (4, "Where is the invoice?"), (3, "Login loops for ever"))
    ]
    (home / "h.jsonl").write_text(lines(*said))
    assert acme("ingest", "h.jsonl").code == 0
    assert len(tickets(acme)) == 3


def test_customers_that_are_not_there_can_be_made(earshot: Earshot, home: Path) -> None:
    (home / "h.jsonl").write_text(lines({"customer": "newco", "text": "Hello, the import fails"}))
    assert earshot("ingest", "h.jsonl", "--create-customers", "--json").json["kept"] == 1
    assert earshot("customers", "show", "newco", "--json").json["name"] == "newco"


def test_a_file_of_another_kind_is_refused(earshot: Earshot, home: Path) -> None:
    (home / "mail.eml").write_text("x")
    said = earshot("ingest", "mail.eml")
    assert said.code == 1
    assert "neither JSON Lines nor CSV" in said.err


def test_a_run_that_was_stopped_between_keeping_and_understanding_is_gone_on_with(acme: Earshot, home: Path) -> None:
    (home / "h.jsonl").write_text(lines({"customer": "acme", "text": "Invoices are wrong", "external_id": "1"}))
    with house.opened(inline=True) as wired, wired.work() as uow:
        incoming = Reader("UTC", uow.now()).read(next(row for row in rows(home / "h.jsonl") if isinstance(row, Row)))
        assert isinstance(incoming, Incoming)
        receive(uow, incoming)
    assert tickets(acme) == []
    assert acme("ingest", "h.jsonl", "--json").json["known"] == 1
    assert len(tickets(acme)) == 1
