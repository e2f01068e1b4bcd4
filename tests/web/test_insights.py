"""Alerts, bugs, drafts and digests from the console; and the scene behind the screenshots."""

import json
import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from handlers.bugs import report
from storage.desk import drafts, messages
from storage.insights import bugs, comments, enclosures, themes
from storage.insights.comments import BugComment
from storage.insights.enclosures import Enclosure
from storage.routing import alerts, policy
from tests.web.conftest import Web

HX = {"hx-request": "true"}


def toast(answer: Any) -> str:
    """What the page is told to say."""
    return str(json.loads(answer.headers["hx-trigger"])["toast"]["text"])


def test_every_page_of_the_scene_is_there(scene: Web, listener: TestClient) -> None:
    paths = ["/?view=buffer", "/customers", "/customers/harbor", "/people", "/rules", "/policy", "/alerts", "/themes",
             "/themes/1", "/bugs", "/bugs/1", "/digests", "/digests/2026-W46", "/digests/2026-W46/mail",
             "/digests/2026-W46/markdown", "/digests/2026-W46/json", "/digests/2026-W47", "/tickets/ES-1006/bug"]  # fmt: skip
    paths += [f"/tickets/ES-{number}" for number in range(1001, 1013)]
    assert {path: listener.get(path).status_code for path in paths} == dict.fromkeys(paths, 200)


def test_an_open_alert_is_on_every_page_until_somebody_has_it(scene: Web, listener: TestClient) -> None:
    with scene.earshot.work() as uow:
        open_ones = [one.id for one in alerts.unfinished(uow.db)]
    if not open_ones:
        pytest.skip("the interim understanding pages nobody here")
    assert 'class="banner"' in listener.get("/customers").text
    for number in open_ones:
        assert listener.post(f"/alerts/{number}/confirmation", headers=HX).status_code == 204
    assert 'class="banner"' not in listener.get("/customers").text
    late = listener.post(f"/alerts/{open_ones[0]}/confirmation", headers=HX)
    assert (late.status_code, "Inés Robledo" in toast(late)) == (409, True)
    assert listener.post(f"/alerts/{open_ones[0]}/end", headers=HX).status_code == 204
    assert "closed" in listener.get(f"/alerts/{open_ones[0]}").text


def test_drafts_are_approved_one_by_one_and_the_rest_together_each_once(scene: Web, listener: TestClient) -> None:
    with scene.earshot.work() as uow:
        waiting = drafts.waiting(uow.db, bug_id=1)
        policy.save(uow.db, uow.policy.model_copy(update={"undo_seconds": 0}))
    assert len(waiting) == 3
    one = listener.post(f"/drafts/{waiting[0].id}/approval", data={"text": "It is repaired, Derek."}, headers=HX)
    assert one.status_code == 204
    rest = [str(draft.id) for draft in waiting]
    both = listener.post("/bugs/1/drafts/approval", data={"draft": rest}, headers=HX)
    assert toast(both) == "Sent 2."
    scene.drain()
    with scene.earshot.work() as uow:
        for draft in waiting:
            said = [line for line in messages.of_ticket(uow.db, draft.ticket_id) if line.staff_id]
            assert len(said) == 1
    assert listener.post("/bugs/1/drafts/approval", headers=HX).status_code == 409


def test_a_draft_is_stopped_when_its_customer_wrote_meanwhile(scene: Web, listener: TestClient) -> None:
    with scene.earshot.work() as uow:
        draft = drafts.waiting(uow.db, bug_id=1)[0]
        ticket = uow.ticket(draft.ticket_id)
    scene.earshot.clock.forward(minutes=5)  # type: ignore[attr-defined]
    scene.write("harbor", "Forget the export, the import is broken now!", author="Derek Pyle", thread=ticket.thread)
    stopped = listener.post(f"/drafts/{draft.id}/approval", data={"text": draft.text}, headers=HX)
    assert (stopped.status_code, "the import is broken now!" in stopped.text) == (409, True)
    seen = re.search(r'name="seen" value="(\d+)"', stopped.text)
    assert seen
    sent = listener.post(
        f"/drafts/{draft.id}/approval", data={"text": "Both are repaired.", "seen": seen[1]}, headers=HX
    )
    assert sent.status_code == 204


def test_a_bug_is_filed_from_a_ticket_after_looking_for_the_one_that_is_there(scene: Web, listener: TestClient) -> None:
    page = listener.get("/tickets/ES-1011/bug").text
    assert "File it" in page
    form = {"title": "Dashboards are slow on Monday mornings", "happens": "Slow.", "severity": "2"}
    filed = listener.post("/tickets/ES-1011/bug", data=form, headers=HX)
    address = filed.headers["hx-redirect"]
    assert "Dashboards are slow on Monday mornings" in listener.get(address).text
    assert listener.get("/tickets/ES-1011/bug").headers["location"] == address
    named = listener.post(
        "/tickets/ES-1012/bug", data={**form, "title": "Harborline Freight cannot export"}, headers=HX
    )
    assert (named.status_code, "names a customer" in toast(named)) == (409, True)


def test_a_bugs_state_comments_and_tickets_are_kept(scene: Web, listener: TestClient) -> None:
    assert listener.post("/bugs/1/comments", data={"text": "Seen again"}, headers=HX).status_code == 204
    assert listener.post("/bugs/1/state", data={"state": "released", "version": "4.3"}, headers=HX).status_code == 204
    assert listener.post("/bugs/1/tickets", data={"ticket": "ES-1011"}, headers=HX).headers["hx-redirect"] == "/bugs/1"
    assert listener.delete("/bugs/1/tickets/ES-1011", headers=HX).status_code == 204
    assert listener.post("/bugs/1/state", data={"state": "sleeping"}, headers=HX).status_code == 409
    with scene.earshot.work() as uow:
        assert bugs.get(uow.db, 1).version == "4.3"
        told = {"title": "Login fails", "happens": "It loops."}
        reported = report.report(uow, "slack", reporter="Kim Doe", key="one", text=told)
    page = listener.get("/bugs/1").text
    assert "Seen again" in page
    assert "Kim Doe" in listener.get(f"/bugs/{reported}").text


def test_a_file_that_engineers_put_on_the_issue_is_downloaded_and_never_shown_as_a_page(
    scene: Web, listener: TestClient
) -> None:
    with scene.earshot.work() as uow:
        usual: dict[str, Any] = {"bug_id": 1, "created_at": uow.now()}
        said = comments.add(
            uow.db, BugComment(external_id="file-7", author="Kim", text="Spur ü.html: https://jira.example/7", **usual)
        )
        more = comments.add(
            uow.db, BugComment(external_id="file-8", author="Kim", text="b.log: https://jira.example/8", **usual)
        )
        kept = Enclosure(comment_id=said.id, name="Spur ü.html", state="kept", size=8, content=b"<script>", **usual)
        enclosures.add(
            uow.db, Enclosure(comment_id=more.id, name="b.log", state="refused", error="Too large.", **usual)
        )
        file_id = enclosures.add(uow.db, kept).id
    page = listener.get("/bugs/1").text
    assert f'href="/bugs/1/enclosed/{file_id}"' in page
    assert 'href="https://jira.example/8"' in page
    assert "Too large." in page
    got = listener.get(f"/bugs/1/enclosed/{file_id}")
    assert (got.content, got.headers["content-type"]) == (b"<script>", "application/octet-stream")
    assert got.headers["content-disposition"].endswith("filename*=UTF-8''Spur%20%C3%BC.html")
    assert listener.get(f"/bugs/2/enclosed/{file_id}").status_code == 404
    assert listener.get("/bugs/1/enclosed/99").status_code == 404


def test_the_digest_as_mail_runs_no_script_and_is_for_staff(scene: Web, listener: TestClient) -> None:
    mail = listener.get("/digests/2026-W46/mail")
    assert "sandbox" in mail.headers["content-security-policy"]
    assert scene.browser().get("/digests/2026-W46/mail").status_code == 303
    assert listener.get("/digests/2026-W46/json").json()["week"] == "2026-W46"
    assert listener.get("/digests/soon").status_code == 409


def test_a_theme_is_renamed_answered_merged_and_parted_again(scene: Web, listener: TestClient) -> None:
    with scene.earshot.work() as uow:
        others = [one.id for one in themes.living(uow.db) if one.id != 1]
    assert listener.post("/themes/1/name", data={"name": "Exports that never end"}, headers=HX).status_code == 204
    assert listener.post("/themes/1/answer", data={"text": "Export in two halves."}, headers=HX).status_code == 204
    page = listener.get("/themes/1").text
    assert "Exports that never end" in page
    assert "Export in two halves." in page
    moved = listener.post("/themes/1/tickets", data={"ticket": "ES-1011"}, headers=HX)
    assert moved.status_code == 204
    assert "ES-1011" in listener.get("/themes/1").text
    assert "Export in two halves." in listener.get("/tickets/ES-1011").text
    assert listener.delete("/themes/1/tickets/ES-1011", headers=HX).status_code == 204
    if others:
        assert listener.post(f"/themes/{others[0]}/merger", data={"into": "1"}, headers=HX).status_code == 204
        assert listener.delete(f"/themes/{others[0]}/merger", headers=HX).status_code == 204
    assert listener.post("/themes/99/name", data={"name": "x"}, headers=HX).status_code == 404


def test_each_edit_of_a_theme_is_taken_back_from_its_page(scene: Web, listener: TestClient) -> None:
    with scene.earshot.work() as uow:
        sizes = themes.sizes(uow.db)
        theme = max(sizes, key=lambda one: (sizes[one], -one))
        other = next(one.id for one in themes.living(uow.db) if one.id != theme)
        name, theirs = themes.get(uow.db, theme).name, themes.tickets_of(uow.db, theme)
        reference = uow.reference_of(theirs[0])
    address = f"/themes/{theme}"
    for way, said in (
        ("name", {"name": "Quite another name"}), ("area", {"area": "Reports & files"}), ("answer", {"text": "Wait."}),
        ("differences", {"other": str(other)}),
    ):  # fmt: skip
        assert listener.post(f"{address}/{way}", data=said, headers=HX).status_code == 204
    for _ in range(4):
        shown = re.findall(rf'hx-delete="({address}/edits/\d+)"', listener.get(address).text)
        assert listener.delete(shown[0], headers=HX).status_code == 204
    moved = listener.post(f"/themes/{other}/tickets", data={"ticket": reference}, headers=HX)
    assert moved.status_code == 204
    [back] = re.findall(
        rf'hx-delete="(/themes/{other}/edits/\d+)"[^>]*>Take back', listener.get(f"/themes/{other}").text
    )[:1]
    assert listener.delete(back, headers=HX).status_code == 204
    assert listener.delete(back, headers=HX).status_code == 409
    with scene.earshot.work() as uow:
        found = themes.get(uow.db, theme)
        assert (found.name, found.area_by, found.answer) == (name, "machine", "")
        assert themes.tickets_of(uow.db, theme) == theirs


def test_themes_are_told_apart_split_and_unnamed_and_the_page_tells_it(scene: Web, listener: TestClient) -> None:
    with scene.earshot.work() as uow:
        sizes = themes.sizes(uow.db)
        theme = max(sizes, key=lambda one: (sizes[one], -one))
        other = next(one.id for one in themes.living(uow.db) if one.id != theme)
        theirs = [uow.reference_of(one) for one in themes.tickets_of(uow.db, theme)]
    address = f"/themes/{theme}"
    assert listener.post(f"{address}/differences", data={"other": other}, headers=HX).status_code == 204
    assert "Is not the same as" in listener.get(address).text
    assert listener.delete(f"{address}/differences/{other}", headers=HX).status_code == 204
    assert listener.post(f"{address}/name", data={"name": "Quite another name"}, headers=HX).status_code == 204
    assert listener.delete(f"{address}/name", headers=HX).status_code == 204
    refused = listener.delete(f"{address}/name", headers=HX)
    assert (refused.status_code, "no name" in toast(refused)) == (409, True)
    assert listener.post(f"{address}/area", data={"area": "Reports & files"}, headers=HX).status_code == 204
    assert f'href="{address}"' in listener.get("/themes", params={"area": "Reports & files"}).text
    split = listener.post(f"{address}/split", data={"ticket": theirs[:1]}, headers=HX)
    assert split.status_code == 204
    page = listener.get(address).text
    for said in ("A part became", "1 ticket", "The name “Quite another name” was taken back", "by Inés Robledo"):
        assert said in page
    assert listener.post(f"{address}/split", headers=HX).status_code == 409


def test_the_glossary_is_read_edited_and_taken_away(scene: Web, listener: TestClient) -> None:
    table = "concept,role,en\nplanner,area,route planner*\n"
    assert "Glossary" in listener.get("/glossary").text
    assert listener.get("/glossary.csv").text.startswith("concept,role,rarity")
    changed = listener.put("/glossary", data={"table": table}, headers=HX)
    if changed.status_code == 403:
        return
    assert "1 of your own" in toast(changed)
    assert "route planner*" in listener.get("/glossary").text
    assert listener.put("/glossary", data={"table": "x"}, headers=HX).status_code == 409
    assert listener.delete("/glossary/planner", headers=HX).status_code == 204
    assert "route planner*" not in listener.get("/glossary.csv").text
