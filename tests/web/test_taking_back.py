"""What is not a ticket's own is taken back, too: bugs, drafts, flags, being away, alerts."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import httpx2
import pytest
from starlette.testclient import TestClient

from bot.web.console import SAID
from handlers.bugs import file
from handlers.desk import away, pause
from handlers.errors import Refused
from storage.accounts import customers, flags
from storage.accounts.customers import Customer
from storage.database import Session
from storage.desk import deliveries, drafts, standing
from storage.insights import alarms, bugs, themes
from storage.insights.alarms import Alarm
from storage.insights.bugs import Bug
from storage.insights.themes import Theme
from storage.routing import alerts
from tests.web.conftest import Web

HX = {"hx-request": "true"}


def toast_of(answer: httpx2.Response) -> dict[str, Any]:
    """What is said now, or by the page that follows."""
    assert answer.status_code == 204, answer.headers.get("hx-trigger")
    if "hx-redirect" in answer.headers:
        said: dict[str, Any] = json.loads(unquote(answer.cookies[SAID]))
        return said
    now: dict[str, Any] = json.loads(answer.headers["hx-trigger"])["toast"]
    return now


def take_back(browser: TestClient, answer: httpx2.Response) -> httpx2.Response:
    """Press Undo, as the page's script does."""
    undo = toast_of(answer)["undo"]
    values = {"params" if undo["method"] == "DELETE" else "data": undo.get("values", {})}
    return browser.request(undo["method"], undo["url"], headers=HX, **values)


def bug_of(web: Web, ref: str) -> Bug | None:
    with web.earshot.work() as uow:
        ticket = uow.ticket(int(ref.removeprefix("ES-")) - 1000)
        return bugs.get(uow.db, ticket.bug_id) if ticket.bug_id else None


def state_of(web: Web, ref: str) -> dict[str, Any]:
    with web.earshot.work() as uow:
        return standing.of(uow.ticket(int(ref.removeprefix("ES-")) - 1000))


def test_a_filed_bug_is_only_proposed_again_with_its_words(web: Web, ines: TestClient, acme: Customer) -> None:
    ref = web.write("acme", "The export hangs at 90 percent.")
    filed = ines.post(f"/tickets/{ref}/bug", data={"title": "Export hangs", "happens": "It stops."}, headers=HX)
    assert (toast_of(filed)["text"], state_of(web, ref)["state"]) == ("Filed.", "engineering")
    assert toast_of(take_back(ines, filed))["text"] == "Taken back; it is only proposed again."
    bug = bug_of(web, ref)
    assert bug is not None
    assert (bug.state, bug.title, bug.external_key, state_of(web, ref)["state"]) == (
        "proposed",
        "Export hangs",
        None,
        "open",
    )
    assert take_back(ines, filed).status_code == 404
    again = ines.post(f"/bugs/{bug.id}/filing", data={"title": "Export hangs", "severity": "2"}, headers=HX)
    assert toast_of(again)["undo"]["url"] == f"/bugs/{bug.id}/filing"


def test_what_a_tracker_outside_shall_get_waits_until_it_can_no_more_be_taken_back(
    web: Web, ines: TestClient, acme: Customer, clock: Any
) -> None:
    ref = web.write("acme", "The export hangs at 90 percent.")
    with web.earshot.work() as uow:
        uow.tracker = "jira"
        bug_id = file.file_ticket(uow, 1, 1, {"title": "Export hangs"}, wait=10)
        assert bugs.unfiled(uow.db, uow.now()) == []
        assert [one.id for one in bugs.unfiled(uow.db, uow.now() + timedelta(seconds=10))] == [bug_id]
    assert ines.delete(f"/bugs/{bug_id}/filing", headers=HX).status_code == 204
    with web.earshot.work() as uow:
        assert bugs.unfiled(uow.db) == []
        uow.tracker = "jira"
        file.file_now(uow, bug_id, 1)
        bugs.get(uow.db, bug_id).attempts = 1
    late = ines.delete(f"/bugs/{bug_id}/filing", headers=HX)
    assert (late.status_code, "has it already" in late.headers["hx-trigger"]) == (409, True)
    assert bug_of(web, ref) is not None


def test_a_ticket_is_on_the_bug_it_was_on_or_on_none(scene: Web, listener: TestClient) -> None:
    before = state_of(scene, "ES-1011")
    linked = listener.post("/bugs/1/tickets", data={"ticket": "ES-1011"}, headers=HX)
    assert state_of(scene, "ES-1011")["bug_id"] == 1
    take_back(listener, linked)
    assert state_of(scene, "ES-1011") == before
    on_it = state_of(scene, "ES-1002")
    take_back(listener, listener.delete("/bugs/1/tickets/ES-1002", headers=HX))
    assert state_of(scene, "ES-1002") == on_it


def test_what_a_colleague_did_since_is_not_taken_back_with_it(
    web: Web, ines: TestClient, marc: TestClient, acme: Customer
) -> None:
    ref, other = web.write("acme", "The export hangs at 90 percent."), web.write("acme", "No rivers.", author="Bo Reed")
    ines.post(f"/tickets/{ref}/bug", data={"title": "Export hangs"}, headers=HX)
    bug = bug_of(web, ref)
    assert bug is not None
    linked = ines.post(f"/bugs/{bug.id}/tickets", data={"ticket": other}, headers=HX)
    marc.post(f"/tickets/{other}/resolution", headers=HX)
    assert "Something else has happened since" in take_back(ines, linked).headers["hx-trigger"]
    assert state_of(web, other)["state"] == "resolved"


def waiting(db: Session) -> list[int]:
    return [one.id or 0 for one in drafts.waiting(db, bug_id=1)]


def test_news_that_were_approved_or_discarded_wait_again_and_nothing_is_sent(
    scene: Web, listener: TestClient, clock: Any
) -> None:
    with scene.earshot.work() as uow:
        ids = waiting(uow.db)
        refs = [uow.reference_of(drafts.get(uow.db, one).ticket_id) for one in ids]
    before = [state_of(scene, ref) for ref in refs]
    sent = listener.post("/bugs/1/drafts/approval", data={"draft": [str(one) for one in ids]}, headers=HX)
    assert toast_of(sent)["text"] == f"Sent {len(ids)}."
    with scene.earshot.work() as uow:
        assert waiting(uow.db) == []
    take_back(listener, sent)
    discarded = listener.delete(f"/drafts/{ids[0]}", headers=HX)
    take_back(listener, discarded)
    with scene.earshot.work() as uow:
        assert waiting(uow.db) == ids
        assert [one for one in deliveries.pending(uow.db) if one.purpose == "fixed"] == []
    assert [state_of(scene, ref) for ref in refs] == before
    again = listener.post(f"/drafts/{ids[0]}/approval", data={"text": "It is repaired."}, headers=HX)
    with scene.earshot.work() as uow:
        delivery = deliveries.by_key(uow.db, f"draft:{ids[0]}")
        assert delivery is not None
        deliveries.attempt(uow.db, delivery.id or 0)
    assert "It is out already." in take_back(listener, again).headers["hx-trigger"]


def test_a_flag_set_or_lifted_by_mistake(web: Web, ines: TestClient, marc: TestClient, acme: Customer) -> None:
    def flagged() -> str:
        with web.earshot.work() as uow:
            known = customers.by_key(uow.db, "acme")
            found = flags.current(uow.db, known.id or 0, uow.now()) if known else None
            return found.why if found else ""

    take_back(ines, ines.post("/customers/acme/flag", data={"why": "Daily calls."}, headers=HX))
    assert flagged() == ""
    ines.post("/customers/acme/flag", data={"why": "Daily calls."}, headers=HX)
    lifted = ines.delete("/customers/acme/flag", headers=HX)
    assert marc.put("/customers/acme/flag", headers=HX).status_code == 409
    take_back(ines, lifted)
    assert flagged() == "Daily calls."


def test_somebody_who_did_not_go_has_their_tickets_again(web: Web, ines: TestClient, acme: Customer) -> None:
    ref = web.write("acme", "The export hangs at 90 percent.")
    ines.post(f"/tickets/{ref}/claim", headers=HX)
    mine = state_of(web, ref)
    gone = ines.post("/day/away", data={"until": "2030-01-01T09:00"}, headers=HX)
    assert state_of(web, ref)["assignee_id"] is None
    take_back(ines, gone)
    assert state_of(web, ref) == mine
    ines.post("/day/away", data={"until": "2030-01-01T09:00"}, headers=HX)
    take_back(ines, ines.delete("/day/away", headers=HX))
    with web.earshot.work() as uow:
        assert away.away_until(uow, 1) is not None


def test_what_a_colleague_took_meanwhile_stays_theirs(
    web: Web, ines: TestClient, marc: TestClient, acme: Customer
) -> None:
    refs = [
        web.write("acme", text, author=text)
        for text in ("The export hangs at 90 percent.", "The import hangs at 50 percent.")
    ]
    for ref in refs:
        ines.post(f"/tickets/{ref}/claim", headers=HX)
    gone = ines.post("/day/away", data={"until": "2030-01-01T09:00"}, headers=HX)
    assert [state_of(web, ref)["assignee_id"] for ref in refs] == [None, None]
    marc.post(f"/tickets/{refs[0]}/claim", headers=HX)
    take_back(ines, gone)
    assert [state_of(web, ref)["assignee_id"] for ref in refs] == [2, 1]
    ines.post("/day/away", data={"until": "2030-01-01T09:00"}, headers=HX)
    with web.earshot.work() as uow:
        assert away.away_until(uow, 1) is not None


def test_a_pause_that_was_none_leaves_the_count_where_it_was(web: Web, ines: TestClient, acme: Customer) -> None:
    with web.earshot.work() as uow:
        limit = uow.policy.bitter_in_a_row
        for number in range(limit):
            uow.record("replied", _bitter(web, f"You useless people, part {number}!"), by=1)
        assert pause.proposed(uow, 1) == limit
    took = ines.post("/day/pause", headers=HX)
    with web.earshot.work() as uow:
        assert pause.proposed(uow, 1) == 0
    take_back(ines, took)
    with web.earshot.work() as uow:
        assert pause.proposed(uow, 1) == limit


def _bitter(web: Web, text: str) -> int:
    ref = web.write("acme", text, author=text)
    with web.earshot.work() as uow:
        ticket = uow.ticket(int(ref.removeprefix("ES-")) - 1000)
        ticket.sentiment = -1.0
        uow.db.add(ticket)
        return ticket.id or 0


def test_an_alert_goes_on_where_it_was(scene: Web, listener: TestClient) -> None:
    with scene.earshot.work() as uow:
        alert_id = alerts.unfinished(uow.db)[0].id or 0

    def state() -> tuple[str, bool]:
        with scene.earshot.work() as uow:
            found = alerts.get(uow.db, alert_id)
            return found.state, found.next_at is not None

    has_it = listener.post(f"/alerts/{alert_id}/confirmation", headers=HX)
    over = listener.post(f"/alerts/{alert_id}/end", headers=HX)
    assert state() == ("closed", False)
    take_back(listener, over)
    assert state() == ("confirmed", False)
    take_back(listener, has_it)
    assert state() == ("open", True)
    marc = scene.signed_in("marc@ours.example")
    marc.post(f"/alerts/{alert_id}/confirmation", headers=HX)
    assert listener.delete(f"/alerts/{alert_id}/word", headers=HX).status_code == 404
    assert marc.delete(f"/alerts/{alert_id}/word", headers=HX).status_code == 204
    assert listener.delete(f"/alerts/{alert_id}/word", headers=HX).status_code == 404


def test_a_themes_alert_was_worth_it_after_all(web: Web, ines: TestClient, acme: Customer) -> None:
    with web.earshot.work() as uow:
        theme = themes.add(uow.db, Theme(name="Exports hang", kind="bug", created_at=uow.now()))
        alarm = Alarm(theme_id=theme.id or 0, customers=5, most=5, bar=4, opened_at=uow.now(), changed_at=uow.now())
        uow.db.add(alarm)
        uow.db.flush()
        alarm_id = alarm.id or 0
    take_back(ines, ines.post(f"/alerts/themes/{alarm_id}/dismissal", headers=HX))
    with web.earshot.work() as uow:
        assert [one.id for one in alarms.opened(uow.db)] == [alarm_id]


def test_what_is_too_long_ago_stays(web: Web, ines: TestClient, acme: Customer, clock: Any) -> None:
    ref = web.write("acme", "The export hangs at 90 percent.")
    filed = ines.post(f"/tickets/{ref}/bug", data={"title": "Export hangs"}, headers=HX)
    clock.forward(minutes=5)
    assert "too long ago" in take_back(ines, filed).headers["hx-trigger"]
    with web.earshot.work() as uow, pytest.raises(Refused, match="too long ago"):
        uow.still_taken_back(uow.now() - timedelta(minutes=3))
