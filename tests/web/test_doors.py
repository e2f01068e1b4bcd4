"""What every request meets first: other sites, sizes, headers, health."""

import asyncio
import logging
import socket
import time
from collections.abc import Iterator
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from bot.server.serving import listening
from storage.accounts.customers import Customer
from tests.web.conftest import HOME, Web


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site", "origin": HOME},
        {"origin": ""},
    ],
)
def test_another_site_changes_nothing(web: Web, ines: TestClient, acme: Customer, headers: dict[str, str]) -> None:
    ref = web.write("acme", "The export hangs at 90 % again and I lost the morning.")
    refused = ines.post(f"/tickets/{ref}/claim", headers=headers)
    assert refused.status_code == 403
    with web.earshot.work() as uow:
        assert uow.ticket(int(ref.split("-")[1]) - 1000).assignee_id is None


def test_a_program_that_says_nothing_of_where_it_comes_from_writes_like_a_browser(web: Web, acme: Customer) -> None:
    program = web.browser()
    del program.headers["origin"]
    said = {"form": uuid4().hex, "text": "The export hangs at 90 %."}
    assert program.post(f"/support/{acme.support_token}", data=said).status_code == 303
    assert program.post("/sign-out", headers={"sec-fetch-site": "cross-site"}).status_code == 403


def test_every_answer_carries_what_protects_the_browser(web: Web, ines: TestClient) -> None:
    for path in ("/", "/sign-in", "/healthz", "/support/none", "/nothing", "/static/earshot.css"):
        headers = ines.get(path).headers
        assert "script-src 'self'" in headers["content-security-policy"], path
        assert "unsafe" not in headers["content-security-policy"], path
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"


def test_a_request_keeps_the_id_it_was_given_and_gets_one_otherwise(web: Web) -> None:
    browser = web.browser()
    assert browser.get("/healthz", headers={"x-request-id": "walk-7.a"}).headers["x-request-id"] == "walk-7.a"
    made = {
        browser.get("/healthz", headers={"x-request-id": bad}).headers["x-request-id"] for bad in ("", "a b", "x" * 99)
    }
    assert len(made) == 3
    assert all(len(one) == 32 for one in made)


def test_the_log_line_tells_the_way_but_no_secret_and_no_words(
    web: Web, acme: Customer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "earshot.access")
    browser = web.browser()
    browser.get(f"/support/{acme.support_token}?lang=es")
    browser.post("/sign-in/secretsecret")
    browser.get("/?q=confidential")
    browser.get("/customers/secretsecret/else/where")
    browser.get("/api/v1/messages/7")
    lines = [record.getMessage() for record in caplog.records if record.name == "earshot.access"]
    assert len(lines) == 5
    assert "/support/{token}" in lines[0]
    text = " ".join(lines)
    assert not [word for word in (acme.support_token, "secretsecret", "confidential", "lang") if word in text]


def test_fifty_megabytes_are_refused_before_they_are_read(web: Web, acme: Customer, api: TestClient) -> None:
    started = time.perf_counter()
    read = 0

    def endless() -> Iterator[bytes]:
        nonlocal read
        for _ in range(800):
            read += 65_536
            yield b"x" * 65_536

    named = api.post("/api/v1/messages", content=b"{}", headers={"content-length": "52428800"})
    assert (named.status_code, named.json()["title"]) == (413, "Content Too Large")
    assert named.headers["content-type"] == "application/problem+json"
    for path in ("/api/v1/messages", f"/support/{acme.support_token}", "/policy"):
        assert api.post(path, content=b"x", headers={"content-length": "52428800"}).status_code == 413, path
    assert api.post("/api/v1/messages", content=endless()).status_code == 413
    assert time.perf_counter() - started < 30


def test_a_content_length_that_is_no_number_is_refused(web: Web, api: TestClient) -> None:
    for length in ("-1", "1e9", "9" * 40):
        assert api.post("/api/v1/messages", content=b"{}", headers={"content-length": length}).status_code == 413


def test_arrivals_at_the_doors_are_told_to_the_gate(web: Web, acme: Customer, api: TestClient) -> None:
    gate = web.earshot.gate
    gate.now = lambda: 0.0  # all in the same second, however long it takes here
    assert not gate.crowded()
    for _ in range(gate.per_second + 1):
        api.post("/api/v1/messages", content=b"{}")
    assert gate.crowded()


def test_alive_and_ready_are_two_questions(web: Web) -> None:
    browser = web.browser()
    assert browser.get("/healthz").json() == {"alive": True}
    assert browser.get("/readyz").json() == {"ready": True, "database": True, "migrations": True, "engine": True}


def test_not_ready_while_the_engine_rests(web: Web) -> None:
    web.earshot.engine.running = False  # type: ignore[misc]
    answer = web.browser().get("/readyz")
    assert (answer.status_code, answer.json()["engine"]) == (503, False)


@pytest.mark.parametrize(
    "path", ["/tickets/ES-0", "/tickets/ES-99999999999999999999", "/tickets/%00", "/tickets/-", "/tickets/ES-１０"]
)
def test_an_address_that_is_no_ticket_is_not_found(ines: TestClient, path: str) -> None:
    assert ines.get(path).status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/customers/%00", "/themes/999999999999999999999", "/bugs/-1", "/alerts/0", "/files/99999999999", "/digests/2026-W99",
     "/digests/%00", "/?page=-1", "/?view=nonsense", "/?q=%00", "/?q=%25_%5C", "/rules?edit=99999999999999"],
)  # fmt: skip
def test_a_strange_address_is_answered_calmly(ines: TestClient, path: str) -> None:
    assert ines.get(path).status_code < 500


def test_an_error_is_a_page_for_people_and_a_problem_for_programs(web: Web, ines: TestClient) -> None:
    page = ines.get("/tickets/ES-9999")
    assert (page.status_code, "There is no such ticket." in page.text) == (404, True)
    problem = ines.get("/tickets/ES-9999", headers={"accept": "application/json"})
    assert (problem.headers["content-type"], problem.json()["detail"]) == (
        "application/problem+json",
        "There is no such ticket.",
    )
    assert ines.put("/themes").status_code == 405


def test_an_answer_in_two_parts_does_not_wait_for_the_first_to_be_confirmed() -> None:
    assert asyncio.run(_sends_at_once())


async def _sends_at_once() -> bool:
    """Whether asyncio switches Nagle's algorithm off for who connects to our socket."""
    heard: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.set_result(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    with listening("127.0.0.1", 0) as listener:
        async with await asyncio.start_server(answer, sock=listener):
            _, writer = await asyncio.open_connection(*listener.getsockname())
            writer.close()
            return bool(await heard)
