"""Customers, flags, rules, staff, keys from the command line."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Said

Earshot = Callable[..., Said]

CUSTOMERS = """key,name,domains,plan,contract_value,renewal_on,language,time_zone,channel,crm id
acme,Acme Ltd,acme.example acme.test,business,12000,2027-03-01,en,Europe/London,slack:T1/C1,9
Big Co,Nope,,,,,,,,
tiny,Tiny,acme.test,starter,10,,,,,
far,Far,,team,lots,,,,,
mars,Mars,,,,,,Mars/Base,,
"""


def test_customers_are_added_then_changed_and_what_cannot_be_is_named(earshot: Earshot, home: Path) -> None:
    (home / "c.csv").write_text(CUSTOMERS)
    said = earshot("customers", "import", "c.csv", "--json")
    assert said.code == 0
    assert (said.json["added"], said.json["rejected"]) == (1, 4)
    assert [one["line"] for one in said.json["rejects"]] == [3, 4, 5, 6]
    assert "belongs to another customer" in said.json["rejects"][1]["reason"]
    (home / "c.csv").write_text("key,name,contract_value\nacme,,15000\n")
    assert earshot("customers", "import", "c.csv").out.startswith("0 added, 1 changed")
    assert earshot("customers", "import", "c.csv").out.startswith("0 added, 0 changed, 1 as they were")
    card = earshot("customers", "show", "acme", "--json").json
    assert (card["name"], card["contract_value"], card["plan"]) == ("Acme Ltd", 15000.0, "business")
    assert card["places"] == [{"address": "slack:T1/C1", "name": ""}]


def test_a_company_calls_its_plans_as_it_likes_and_rules_go_by_them(earshot: Earshot, home: Path) -> None:
    (home / "c.csv").write_text("key,plan\nacme, Pro  Plus\nbeta,\n")
    assert earshot("customers", "import", "c.csv").code == 0
    assert [one["plan"] for one in earshot("customers", "list", "--json").json] == ["pro plus", "team"]
    (home / "h.csv").write_text("customer,text\nacme,The map does not load\nbeta,The map does not load\n")
    earshot("ingest", "h.csv")
    assert len(earshot("rules", "test", "--when", "plan=pro plus", "--json").json) == 1


def test_a_flag_is_set_shown_and_lifted(earshot: Earshot, home: Path) -> None:
    (home / "c.jsonl").write_text(json.dumps({"key": "acme", "name": "Acme"}) + "\n")
    earshot("customers", "import", "c.jsonl")
    assert earshot("flag", "acme", "--why", "loud", "--days", "30").code == 0
    assert earshot("customers", "list", "--json").json[0]["flag_why"] == "loud"
    again = earshot("flag", "acme", "--why", "louder")
    assert (again.code, again.err) == (1, "Acme is flagged already; lift that flag first.\n")
    assert earshot("unflag", "acme").code == 0
    assert earshot("unflag", "acme").code == 1
    assert earshot("flag", "nobody", "--why", "x").err == "There is no customer “nobody”.\n"


def test_a_new_house_has_the_usual_rule_before_anything_runs_and_who_removes_it_is_rid_of_it(earshot: Earshot) -> None:
    (usual,) = earshot("rules", "list", "--json").json
    assert (usual["conditions"], usual["queue"]) == ({"flagged": True, "complaint": True}, "buffer")
    assert earshot("rules", "remove", str(usual["id"])).code == 0
    assert earshot("rules", "list", "--json").json == []


def test_rules_are_added_moved_switched_and_dropped(earshot: Earshot) -> None:
    earshot("rules", "remove", "1")
    earshot("rules", "add", "dear ones", "--queue", "buffer", "--when", "contract_value_min=20000")
    earshot(
        "rules",
        "add",
        "loud",
        "--queue",
        "buffer",
        "--when",
        "flagged=true",
        "--when",
        "kind=bug,billing",
        "--position",
        "1",
    )
    order = earshot("rules", "list", "--json").json
    assert [(one["position"], one["name"]) for one in order] == [(1, "loud"), (2, "dear ones")]
    assert order[0]["conditions"] == {"flagged": True, "kind": ["bug", "billing"]}
    earshot("rules", "move", str(order[1]["id"]), "1")
    earshot("rules", "disable", str(order[0]["id"]))
    order = earshot("rules", "list", "--json").json
    assert [(one["name"], one["enabled"]) for one in order] == [("dear ones", True), ("loud", False)]
    assert earshot("rules", "remove", str(order[0]["id"])).code == 0
    assert [one["position"] for one in earshot("rules", "list", "--json").json] == [1]
    assert earshot("rules", "remove", "77").err == "There is no rule 77.\n"


@pytest.mark.parametrize(
    ("option", "code"), [("nonsense=1", 1), ("flagged=maybe", 1), ("contract_value_min=lots", 1), ("flagged", 2)]
)
def test_a_condition_that_no_rule_can_have_is_refused(earshot: Earshot, option: str, code: int) -> None:
    said = earshot("rules", "add", "x", "--queue", "buffer", "--when", option)
    assert (said.code, said.err.count("\n")) == (code, 1)
    assert len(earshot("rules", "list", "--json").json) == 1


def test_what_a_changed_rule_would_have_moved_is_shown_and_nothing_is_changed(earshot: Earshot, home: Path) -> None:
    lines = [
        {"customer": "acme", "text": f"The {thing} does not load", "external_id": thing} for thing in ("map", "list")
    ]
    (home / "h.jsonl").write_text("".join(json.dumps(one) + "\n" for one in lines))
    earshot("ingest", "h.jsonl", "--create-customers")
    moved = earshot("rules", "test", "--days", "30", "--when", "customer=acme", "--json").json
    assert [(one["before"], one["after"]) for one in moved] == [("regular", "buffer")] * 2
    assert len(earshot("rules", "list", "--json").json) == 1
    assert earshot("rules", "test", "--json").json == []


def test_staff_are_added_once_and_signed_in_by_a_link(earshot: Earshot) -> None:
    assert (
        earshot("staff", "add", "Ines@us.example", "--name", "Inés", "--role", "listener", "--on-call", "1").code == 0
    )
    assert earshot("staff", "add", "ines@us.example").code == 1
    assert earshot("staff", "add", "nonsense").code == 1
    assert earshot("staff", "list", "--json").json[0]["on_call"] == 1
    assert earshot("sign-in", "ines@us.example").out.startswith("http://127.0.0.1:8000/sign-in/")
    assert earshot("sign-in", "stranger@us.example").code == 1


def test_a_key_is_shown_once_and_can_be_revoked(earshot: Earshot) -> None:
    key = earshot("keys", "issue", "helpdesk", "--json").json["key"]
    listed = earshot("keys", "list", "--json")
    assert [one["source"] for one in listed.json] == ["helpdesk"]
    assert key not in listed.out
    assert earshot("keys", "revoke", "helpdesk").code == 0
    assert earshot("keys", "revoke", "helpdesk").code == 1
    assert earshot("keys", "list", "--json").json == []


def test_a_ticket_that_is_not_there_is_told(earshot: Earshot) -> None:
    for reference in ("ES-9999", "nonsense", "ES-99999999999999999999"):
        said = earshot("tickets", "show", reference)
        assert (said.code, said.err) == (1, f"There is no ticket “{reference}”.\n")
    assert earshot("themes", "show", "1").code == 1
    assert earshot("bugs", "show", "1").code == 1
