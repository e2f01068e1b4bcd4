"""Promises, saved replies, tags, links, the same for many, and who else is here."""

import csv
import io
import re
from datetime import datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from starlette.testclient import TestClient

from handlers.analysis.wording.deadlines import deadlines
from handlers.intake.receive import Author, Incoming, receive
from storage.accounts.customers import Customer
from storage.desk import history, messages, promises, standing, tickets
from storage.routing import alerts
from tests.conftest import Clock
from tests.web.conftest import Web
from tests.web.test_desk import HANGS, HX, begun, let_it_go, ticket_of, toast

HEARD = '<div class="text" dir="auto">{}</div>'
WEDNESDAY = datetime(2026, 11, 18, 10, 0, tzinfo=ZoneInfo("Europe/Madrid"))


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("We will have it fixed by Friday.", [2]), ("I'll write tomorrow, and we ship by next Monday.", [1, 5]),
        ("Lo arreglaremos antes del viernes.", [2]), ("Le escribiré mañana.", [1]), ("金曜日までに修正いたします。", [2]),
        ("本日中にご連絡いたします。", [0]), ("We ship it within two days.", [2]), ("Friday was a bad day.", []),
        ("Your colleague wrote on Friday.", []), ("We saw this before.", []), ("We will tell you this week.", [2]),
    ],
)  # fmt: skip
def test_what_is_promised_for_when_is_understood_in_three_languages(text: str, days: list[int]) -> None:
    assert [(one.at.date() - WEDNESDAY.date()).days for one in deadlines(text, WEDNESDAY)] == days


def say(web: Web, browser: TestClient, ref: str, text: str, clock: Clock) -> None:
    """A reply that is out."""
    browser.post(f"/tickets/{ref}/reply", data={**begun(browser.get(f"/tickets/{ref}").text), "text": text}, headers=HX)
    let_it_go(web, clock)


def test_by_friday_in_a_reply_becomes_a_due_item_that_comes_up_and_is_kept_or_broken(
    web: Web, ines: TestClient, acme: Customer, clock: Clock
) -> None:
    kept, broken = web.write("acme", HANGS), web.write("acme", "The invoice is wrong.", author="Bo Reed")
    for ref in (kept, broken):
        say(web, ines, ref, "We will have an answer by Friday.", clock)
    assert "You wrote <q>by Friday</q>" in ines.get(f"/tickets/{kept}").text
    for number in (1, 2):
        assert ines.post(f"/promises/{number}", headers=HX).status_code == 204
    assert ines.post("/promises/1", headers=HX).status_code == 409
    assert ticket_of(web, kept).due_reason == "promise"
    ines.post(f"/tickets/{kept}/snooze", data={"until": "2026-12-01T09:00"}, headers=HX)
    clock.forward(days=2, hours=7, minutes=30)
    let_it_go(web, clock)
    assert ticket_of(web, kept).state == "open"
    say(web, ines, kept, "Here is the answer.", clock)
    clock.forward(hours=3)
    let_it_go(web, clock)
    with web.earshot.work() as uow:
        assert promises.decided(uow.db, clock.time.replace(day=16), clock.time.replace(day=22)) == {
            "kept": 1,
            "broken": 1,
        }
        names = [one.name for one in history.of_ticket(uow.db, ticket_of(web, broken).id)]
    assert "promise_broken" in names


def test_what_was_decided_of_a_promise_is_taken_back(web: Web, ines: TestClient, acme: Customer, clock: Clock) -> None:
    ref = web.write("acme", HANGS)
    say(web, ines, ref, "We will have an answer by Friday.", clock)
    due = ticket_of(web, ref).due_at
    for method, state in (("POST", "open"), ("DELETE", "dropped")):
        undo = toast(ines.request(method, "/promises/1", headers=HX))["undo"]
        with web.earshot.work() as uow:
            assert [one.state for one in promises.of_ticket(uow.db, 1, state)] == [state]
        assert ines.post(undo["url"], data=undo["values"], headers=HX).status_code == 204
        with web.earshot.work() as uow:
            assert [one.state for one in promises.of_ticket(uow.db, 1, "proposed")] == ["proposed"]
    assert ticket_of(web, ref).due_at == due


def test_a_saved_reply_is_filled_in_below_what_was_written_and_counted(
    web: Web, ines: TestClient, acme: Customer
) -> None:
    ref = web.write("acme", HANGS)
    for language, text in (("en", "Hello {name} of {customer}, {reference} is with {me}."), ("es", "Hola {name}.")):
        form = {"name": "With us", "language": language, "text": text}
        assert ines.post("/replies", data=form, headers=HX).status_code == 204
    wrong = ines.post("/replies", data={"name": "x", "language": "en", "text": "{secret}"}, headers=HX)
    assert "Nobody can fill in {secret}" in toast(wrong)["text"]
    begin = {**begun(ines.get(f"/tickets/{ref}").text), "text": "First of all:"}
    filled = ines.post(f"/tickets/{ref}/saved/1", data=begin, headers=HX).text
    assert f"First of all:\n\nHello Ann of Acme Freight, {ref} is with Inés Robledo." in filled
    assert "used 1 time" in ines.get("/replies").text
    assert ines.delete("/saved-replies/2", headers=HX).status_code == 204
    assert ines.post(f"/tickets/{ref}/saved/2", data=begin, headers=HX).status_code == 404


def test_tags_links_and_a_call_with_a_reason(web: Web, ines: TestClient, acme: Customer) -> None:
    first, second = web.write("acme", HANGS), web.write("acme", "The invoice is wrong.", author="Bo Reed")
    assert ines.post(f"/tickets/{first}/tags", data={"word": "#Renewal"}, headers=HX).status_code == 204
    assert ines.post(f"/tickets/{first}/links", data={"other": second}, headers=HX).status_code == 204
    assert ines.post(f"/tickets/{first}/links", data={"other": "ES-1999"}, headers=HX).status_code == 404
    assert "#renewal" in ines.get(f"/tickets/{first}").text
    assert first in ines.get(f"/tickets/{second}").text
    assert first in ines.get("/", params={"q": "tag:renewal"}).text
    assert ines.delete(f"/tickets/{first}/tags/renewal", headers=HX).status_code == 204
    assert ines.delete(f"/tickets/{first}/links/2", headers=HX).status_code == 204
    assert f'href="/tickets/{first}"' not in ines.get(f"/tickets/{second}?view=done").text.split('class="actions"')[0]
    unsaid = ines.post(f"/tickets/{first}/emergency", data={"kind": "outage"}, headers=HX)
    assert "Say why" in toast(unsaid)["text"]
    ines.post(f"/tickets/{first}/emergency", data={"kind": "outage", "why": "their whole site is down"}, headers=HX)
    web.drain()
    with web.earshot.work() as uow:
        assert len(alerts.unfinished(uow.db)) == 1
    assert "their whole site is down" in ines.get(f"/tickets/{first}").text


def test_many_tickets_are_shown_what_would_be_done_then_done_and_only_where_it_fits(
    web: Web, ines: TestClient, marc: TestClient, acme: Customer
) -> None:
    refs = [web.write("acme", HANGS, author=f"Ann {number}") for number in range(3)]
    marc.post(f"/tickets/{refs[1]}/claim", headers=HX)
    preview = ines.get("/bulk?what=claim&one=1&one=2&one=3&view=regular").text
    assert "Claim: 2 tickets?" in preview
    assert "somebody else has it" in preview
    assert ticket_of(web, refs[0]).assignee_id is None
    done = ines.post("/bulk", data={"what": "claim", "one": ["1", "2", "3"], "view": "regular"})
    assert (done.status_code, done.headers["location"]) == (303, "/?view=regular")
    assert [ticket_of(web, one).assignee_id for one in refs] == [1, 2, 1]
    ines.post("/bulk", data={"what": "tag", "one": ["1", "3"], "word": "fair"})
    ines.post("/bulk", data={"what": "resolve", "one": ["1", "2"]})
    assert [ticket_of(web, one).state for one in refs] == ["resolved", "resolved", "open"]
    assert ines.get("/bulk?what=resolve").status_code == 409
    assert ines.get("/bulk?what=delete&one=1").status_code == 409


def test_who_else_looks_or_writes_is_shown_while_they_are_there(
    web: Web, ines: TestClient, marc: TestClient, acme: Customer, clock: Clock
) -> None:
    here = f"/tickets/{web.write('acme', HANGS)}/presence"
    assert ines.post(here, data={"doing": "reading"}, headers=HX).text.strip() == ""
    assert "Inés Robledo is looking" in marc.post(here, data={"doing": "writing"}, headers=HX).text
    assert "Marc Oliveras is writing" in ines.post(here, headers=HX).text
    clock.forward(seconds=40)
    assert ines.post(here, headers=HX).text.strip() == ""


def test_a_customers_minutes_are_those_their_tickets_were_open_in_front_of_somebody(
    web: Web, ines: TestClient, acme: Customer, clock: Clock
) -> None:
    ref = web.write("acme", HANGS)
    for seconds in (0, *[10] * 12, 3600, *[10] * 7):
        clock.forward(seconds=seconds)
        ines.post(f"/tickets/{ref}/presence", headers=HX)
    assert ">3 min</span>" in ines.get(f"/tickets/{ref}").text
    assert ">3 min</span>" in ines.get("/customers/acme").text
    clock.forward(days=120)
    assert " min</span>" not in ines.get("/customers/acme").text


def test_two_tickets_become_one_and_two_again_and_what_is_written_on_arrives(
    web: Web, ines: TestClient, acme: Customer
) -> None:
    first, second = web.write("acme", HANGS), web.write("acme", "The import hangs as well.", author="Bo Reed")
    web.add_customer("calm", "Calm Waters")
    theirs = web.write("calm", HANGS)
    ines.post(f"/tickets/{second}/notes", data={"text": "Be generous."}, headers=HX)
    before = [standing.of(ticket_of(web, one)) for one in (first, second)]
    assert (
        "not the same customer"
        in toast(ines.post(f"/tickets/{second}/merge", data={"other": theirs}, headers=HX))["text"]
    )
    undo = toast(ines.post(f"/tickets/{second}/merge", data={"other": first}, headers=HX))["undo"]
    page = ines.get(f"/tickets/{first}").text
    assert (HEARD.format("The import hangs as well.") in page, "Be generous." in page) == (True, True)
    assert f'Merged; what is written goes on there: <a href="/tickets/{first}">' in ines.get(f"/tickets/{second}").text
    assert ines.post("/undo", data=undo["values"], headers=HX).status_code == 204
    assert (
        standing.changed(before[0], ticket_of(web, first)) == standing.changed(before[1], ticket_of(web, second)) == {}
    )
    assert HEARD.format("The import hangs as well.") not in ines.get(f"/tickets/{first}").text
    ines.post(f"/tickets/{second}/merge", data={"other": first}, headers=HX)
    with web.earshot.work() as uow:
        place, thread = uow.ticket(2).place, uow.ticket(2).thread
        told = {"author": Author("Bo Reed"), "thread": thread, "customer": "acme"}
        on = Incoming("support", "1.again", place, "It still hangs!", uow.now(), **told)  # type: ignore[arg-type]
        receive(uow, on)
    web.drain()
    assert HEARD.format("It still hangs!") in ines.get(f"/tickets/{first}").text
    with web.earshot.work() as uow:
        last = messages.of_ticket(uow.db, 1)[-1].id
    undo = toast(ines.post(f"/tickets/{first}/split/{last}", headers=HX))["undo"]
    web.drain()
    assert HEARD.format("It still hangs!") in ines.get("/tickets/ES-1004").text
    assert ines.post("/undo", data=undo["values"], headers=HX).status_code == 204
    assert HEARD.format("It still hangs!") in ines.get(f"/tickets/{first}").text
    assert ines.post(f"/tickets/{first}/split/1", headers=HX).status_code == 409


def test_the_day_counts_what_was_done_and_who_said_thank_you_and_going_away_gives_back(
    web: Web, ines: TestClient, acme: Customer, clock: Clock
) -> None:
    ref = web.write("acme", HANGS)
    web.write("acme", "Thank you so much, the new dashboard is wonderful!", author="Bo Reed")
    say(web, ines, ref, "We will have it by Friday.", clock)
    ines.post("/promises/1", headers=HX)
    ines.post(f"/tickets/{ref}/claim", headers=HX)
    page = ines.get("/day").text
    assert re.findall(r'class="big-number">(?:<a[^>]*>)?(\d+)', page) == ["1", "0", "0", "0", "0"]
    assert ("dashboard is wonderful" in page, "<q>by Friday</q>" in page) == (True, True)
    gone = ines.post("/day/away", data={"until": "2026-12-01T09:00"}, headers=HX)
    assert "Given back: 1." in toast(gone)["text"]
    assert ticket_of(web, ref).assignee_id is None
    assert "Away until" in ines.get("/day").text
    assert ines.delete("/day/away", headers=HX).status_code == 204
    assert "Going away?" in ines.get("/day").text


def test_the_audit_log_is_filtered_and_taken_away_without_formulas(
    web: Web, ines: TestClient, marc: TestClient, acme: Customer
) -> None:
    ref = web.write("acme", HANGS)
    ines.post(f"/tickets/{ref}/claim", headers=HX)
    ines.put(f"/tickets/{ref}/claim", data={"to": "2", "word": "=HYPERLINK(1)"}, headers=HX)
    assert "claimed" in ines.get("/audit?what=claimed&who=1&since=2026-11-18&until=2026-11-18").text
    assert "Nothing like that happened" in ines.get("/audit?what=claimed&who=2").text
    assert "Nothing like that happened" in ines.get(f"/audit?ticket={ref}&until=2026-11-17").text
    rows = list(csv.reader(io.StringIO(ines.get(f"/audit.csv?ticket={ref}").text)))
    assert [row[3] for row in rows[1:3]] == ["handed_over", "claimed"]
    assert {row[4] for row in rows[1:]} == {ref}
    assert not [cell for row in rows for cell in row if cell[:1] in "=+@" and cell]
    assert "audit_exported" in ines.get("/audit").text.replace(" ", "_")


def test_after_the_end_the_customer_is_asked_once_in_thirty_days(
    web: Web, ines: TestClient, acme: Customer, clock: Clock
) -> None:
    customer = web.browser()
    home, asked = f"/support/{acme.support_token}", "Was this handled well?"

    def told_and_resolved(author: str) -> str:
        form = {"form": uuid4().hex, "text": HANGS, "name": author}
        customer.post(home, data=form)
        web.drain()
        with web.earshot.work() as uow:
            ref = uow.reference(uow.ticket(max(one.id or 0 for one in tickets.of_customer(uow.db, acme.id or 0))))
        assert asked not in customer.get(f"{home}/{form['form']}").text
        say(web, ines, ref, "It runs again.", clock)
        ines.post(f"/tickets/{ref}/resolution", headers=HX)
        clock.forward(hours=1)
        return f"{home}/{form['form']}"

    first = told_and_resolved("Ann")
    assert asked in customer.get(first).text
    second = told_and_resolved("Bo")
    assert asked not in customer.get(second).text
    assert customer.post(f"{second}/rating", data={"score": "5"}).status_code == 404
    assert customer.post(f"{first}/rating", data={"score": "6"}).status_code == 422
    assert customer.post(f"{first}/rating", data={"score": "4", "word": "Quick <b>"}).status_code == 303
    assert "Thank you. We read every answer." in customer.get(first).text
    page = ines.get("/ratings").text
    assert ("4.0" in page, "Inés Robledo" in page, "Quick &lt;b&gt;" in page) == (True, True, True)
    clock.forward(days=31)
    assert asked in customer.get(second).text
