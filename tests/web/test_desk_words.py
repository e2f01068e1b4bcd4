"""Promises, saved replies, tags, links, the same for many, and who else is here."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from starlette.testclient import TestClient

from handlers.analysis.wording.deadlines import deadlines
from handlers.intake.receive import Author, Incoming, receive
from storage.accounts.customers import Customer
from storage.desk import history, messages, promises, standing
from storage.routing import alerts
from tests.conftest import Clock
from tests.web.conftest import Web
from tests.web.test_desk import HANGS, HX, begun, let_it_go, ticket_of, toast

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
        assert promises.decided(uow.db, clock.time.replace(day=16), clock.time) == {"kept": 1, "broken": 1}
        names = [one.name for one in history.of_ticket(uow.db, ticket_of(web, broken).id)]
    assert "promise_broken" in names


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
    assert ("The import hangs as well." in page, "Be generous." in page) == (True, True)
    assert f'Merged into <a href="/tickets/{first}">' in ines.get(f"/tickets/{second}").text
    assert ines.post("/undo", data=undo["values"], headers=HX).status_code == 204
    assert (
        standing.changed(before[0], ticket_of(web, first)) == standing.changed(before[1], ticket_of(web, second)) == {}
    )
    assert "The import hangs as well." not in ines.get(f"/tickets/{first}").text
    ines.post(f"/tickets/{second}/merge", data={"other": first}, headers=HX)
    with web.earshot.work() as uow:
        place, thread = uow.ticket(2).place, uow.ticket(2).thread
        told = {"author": Author("Bo Reed"), "thread": thread, "customer": "acme"}
        on = Incoming("support", "1.again", place, "It still hangs!", uow.now(), **told)  # type: ignore[arg-type]
        receive(uow, on)
    web.drain()
    assert "It still hangs!" in ines.get(f"/tickets/{first}").text
    with web.earshot.work() as uow:
        last = messages.of_ticket(uow.db, 1)[-1].id
    undo = toast(ines.post(f"/tickets/{first}/split/{last}", headers=HX))["undo"]
    web.drain()
    assert "It still hangs!" in ines.get("/tickets/ES-1004").text
    assert ines.post("/undo", data=undo["values"], headers=HX).status_code == 204
    assert "It still hangs!" in ines.get(f"/tickets/{first}").text
    assert ines.post(f"/tickets/{first}/split/1", headers=HX).status_code == 409
