"""The listener's desk: the list, the ticket page, and its buttons."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from bot import ticks
from handlers.customers.flag import flag
from handlers.desk import reply
from handlers.intake.receive import revise
from storage.accounts.customers import Customer
from storage.accounts.people import Person
from storage.desk import deliveries, messages, promises, standing, views
from storage.desk.promises import Promise
from storage.insights import themes
from storage.insights.themes import Theme
from tests.conftest import Clock
from tests.web.conftest import Web

HX = {"hx-request": "true"}
HANGS = "The export hangs at 90 % again and we lost the whole morning. This is broken!"


def toast(answer: Any) -> dict[str, Any]:
    """What the page is told to say."""
    said: dict[str, Any] = json.loads(answer.headers["hx-trigger"])["toast"]
    return said


def begun(page: str) -> dict[str, str]:
    """The hidden fields of the reply form."""
    return {name: re.search(rf'name="{name}" value="(\w+)"', page)[1] for name in ("seen", "press")}  # type: ignore[index]


def ticket_of(web: Web, ref: str) -> Any:
    """The ticket as it is kept."""
    with web.earshot.work() as uow:
        return uow.ticket(int(ref.split("-")[1]) - 1000)


def test_a_flagged_customers_complaint_is_in_the_buffer_with_the_reason_it_is_due(
    web: Web, ines: TestClient, acme: Customer
) -> None:
    web.add_customer("calm", "Calm Waters")
    with web.earshot.work() as uow:
        flag(uow, "acme", by="Inés", why="Rings engineers at home")
    buffered, usual = web.write("acme", HANGS), web.write("calm", HANGS)
    page = ines.get("/?view=buffer").text
    assert (buffered in page, usual in page) == (True, False)
    assert "first answer in" in page
    assert usual in ines.get("/?view=regular").text


def test_the_views_say_what_to_do_when_they_are_empty(ines: TestClient) -> None:
    for view in views.VIEWS:
        page = ines.get(f"/?view={view}")
        assert (page.status_code, 'class="empty"' in page.text) == (200, True)


def test_two_people_claim_and_the_second_is_told_who_was_faster(
    web: Web, ines: TestClient, marc: TestClient, acme: Customer
) -> None:
    ref = web.write("acme", HANGS)
    assert toast(ines.post(f"/tickets/{ref}/claim", headers=HX))["text"] == "It is yours."
    late = marc.post(f"/tickets/{ref}/claim", headers=HX)
    assert (late.status_code, toast(late)["text"]) == (409, "Inés Robledo has taken this one.")
    assert "Inés Robledo has this one" in marc.get(f"/tickets/{ref}").text
    assert marc.delete(f"/tickets/{ref}/claim", headers=HX).status_code == 409
    assert ines.delete(f"/tickets/{ref}/claim", headers=HX).status_code == 204
    assert marc.post(f"/tickets/{ref}/claim", headers=HX).status_code == 204


def let_it_go(web: Web, clock: Clock) -> None:
    """The seconds pass in which a reply can be taken back."""
    clock.forward(seconds=11)
    for duty in ticks.DUTIES:
        with web.earshot.work() as uow:
            duty(uow)
    web.drain()


def test_a_reply_is_taken_back_within_its_seconds_and_its_words_are_there_again(
    web: Web, ines: TestClient, acme: Customer, clock: Clock
) -> None:
    ref = web.write("acme", HANGS)
    form = {**begun(ines.get(f"/tickets/{ref}").text), "text": "Oh, never mind <them>."}
    undo = toast(ines.post(f"/tickets/{ref}/reply", data=form, headers=HX))["undo"]
    back = ines.delete(undo["url"], headers=HX)
    assert "Oh, never mind &lt;them&gt;." in back.text
    let_it_go(web, clock)
    with web.earshot.work() as uow:
        assert [one.purpose for one in deliveries.of_ticket(uow.db, ticket_of(web, ref).id)] == ["acknowledgement"]
    again = {**begun(back.text), "text": "We are on it.", "then": "resolve"}
    undo = toast(ines.post(f"/tickets/{ref}/reply", data=again, headers=HX))["undo"]
    let_it_go(web, clock)
    assert ticket_of(web, ref).state == "resolved"
    assert toast(ines.delete(undo["url"], headers=HX))["text"] == "It is out already."


def test_a_reply_for_later_is_held_back_if_the_customer_writes_before(
    web: Web, ines: TestClient, acme: Customer, clock: Clock
) -> None:
    ref = web.write("acme", HANGS)
    later = {**begun(ines.get(f"/tickets/{ref}").text), "text": "Is it better today?", "at": "2026-11-18T10:00"}
    assert "10:00" in toast(ines.post(f"/tickets/{ref}/reply", data=later, headers=HX))["text"]
    clock.forward(minutes=20)
    web.write("acme", "It is worse, now the login is broken as well!", thread=ticket_of(web, ref).thread)
    clock.forward(minutes=45)
    let_it_go(web, clock)
    page = ines.get("/?view=regular").text + ines.get(f"/tickets/{ref}").text
    assert "reply held back" in page
    assert "held back: the customer wrote before it was said" in page
    past = {**begun(ines.get(f"/tickets/{ref}").text), "text": "x", "at": "2026-11-18T10:00"}
    assert "passed already" in toast(ines.post(f"/tickets/{ref}/reply", data=past, headers=HX))["text"]


def test_what_was_pressed_is_taken_back_exactly_unless_something_else_happened_since(
    web: Web, ines: TestClient, marc: TestClient, acme: Customer, clock: Clock
) -> None:
    ref = web.write("acme", HANGS)
    address, before = f"/tickets/{ref}", standing.of(ticket_of(web, ref))
    presses: tuple[tuple[str, str, dict[str, str]], ...] = (
        ("POST", "/claim", {}), ("POST", "/snooze", {"until": "2026-11-19T09:00"}), ("POST", "/resolution", {}),
        ("POST", "/corrections", {"field": "kind", "value": "billing"}), ("PUT", "/claim", {"to": "2"}),
        ("POST", "/notes", {"text": "Be generous."}),
    )  # fmt: skip
    for method, path, data in presses:
        undo = toast(ines.request(method, address + path, data=data, headers=HX))["undo"]
        assert ines.post(undo["url"], data=undo["values"], headers=HX).status_code == 204, path
        assert standing.changed(before, ticket_of(web, ref)) == {}, path
    assert "Be generous." not in ines.get(address).text
    undo = toast(ines.post(f"{address}/resolution", headers=HX))["undo"]
    assert marc.post(undo["url"], data=undo["values"], headers=HX).status_code == 404
    marc.delete(f"{address}/resolution", headers=HX)
    refused = ines.post(undo["url"], data=undo["values"], headers=HX)
    assert "Something else has happened since" in toast(refused)["text"]
    undo = toast(ines.post(f"{address}/claim", headers=HX))["undo"]
    clock.forward(minutes=3)
    assert "too long ago" in toast(ines.post(undo["url"], data=undo["values"], headers=HX))["text"]


def test_a_reply_goes_out_once_however_often_it_is_pressed(
    web: Web, ines: TestClient, acme: Customer, clock: Clock
) -> None:
    ref = web.write("acme", HANGS)
    form = {**begun(ines.get(f"/tickets/{ref}").text), "text": "We found it; a fix is on its way."}
    first, second = (ines.post(f"/tickets/{ref}/reply", data=form, headers=HX) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert "goes out" in ines.get(f"/tickets/{ref}").text or "going out now" in ines.get(f"/tickets/{ref}").text
    let_it_go(web, clock)
    ticket = ticket_of(web, ref)
    with web.earshot.work() as uow:
        said = [one for one in messages.of_ticket(uow.db, ticket.id) if one.staff_id]
    assert [one.text for one in said] == ["We found it; a fix is on its way."]
    assert ticket.state == "waiting"
    assert begun(first.text)["press"] != form["press"]


def test_a_reply_is_stopped_when_the_customer_wrote_again_and_keeps_its_words(
    web: Web, ines: TestClient, acme: Customer
) -> None:
    ref = web.write("acme", HANGS)
    form = {**begun(ines.get(f"/tickets/{ref}").text), "text": "Please try <b>again</b>."}
    web.write("acme", "Never mind the export, now the login is broken too!", thread=ticket_of(web, ref).thread)
    stopped = ines.post(f"/tickets/{ref}/reply", data=form, headers=HX)
    assert stopped.status_code == 409
    assert "now the login is broken too!" in stopped.text
    assert "Please try &lt;b&gt;again&lt;/b&gt;." in stopped.text
    with web.earshot.work() as uow:
        assert [one.purpose for one in deliveries.of_ticket(uow.db, ticket_of(web, ref).id)] == ["acknowledgement"]
    sent = ines.post(f"/tickets/{ref}/reply", data={**begun(stopped.text), "text": "I see."}, headers=HX)
    assert toast(sent)["text"] == "Sent to the customer."


def test_an_empty_reply_is_refused_in_words(web: Web, ines: TestClient, acme: Customer) -> None:
    ref = web.write("acme", HANGS)
    answer = ines.post(
        f"/tickets/{ref}/reply", data={**begun(ines.get(f"/tickets/{ref}").text), "text": " "}, headers=HX
    )
    assert (toast(answer)["text"], answer.headers["hx-reswap"]) == ("There is nothing to send yet.", "none")


def test_a_note_stays_inside(web: Web, ines: TestClient, acme: Customer) -> None:
    ref = web.write("acme", HANGS)
    assert (
        ines.post(f"/tickets/{ref}/notes", data={"text": "Be generous: their CFO called."}, headers=HX).status_code
        == 204
    )
    web.drain()
    assert "Be generous" in ines.get(f"/tickets/{ref}").text
    with web.earshot.work() as uow:
        outgoing = [one.text for one in messages.of_ticket(uow.db, ticket_of(web, ref).id) if one.direction == "out"]
    assert not [text for text in outgoing if "generous" in text]


def test_snooze_and_resolve_have_their_opposites(web: Web, ines: TestClient, acme: Customer) -> None:
    ref = web.write("acme", HANGS)
    address = f"/tickets/{ref}"
    assert ines.post(f"{address}/snooze", data={"until": "2026-11-19T09:00"}, headers=HX).status_code == 204
    assert ticket_of(web, ref).state == "snoozed"
    assert ref in ines.get("/?view=snoozed").text
    assert ines.delete(f"{address}/snooze", headers=HX).status_code == 204
    assert ines.post(f"{address}/resolution", headers=HX).status_code == 204
    assert ref in ines.get("/?view=done").text
    assert ines.delete(f"{address}/resolution", headers=HX).status_code == 204
    assert ticket_of(web, ref).state == "open"


def test_a_ticket_sleeps_until_they_write_or_its_bug_changes(web: Web, ines: TestClient, acme: Customer) -> None:
    ref = web.write("acme", HANGS)
    page = ines.get(f"/tickets/{ref}").text
    assert ("Until they write" in page, "Until the bug changes" in page) == (True, False)
    refused = ines.post(f"/tickets/{ref}/snooze", data={"sooner": "bug"}, headers=HX)
    assert "no bug to wait for" in refused.headers["hx-trigger"]
    done = ines.post(f"/tickets/{ref}/snooze", data={"sooner": "reply"}, headers=HX)
    assert "Back when they write." in done.headers["hx-trigger"]
    ines.delete(f"/tickets/{ref}/snooze", headers=HX)
    ines.post(f"/tickets/{ref}/bug", data={"title": "Export stops", "happens": "It stops."}, headers=HX)
    web.drain()
    assert "Until the bug changes" in ines.get(f"/tickets/{ref}").text
    done = ines.post(f"/tickets/{ref}/snooze", data={"sooner": "bug"}, headers=HX)
    assert "Back when the bug changes." in done.headers["hx-trigger"]
    assert "back with the bug" in ines.get("/?view=snoozed").text


def test_beside_the_conversation_stands_what_they_wait_for_were_promised_and_who_else_is_there(
    web: Web, ines: TestClient, acme: Customer
) -> None:
    first = web.write("acme", HANGS, "Ann Lee")
    ines.post(f"/tickets/{first}/bug", data={"title": "Export stops", "happens": "It stops."}, headers=HX)
    second = web.write("acme", "Where is my invoice?", "Bo Kim")
    with web.earshot.work() as uow:
        due = uow.now() + timedelta(days=2)
        made = Promise(ticket_id=1, staff_id=1, words="by Friday", due_at=due, made_at=uow.now(), state="open")
        promises.add(uow.db, made)
        uow.db.add(Person(name="Cy Orr", email="cy@acme.example", customer_id=acme.id, created_at=uow.now()))
    beside = ines.get(f"/tickets/{second}").text.split('id="card"')[1].split('id="notes-place"')[0]
    for part in ("Export stops", f'<a href="/tickets/{first}"><q>by Friday</q></a>', "Cy Orr", "cy@acme.example"):
        assert part in beside
    assert "Export stops" in ines.get(f"/tickets/{first}").text


def test_a_ticket_is_moved_to_another_theme_from_its_own_page(web: Web, ines: TestClient, acme: Customer) -> None:
    ref = web.write("acme", HANGS)
    before = ticket_of(web, ref).theme_id
    with web.earshot.work() as uow:
        other = themes.add(uow.db, Theme(name="Invoices <late>", kind="billing", created_at=uow.now())).id
    assert ines.put(f"/tickets/{ref}/theme", data={"theme": "nothing like it"}, headers=HX).status_code == 404
    undo = toast(ines.put(f"/tickets/{ref}/theme", data={"theme": "invoices"}, headers=HX))["undo"]
    assert ticket_of(web, ref).theme_id == other
    ines.request(undo["method"], undo["url"], headers=HX)
    assert ticket_of(web, ref).theme_id == before


def test_links_are_taken_back_both_ways(web: Web, ines: TestClient, acme: Customer) -> None:
    one, other = web.write("acme", HANGS), web.write("acme", "Where is my invoice?")
    done = ines.post(f"/tickets/{one}/links", data={"other": other}, headers=HX)
    undo = json.loads(done.headers["hx-trigger"])["toast"]["undo"]
    assert ticket_of(web, other).extra["linked"] == [ticket_of(web, one).id]
    back = ines.request(undo["method"], undo["url"], headers=HX)
    assert ticket_of(web, other).extra["linked"] == []
    again = json.loads(back.headers["hx-trigger"])["toast"]["undo"]
    ines.request(again["method"], again["url"], data=again["values"], headers=HX)
    assert ticket_of(web, one).extra["linked"] == [ticket_of(web, other).id]


@pytest.mark.parametrize(
    "until", ["yesterday", "2020-01-01T09:00", "", "9999-12-31T23:59+00:01", "0001-01-01T00:00+14:00"]
)
def test_a_time_one_cannot_snooze_until_is_refused(web: Web, ines: TestClient, acme: Customer, until: str) -> None:
    ref = web.write("acme", HANGS)
    answer = ines.post(f"/tickets/{ref}/snooze", data={"until": until}, headers=HX)
    assert answer.status_code in (204, 409, 422)
    assert ines.get(f"/tickets/{ref}").status_code == 200


def test_an_unsure_kind_is_shown_as_unsure_and_one_press_puts_it_right(
    web: Web, ines: TestClient, acme: Customer
) -> None:
    ref = web.write("acme", HANGS)
    with web.earshot.work() as uow:
        ticket = uow.ticket(ticket_of(web, ref).id)
        ticket.unsure = True
        uow.db.add(ticket)
    assert "Not sure what this is" in ines.get(f"/tickets/{ref}").text
    assert (
        ines.post(f"/tickets/{ref}/corrections", data={"field": "kind", "value": "billing"}, headers=HX).status_code
        == 204
    )
    page = ines.get(f"/tickets/{ref}").text
    assert "Not sure what this is" not in page
    assert "a person" in page
    wrong = ines.post(f"/tickets/{ref}/corrections", data={"field": "assignee_id", "value": "1"}, headers=HX)
    assert wrong.status_code == 409


def test_the_page_shows_edits_and_what_was_taken_back(web: Web, ines: TestClient, acme: Customer) -> None:
    ref = web.write("acme", HANGS)
    with web.earshot.work() as uow:
        first = messages.of_ticket(uow.db, ticket_of(web, ref).id)[0]
        revise(uow, "support", first.external_id, "The export hangs at 95 %.")
    page = ines.get(f"/tickets/{ref}").text
    assert "What it said before" in page
    assert "The export hangs at 95 %." in page
    with web.earshot.work() as uow:
        revise(uow, "support", first.external_id, None)
    assert "Taken back" in ines.get(f"/tickets/{ref}").text


def test_a_customers_mark_up_is_only_words(web: Web, ines: TestClient, acme: Customer) -> None:
    ref = web.write("acme", '<script>alert(1)</script> "the export hangs" <img src=x onerror=y>', author="<b>Eve</b>")
    page = ines.get(f"/tickets/{ref}").text + ines.get("/?view=regular").text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "<b>Eve" not in page


def test_search_finds_by_reference_customer_and_words_and_says_what_it_does_not_understand(
    web: Web, ines: TestClient, acme: Customer
) -> None:
    ref = web.write("acme", HANGS)
    for words in (ref, ref.split("-")[1], "freight", "90 %", "is:open customer:acme hangs"):
        assert f"/tickets/{ref}" in ines.get("/", params={"q": words}).text, words
    assert "Nothing found" in ines.get("/", params={"q": "zebra"}).text
    assert "is no day" in ines.get("/", params={"q": "before:soon"}).text


def test_a_view_is_narrowed_turned_and_kept_under_a_name(
    web: Web, ines: TestClient, marc: TestClient, acme: Customer
) -> None:
    web.add_customer("calm", "Calm Waters")
    ours = [web.write("acme", f"Export number {number} hangs.", author=f"Ann {number}") for number in range(52)]
    theirs = web.write("calm", HANGS)
    page = ines.get("/?view=unclaimed&customer=acme").text
    assert ("52 tickets · acme" in page, theirs in page, ours[51] in page) == (True, False, False)
    more = re.search(r'href="/\?(view=unclaimed[^"]*after=[^"]*)"', page)
    assert more
    rest = ines.get("/?" + more[1].replace("&amp;", "&")).text
    assert (ours[50] in rest, ours[51] in rest, ours[49] in rest) == (True, True, False)
    assert ines.get("/?view=mine&customer=nobody").status_code == 409
    asked = {"name": "Acme, free", "asked": "view=unclaimed&customer=acme&x=1"}
    assert toast(ines.post("/views", data=asked, headers=HX))["undo"]["method"] == "DELETE"
    assert "Acme, free" not in marc.get("/").text
    assert 'href="/?view=unclaimed&amp;customer=acme"' in ines.get("/").text
    assert marc.delete("/views/1", headers=HX).status_code == 404
    assert ines.post("/views", data=asked, headers=HX).status_code == 409
    assert ines.delete("/views/1", headers=HX).status_code == 204
    assert "Acme, free" not in ines.get("/").text


def test_what_happened_is_told_with_who_did_it(web: Web, ines: TestClient, acme: Customer) -> None:
    ref = web.write("acme", HANGS)
    ines.post(f"/tickets/{ref}/claim", headers=HX)
    assert "claimed by Inés Robledo" in ines.get(f"/tickets/{ref}").text


def test_without_scripts_a_press_leads_back_to_the_page(web: Web, ines: TestClient, acme: Customer) -> None:
    ref = web.write("acme", HANGS)
    answer = ines.post(f"/tickets/{ref}/claim", headers={"referer": f"http://127.0.0.1:8000/tickets/{ref}"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/tickets/{ref}")
    elsewhere = ines.post(f"/tickets/{ref}/claim", headers={"referer": "https://evil.example/x"})
    assert elsewhere.headers["location"] == "/"


def test_the_suggestion_is_in_the_customers_language_and_sends_nothing(
    web: Web, ines: TestClient, acme: Customer
) -> None:
    ref = web.write("acme", "Buenos días, la exportación se queda colgada y hemos perdido toda la mañana.")
    page = ines.get(f"/tickets/{ref}").text
    assert 'lang="es"' in page.split('id="suggestion-text"')[1][:60]
    with web.earshot.work() as uow:
        assert reply.newest_seen(uow, ticket_of(web, ref).id) > 0
        assert len(deliveries.of_ticket(uow.db, ticket_of(web, ref).id)) == 1


def test_a_long_conversation_is_told_in_short_first_and_every_word_stays(
    web: Web, ines: TestClient, acme: Customer
) -> None:
    ref = web.write("acme", "The export hangs at 90 percent.")
    with web.earshot.work() as uow:
        thread = uow.ticket(1).thread
    for number in range(12):
        web.write("acme", f"Line number {number} of what happens here.", thread=thread)
    page = ines.get(f"/tickets/{ref}").text
    assert "13 messages of theirs" in page
    assert "They wrote last: “Line number 11 of what happens here.”" in page
    assert page.count("Line number 3 of what happens here.") == 1
    assert "Show 8 messages before" in page
    assert page.count("<details") == page.count("</details>")
