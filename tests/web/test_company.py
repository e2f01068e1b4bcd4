"""Customers, strangers, rules and policy from the console."""

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from storage.accounts import customers, flags, staff
from storage.accounts.customers import Customer
from storage.routing import policy, rules
from tests.web.conftest import Web

HX = {"hx-request": "true"}


def said(answer: Any) -> str:
    """The toast."""
    return str(json.loads(answer.headers["hx-trigger"])["toast"]["text"])


def test_a_customer_is_added_changed_and_refused_in_words(web: Web, ines: TestClient) -> None:
    form = {"key": "nord", "name": "Nord Wind", "domains": "nord.example, nordwind.example", "contract_value": "12,500"}
    added = ines.post("/customers", data=form, headers=HX)
    assert added.headers["hx-redirect"] == "/customers/nord"
    page = ines.get("/customers/nord").text
    assert "€12,500" in page
    assert "nordwind.example" in page
    ines.post("/customers", data={"key": "nord", "plan": "enterprise", "domains": "nord.example"}, headers=HX)
    with web.earshot.work() as uow:
        found = customers.by_key(uow.db, "nord")
        assert found is not None
        assert (found.plan, found.domains) == ("enterprise", ["nord.example"])
    for wrong in ({"key": "No!"}, {"key": "x", "contract_value": "much"}, {"key": "x", "time_zone": "Mars"}):
        assert ines.post("/customers", data=wrong, headers=HX).status_code == 409, wrong


def test_a_flag_is_set_with_a_reason_and_lifted_with_a_history(web: Web, ines: TestClient, acme: Customer) -> None:
    assert said(ines.post("/customers/acme/flag", data={"why": ""}, headers=HX)) == "A flag needs a reason."
    assert (
        ines.post("/customers/acme/flag", data={"why": "Rings at night", "days": "30"}, headers=HX).status_code == 204
    )
    with web.earshot.work() as uow:
        flag = flags.current(uow.db, acme.id or 0, uow.now())
        assert flag is not None
        assert (flag.set_by, (flag.expires_at - flag.set_at).days) == ("Inés Robledo", 30)
    assert "Rings at night" in ines.get("/customers/acme").text
    assert ines.delete("/customers/acme/flag", params={"why": "Calmer now"}, headers=HX).status_code == 204
    assert "Calmer now" in ines.get("/customers/acme").text


def test_a_support_link_is_renewed(web: Web, ines: TestClient, acme: Customer) -> None:
    ines.post("/customers/acme/support-link", headers=HX)
    page = ines.get("/customers/acme").text
    assert acme.support_token not in page
    assert "/support/" in page


def test_a_support_link_is_closed_and_opened_again_by_renewing_it(web: Web, ines: TestClient, acme: Customer) -> None:
    assert web.browser().get(f"/support/{acme.support_token}").status_code == 200
    assert ines.delete("/customers/acme/support-link", headers=HX).status_code == 204
    with web.earshot.work() as uow:
        closed = customers.by_key(uow.db, "acme")
        assert closed is not None
    assert closed.support_token not in ines.get("/customers/acme").text
    assert web.browser().get(f"/support/{acme.support_token}").status_code == 404
    ines.post("/customers/acme/support-link", headers=HX)
    assert "/support/" in ines.get("/customers/acme").text


def test_a_stranger_is_guessed_and_assigned_with_one_press(
    web: Web, ines: TestClient, acme: Customer, api: TestClient
) -> None:
    body = {"text": "Our Acme Freight account cannot export anything since today", "email": "sam@acme-freight.example"}
    api.post("/api/v1/messages", json=body)
    web.drain()
    page = ines.get("/people").text
    assert "sam@acme-freight.example" in page
    assert '"customer": "acme"' in page
    assert ines.post("/people/1/customer", data={"customer": "acme"}, headers=HX).status_code == 204
    web.drain()
    assert "Everybody is known" in ines.get("/people").text
    assert "Acme Freight" in ines.get("/tickets/ES-1001").text


def test_somebody_who_is_no_customer_is_not_asked_about_again(web: Web, ines: TestClient, api: TestClient) -> None:
    api.post("/api/v1/messages", json={"text": "Buy our leads, they are very cheap", "email": "sales@spam.example"})
    web.drain()
    assert ines.delete("/people/1", headers=HX).status_code == 204
    assert "Everybody is known" in ines.get("/people").text


def test_a_rule_is_tried_on_history_before_it_counts(web: Web, ines: TestClient, acme: Customer) -> None:
    ref = web.write("acme", "The export hangs at 90 % and we lost the whole morning again.")
    web.earshot.clock.forward(minutes=1)  # type: ignore[attr-defined]
    form = {"kind": ["bug", "usability", "billing", "other"], "queue": "buffer", "contract_value_min": "20,000"}
    tried = ines.post("/rules/preview", data=form, headers=HX)
    assert ref in tried.text
    with web.earshot.work() as uow:
        assert len(rules.in_order(uow.db)) == 1
    assert ines.post("/rules", data=form, headers=HX).headers["hx-redirect"] == "/rules"
    page = ines.get("/rules").text
    assert "at least €20,000" in page
    with web.earshot.work() as uow:
        assert rules.in_order(uow.db)[1].conditions["contract_value_min"] == 20_000


def test_rules_are_moved_passed_over_changed_and_removed(web: Web, ines: TestClient) -> None:
    ines.post("/rules", data={"severity": ["1", "2"], "queue": "buffer", "name": "serious"}, headers=HX)
    assert ines.post("/rules/2/place", data={"to": "1"}, headers=HX).status_code == 204
    assert ines.delete("/rules/1/use", headers=HX).status_code == 204
    assert (
        ines.put("/rules/2", data={"severity": "1", "queue": "regular", "name": "worst"}, headers=HX).status_code == 204
    )
    with web.earshot.work() as uow:
        order = [(one.name, one.enabled, one.conditions) for one in rules.in_order(uow.db)]
    assert order == [
        ("worst", True, {"severity": 1}),
        ("flagged customer, complaint", False, {"flagged": True, "complaint": True}),
    ]
    assert ines.delete("/rules/1", headers=HX).status_code == 204
    assert ines.delete("/rules/99", headers=HX).status_code == 404
    assert ines.post("/rules", data={"queue": "bin"}, headers=HX).status_code == 409


def test_the_policy_is_changed_and_nonsense_is_refused(web: Web, ines: TestClient) -> None:
    good = {"opening": "Mon-Thu 08:00-16:00", "time_zone": "Europe/Madrid", "holidays_country": "es", "minutes_1": "30",
            "minutes_2": "60", "minutes_3": "120", "minutes_4": "240", "staff_domains": "ours.example, ours.test"}  # fmt: skip
    assert said(ines.post("/policy", data=good, headers=HX)) == "Kept."
    with web.earshot.work() as uow:
        kept = policy.load(uow.db)
    assert (kept.opening, kept.holidays_country, kept.next_news_minutes[1]) == ("Mon-Thu 08:00-16:00", "ES", 30)
    assert kept.staff_domains == ["ours.example", "ours.test"]
    for wrong in ({"opening": "whenever"}, {"time_zone": "Mars/Base"}, {"holidays_country": "XX"}, {"flag_days": "-3"},
                  {"closed": "tomorrow"}, {"minutes_1": "0", "minutes_2": "1", "minutes_3": "1", "minutes_4": "1"},
                  {"reference_prefix": "9!"}, {"digest_hour": "25"}, {"grouping_minutes": "99999"}):  # fmt: skip
        assert ines.post("/policy", data=wrong, headers=HX).status_code == 409, wrong
    assert ines.get("/policy").status_code == 200


def test_the_order_of_who_is_called_is_kept(web: Web, ines: TestClient) -> None:
    ines.post("/policy/on-call", data={"member": ["2", "", "1"]}, headers=HX)
    with web.earshot.work() as uow:
        assert [one.name for one in staff.on_call(uow.db)] == ["Marc Oliveras", "Inés Robledo"]


def test_a_key_is_shown_once_and_can_be_revoked(web: Web, ines: TestClient, acme: Customer) -> None:
    issued = ines.post("/keys", data={"source": "zendesk"}, headers=HX)
    secret = issued.text.split('value="')[1].split('"')[0]
    program = web.browser(authorization=f"Bearer {secret}", accept="application/json")
    assert program.post("/api/v1/messages", json={"customer": "acme", "text": "Hello there"}).status_code == 202
    assert secret not in ines.get("/policy").text
    assert ines.delete("/keys/zendesk", headers=HX).status_code == 204
    assert program.post("/api/v1/messages", json={"customer": "acme", "text": "Hello there"}).status_code == 401


def test_a_colleague_is_admitted_and_gets_a_link(web: Web, ines: TestClient) -> None:
    assert ines.post("/staff", data={"email": "new@ours.example", "name": "New One"}, headers=HX).status_code == 204
    link = ines.post("/staff/3/sign-in-link", headers=HX).text.split('value="')[1].split('"')[0]
    assert web.browser().post(link.removeprefix("http://127.0.0.1:8000")).status_code == 303


@pytest.mark.parametrize(
    "path", ["/customers/nobody/flag", "/customers/nobody/support-link", "/people/9/customer", "/rules/9/use"]
)
def test_what_is_not_there_is_said(ines: TestClient, path: str) -> None:
    answer = ines.post(path, data={"why": "because", "customer": "acme"}, headers=HX)
    assert answer.status_code == 404
