"""The support page: what a customer can do there, and what they never see."""

import re
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from bot.web.limits import Pace
from handlers.customers import support_link
from handlers.customers.flag import flag
from handlers.desk import note, reply
from storage.accounts.customers import Customer
from storage.desk import messages, tickets
from storage.insights import bugs
from tests.web.conftest import Web

INTERNAL = (
    "flag",
    "buffer",
    "queue",
    "listener",
    "triage",
    "escalat",
    "high-maintenance",
    "internal",
    "severity",
    "console",
)


@pytest.fixture
def home(acme: Customer) -> str:
    """The customer's own link."""
    return f"/support/{acme.support_token}"


@pytest.fixture
def customer(web: Web) -> TestClient:
    """Somebody at the customer's."""
    return web.browser()


def form_of(text: str) -> str:
    """The form's id."""
    found = re.search(r'name="form" value="([0-9a-f]{32})"', text)
    assert found
    return found[1]


def test_a_message_is_shown_at_once_and_its_answer_as_soon_as_it_is_there(
    web: Web, customer: TestClient, home: str
) -> None:
    form = form_of(customer.get(home).text)
    sent = customer.post(home, data={"form": form, "text": "The export hangs at 90 %.", "name": "Ann Lee"})
    assert (sent.status_code, sent.headers["location"]) == (303, f"{home}/{form}")
    waiting = customer.get(f"{home}/{form}").text
    assert "The export hangs at 90 %." in waiting
    assert "Received" in waiting
    seen = re.search(r"\?seen=([\w.]+)", waiting)
    assert seen
    assert customer.get(f"{home}/{form}", params={"seen": seen[1]}).status_code == 204
    web.drain()
    answered = customer.get(f"{home}/{form}", params={"seen": seen[1]})
    assert "ES-1001" in answered.text
    assert "Hi Ann," in answered.text


def test_the_same_form_sent_twice_is_one_message(web: Web, customer: TestClient, home: str) -> None:
    data = {"form": uuid4().hex, "text": "The export hangs at 90 %."}
    assert [customer.post(home, data=data).status_code for _ in range(3)] == [303, 303, 303]
    with web.earshot.work() as uow:
        assert messages.count(uow.db) == 1


def test_who_writes_is_remembered_by_the_browser(customer: TestClient, home: str) -> None:
    data = {"form": uuid4().hex, "text": "Hello there, a question", "name": "アン・リー", "email": "ann@acme.example"}
    customer.post(home, data=data)
    again = customer.get(home).text
    assert 'value="アン・リー"' in again
    assert 'value="ann@acme.example"' in again


def test_a_follow_up_joins_the_conversation(web: Web, customer: TestClient, home: str) -> None:
    form = uuid4().hex
    customer.post(home, data={"form": form, "text": "The export hangs at 90 %.", "name": "Ann"})
    web.drain()
    web.earshot.clock.forward(days=2)  # type: ignore[attr-defined]
    more = customer.post(f"{home}/{form}", data={"form": uuid4().hex, "text": "It also happens with CSV files."})
    assert more.headers["location"] == f"{home}/{form}#newest"
    web.drain()
    assert "It also happens with CSV files." in customer.get(f"{home}/{form}").text
    with web.earshot.work() as uow:
        assert len(tickets.listed(uow.db)) == 1


def test_write_to_us_begins_a_conversation_of_its_own_however_soon(web: Web, customer: TestClient, home: str) -> None:
    first, second, thanks = (uuid4().hex for _ in range(3))
    customer.post(home, data={"form": first, "text": "The export hangs at 90 %.", "name": "Ann"})
    web.drain()
    customer.post(home, data={"form": second, "text": "Where do I change our billing address?", "name": "Ann"})
    web.drain()
    customer.post(home, data={"form": thanks, "text": "Thanks!", "name": "Ann"})
    web.drain()
    assert "billing" not in customer.get(f"{home}/{first}").text
    assert "ES-1002" in customer.get(f"{home}/{second}").text
    with web.earshot.work() as uow:
        assert len(tickets.listed(uow.db)) == 2


def test_a_persons_answer_is_read_on_the_page_and_the_state_follows(web: Web, customer: TestClient, home: str) -> None:
    form = uuid4().hex
    customer.post(home, data={"form": form, "text": "The export hangs at 90 %.", "name": "Ann"})
    web.drain()
    with web.earshot.work() as uow:
        note.note(uow, 1, 1, "Careful, they are flagged.")
        reply.reply(uow, 1, 1, "It is repaired.", seen=reply.newest_seen(uow, 1), press=uuid4().hex)
    web.drain()
    shown = customer.get(f"{home}/{form}").text
    assert "It is repaired." in shown
    assert "Inés Robledo" in shown
    assert "Answered" in shown
    assert "Careful" not in shown


def test_nothing_internal_is_on_any_byte_of_it(web: Web, customer: TestClient, home: str) -> None:
    with web.earshot.work() as uow:
        flag(uow, "acme", by="Inés", why="Rings engineers at home")
    form = uuid4().hex
    customer.post(home, data={"form": form, "text": "The export hangs. I lost the whole morning!", "name": "Ann"})
    web.drain()
    for language in ("en", "es", "ja", "de", "fr", "pt"):
        for path in (home, f"{home}/{form}", "/support/none", f"{home}/{uuid4().hex}"):
            answer = customer.get(path, params={"lang": language})
            everything = (answer.text + str(answer.headers)).lower()
            assert not [word for word in INTERNAL if word in everything], (language, path)
    for asset in ("earshot.css", "support.js"):
        everything = customer.get(f"/static/{asset}").text.lower()
        assert not [word for word in INTERNAL if re.search(rf"\b{word}", everything)], asset


def test_a_wrong_or_renewed_link_is_answered_kindly(web: Web, customer: TestClient, home: str) -> None:
    for path in ("/support/nope", "/support/%00", f"{home}/{uuid4().hex}", f"{home}/not-a-conversation"):
        answer = customer.get(path, headers={"accept-language": "es"})
        assert answer.status_code in (404, 422), path
        assert "Este enlace no funciona" in answer.text, path
    with web.earshot.work() as uow:
        support_link.renew(uow, "acme")
    assert customer.get(home).status_code == 404
    assert customer.post(home, data={"form": uuid4().hex, "text": "Hello?"}).status_code == 404


def test_one_customer_never_reads_or_continues_the_conversation_of_another(
    web: Web, customer: TestClient, home: str
) -> None:
    other = web.add_customer("other", "Other Works")
    form = uuid4().hex
    customer.post(home, data={"form": form, "text": "Our secret export hangs."})
    web.drain()
    theirs = f"/support/{other.support_token}"
    assert customer.get(f"{theirs}/{form}").status_code == 404
    assert customer.post(f"{theirs}/{form}", data={"form": uuid4().hex, "text": "Mine?"}).status_code == 404
    customer.post(theirs, data={"form": form, "text": "The same form id, by chance or by malice"})
    assert "secret" not in customer.get(f"{theirs}/{form}").text
    assert "secret" not in customer.get(theirs).text


def test_somebody_who_types_a_colleagues_address_is_still_a_customer(web: Web, customer: TestClient, home: str) -> None:
    data = {"form": uuid4().hex, "text": "The export hangs.", "name": "Ines", "email": "ines@ours.example"}
    customer.post(home, data=data)
    with web.earshot.work() as uow:
        assert messages.get(uow.db, 1).direction == "in"


def test_the_language_is_the_chosen_one_else_the_browsers_else_the_customers(web: Web, customer: TestClient) -> None:
    tokyo = web.add_customer("tokyo", "Tokyo Seiki", language="ja")
    home = f"/support/{tokyo.support_token}"
    assert '<html lang="ja">' in customer.get(home).text
    assert '<html lang="es">' in customer.get(home, headers={"accept-language": "es-MX,es;q=0.9,en;q=0.8"}).text
    assert '<html lang="de">' in customer.get(home, params={"lang": "de"}, headers={"accept-language": "es"}).text
    assert '<html lang="de">' in customer.get(home, headers={"accept-language": "es"}).text


def test_who_writes_too_fast_is_asked_to_wait_and_loses_no_words(web: Web, customer: TestClient, home: str) -> None:
    web.app.state.pace = Pace(times=2, seconds=600)
    answers = [customer.post(home, data={"form": uuid4().hex, "text": f"Message {n}"}) for n in range(3)]
    assert [one.status_code for one in answers] == [303, 303, 429]
    assert "Message 2" in answers[2].text


def test_files_come_along_and_staff_can_fetch_them(web: Web, customer: TestClient, ines: TestClient, home: str) -> None:
    files = [("files", ("log ü.txt", b"line 1\nline 2", "text/html"))]
    form = uuid4().hex
    data = {"form": form, "text": "The export hangs, the log is attached."}
    assert customer.post(home, data=data, files=files).status_code == 303
    web.drain()
    assert "log ü.txt" in customer.get(f"{home}/{form}").text
    assert "/files/1" in ines.get("/tickets/ES-1001").text
    got = ines.get("/files/1")
    assert (got.content, got.headers["content-type"]) == (b"line 1\nline 2", "application/octet-stream")
    assert got.headers["content-disposition"].startswith("attachment;")
    assert "sandbox" in got.headers["content-security-policy"]


def test_a_sixth_file_is_not_dropped_but_said(customer: TestClient, home: str) -> None:
    files = [("files", (f"log {n}.txt", b"line", "text/plain")) for n in range(6)]
    answer = customer.post(home, data={"form": uuid4().hex, "text": "Six logs."}, files=files)
    assert answer.status_code == 422
    assert "more than 5 files" in answer.text
    assert "Six logs." in answer.text
    assert customer.post(home, data={"form": uuid4().hex, "text": "Five logs."}, files=files[:5]).status_code == 303


@pytest.mark.parametrize("text", ["", "   \n ", "x" * 100_001])
def test_what_cannot_be_sent_is_said_and_kept_in_the_form(customer: TestClient, home: str, text: str) -> None:
    answer = customer.post(home, data={"form": uuid4().hex, "text": text})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"form=zz&text=a", "application/x-www-form-urlencoded"),
        (b"form=%ff%fe&text=%00%ed%a0%80", "application/x-www-form-urlencoded"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"garbage", "multipart/form-data"),
        (b'{"text": "hi"}', "application/json"),
        (b"", "text/plain"),
    ],
)
def test_malformed_forms_are_answered_calmly(customer: TestClient, home: str, content: bytes, kind: str) -> None:
    answer = customer.post(home, content=content, headers={"content-type": kind})
    assert 400 <= answer.status_code < 500


def test_odd_characters_in_every_field_are_kept_or_replaced_but_never_break(
    web: Web, customer: TestClient, home: str
) -> None:
    body = f"form={uuid4().hex}&text=a%00b%ED%A0%80c&name=%00%ff&email=%00%40x.y"
    kind = {"content-type": "application/x-www-form-urlencoded"}
    assert customer.post(home, content=body.encode(), headers=kind).status_code == 303
    web.drain()
    assert customer.get(home).status_code == 200
    assert customer.get(home, headers={"cookie": "earshot_writer=%7B%22name%22"}).status_code == 200


def test_somebody_who_tells_how_to_see_a_defect_has_a_bug_proposed_with_their_steps(
    web: Web, customer: TestClient, home: str
) -> None:
    page = customer.get(home).text
    told = {
        "text": "The invoice page stays empty.",
        "steps": "Open it\r\n- Press Print\n\n3. Wait",
        "environment": "Firefox 121",
    }
    refused = customer.post(home, data={**told, "text": " ", "form": form_of(page)})
    assert (refused.status_code, "Press Print" in refused.text, "Firefox 121" in refused.text) == (422, True, True)
    form = form_of(page)
    assert customer.post(home, data={**told, "form": form}).status_code == 303
    shown = customer.get(f"{home}/{form}").text
    assert "2. Press Print" in shown
    web.drain()
    with web.earshot.work() as uow:
        ticket = tickets.get(uow.db, 1)
        assert (ticket.kind, ticket.origins["kind"]) == ("bug", "person")
        bug = bugs.get(uow.db, ticket.bug_id or 0)
        assert (bug.state, bug.steps, bug.environment) == (
            "proposed",
            "1. Open it\n2. Press Print\n3. Wait",
            "Firefox 121",
        )
    assert not [word for word in INTERNAL if word in shown.lower()]
