"""What one decides for everybody is taken back as well: policy, turns, the order of calls, roles, rules, words kept, strangers."""

from typing import Any

from starlette.testclient import TestClient

from handlers.company import arrange, decide
from handlers.intake.receive import Author, Incoming, receive
from storage.accounts import people, staff
from storage.accounts.customers import Customer
from storage.desk import saved, stock, tickets
from storage.routing import rules
from tests.web.conftest import Web
from tests.web.test_taking_back import HX, take_back, toast_of


def test_a_changed_policy_is_as_before_but_not_over_a_colleagues_change(web: Web, ines: TestClient, clock: Any) -> None:
    changed = ines.post("/policy", data={"grouping_minutes": "45", "closed": "2026-12-24"}, headers=HX)
    with web.earshot.work() as uow:
        assert (uow.policy.grouping_minutes, len(uow.policy.closed)) == (45, 1)
    assert take_back(ines, changed).status_code == 204
    with web.earshot.work() as uow:
        assert (uow.policy.grouping_minutes, uow.policy.closed) == (30, [])
    assert "undo" not in toast_of(ines.post("/policy", data={"grouping_minutes": "30"}, headers=HX))
    changed = ines.post("/policy", data={"grouping_minutes": "45"}, headers=HX)
    with web.earshot.work() as uow:
        decide.decide(uow, {"grouping_minutes": 50})
    assert take_back(ines, changed).status_code == 404
    with web.earshot.work() as uow:
        assert uow.policy.grouping_minutes == 50
    late = ines.post("/policy", data={"grouping_minutes": "55"}, headers=HX)
    clock.forward(minutes=3)
    assert take_back(ines, late).status_code == 409


def test_turns_the_order_of_calls_and_roles_are_as_before(web: Web, ines: TestClient) -> None:
    with web.earshot.work() as uow:
        mine, his = (staff.by_email(uow.db, f"{name}@ours.example") for name in ("ines", "marc"))
        assert mine is not None
        assert his is not None
        role = his.role
    ines.post("/policy/on-call", data={"member": [str(mine.id)]}, headers=HX)
    turns = ines.post("/policy/rotation", data={"member": [str(his.id)], "starts": "2026-11-16"}, headers=HX)
    called = ines.post("/policy/on-call", data={"member": [str(his.id), str(mine.id)]}, headers=HX)
    may = ines.post(f"/staff/{his.id}/role", data={"role": "engineer"}, headers=HX)
    for done in (turns, called, may):
        assert take_back(ines, done).status_code == 204
    with web.earshot.work() as uow:
        assert uow.policy.rotation == []
        assert [one.id for one in staff.on_call(uow.db)] == [mine.id]
        assert staff.get(uow.db, his.id or 0).role == role


def test_kept_words_kept_views_and_the_place_of_a_rule_come_back(web: Web, ines: TestClient) -> None:
    ines.post("/replies", data={"name": "Reset", "language": "en", "text": "Press it twice, {name}."}, headers=HX)
    ines.post("/views", data={"name": "Ours", "asked": "view=mine&language=ja", "shared": "true"}, headers=HX)
    with web.earshot.work() as uow:
        arrange.add(uow, "Praise", {"kind": "praise"}, "regular")
        first = rules.in_order(uow.db)[0].id
        order = [one.id for one in rules.in_order(uow.db)]
        reply, me = stock.everything(uow.db)[0], staff.by_email(uow.db, "ines@ours.example")
        assert me is not None
        view = saved.of(uow.db, me.id or 0)[0]
    done = [
        ines.delete(f"/saved-replies/{reply.id}", headers=HX),
        ines.delete(f"/views/{view.id}", headers=HX),
        ines.post(f"/rules/{first}/place", data={"to": "2"}, headers=HX),
    ]
    with web.earshot.work() as uow:
        assert (stock.everything(uow.db), saved.of(uow.db, me.id or 0)) == ([], [])
        assert [one.id for one in rules.in_order(uow.db)] != order
    for one in done:
        assert take_back(ines, one).status_code == 204
    with web.earshot.work() as uow:
        assert [(one.name, one.text) for one in stock.everything(uow.db)] == [("Reset", "Press it twice, {name}.")]
        again = saved.of(uow.db, me.id or 0)[0]
        assert (again.name, again.asked, again.staff_id) == ("Ours", view.asked, None)
        assert [one.id for one in rules.in_order(uow.db)] == order


def test_a_glossary_of_ones_own_is_as_before(web: Web, ines: TestClient) -> None:
    table = ines.get("/glossary.csv").text.splitlines()
    first, second = "\n".join(table[:2]), "\n".join([table[0], table[2]])
    ines.put("/glossary", data={"table": first}, headers=HX)
    shown = ines.get("/glossary").text
    assert take_back(ines, ines.put("/glossary", data={"table": second}, headers=HX)).status_code == 204
    assert ines.get("/glossary").text.count("<textarea") == shown.count("<textarea")
    concept = table[1].split(",")[0]
    assert take_back(ines, ines.delete(f"/glossary/{concept}", headers=HX)).status_code == 204
    assert f'hx-delete="/glossary/{concept}"' in ines.get("/glossary").text


def stranger(web: Web) -> int:
    with web.earshot.work() as uow:
        said: dict[str, Any] = {"door": "slack", "external_id": "T0/C9/7.7", "place": "slack:T0/C9"}
        receive(uow, Incoming(**said, text="The export hangs again.", sent_at=uow.now(), author=Author("Sam")))
    web.drain()
    with web.earshot.work() as uow:
        return people.unknown(uow.db)[0].id or 0


def test_a_stranger_given_to_the_wrong_customer_is_a_stranger_again_with_all_they_wrote(
    web: Web, ines: TestClient, acme: Customer
) -> None:
    person = stranger(web)
    given = ines.post(f"/people/{person}/customer", data={"customer": "acme"}, headers=HX)
    web.drain()
    with web.earshot.work() as uow:
        assert tickets.get(uow.db, 1).customer_id == acme.id
    assert take_back(ines, given).status_code == 204
    web.drain()
    with web.earshot.work() as uow:
        assert [one.id for one in people.unknown(uow.db)] == [person]
        assert tickets.get(uow.db, 1).customer_id is None
    assert take_back(ines, given).status_code == 404
    ines.post(f"/people/{person}/customer", data={"customer": "acme"}, headers=HX)
    web.drain()
    with web.earshot.work() as uow:
        assert tickets.get(uow.db, 1).customer_id == acme.id


def test_who_was_called_no_customer_is_asked_about_again(web: Web, ines: TestClient) -> None:
    person = stranger(web)
    dismissed = ines.delete(f"/people/{person}", headers=HX)
    with web.earshot.work() as uow:
        assert people.unknown(uow.db) == []
    assert take_back(ines, dismissed).status_code == 204
    with web.earshot.work() as uow:
        assert [one.id for one in people.unknown(uow.db)] == [person]
