"""The API: messages in, answers back, and nothing that breaks it."""

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from storage.accounts import access
from storage.accounts.customers import Customer
from storage.desk import messages
from tests.web.conftest import Web

MESSAGES = "/api/v1/messages"
HANGS = {"customer": "acme", "author": "Ann Lee", "text": "The export hangs at 90 % and we lost the morning."}


def other_key(web: Web, source: str = "other") -> TestClient:
    """A program with another key."""
    with web.earshot.work() as uow:
        secret = access.issue_key(uow.db, source, uow.now())
    return web.browser(authorization=f"Bearer {secret}", accept="application/json")


def test_a_message_is_accepted_answered_and_can_be_asked_about(web: Web, acme: Customer, api: TestClient) -> None:
    accepted = api.post(MESSAGES, json=HANGS)
    assert (accepted.status_code, accepted.json()) == (202, {"id": 1, "ticket": None})
    assert api.get(f"{MESSAGES}/1").json()["status"] == "received"
    web.drain()
    told = api.get(f"{MESSAGES}/1").json()
    assert (told["status"], told["ticket"]) == ("received", "ES-1001")
    assert told["replies"][0]["automatic"] is True
    assert "ES-1001" in told["replies"][0]["text"]
    ticket = api.get("/api/v1/tickets/ES-1001").json()
    assert [one["from_customer"] for one in ticket["messages"]] == [True, False]
    assert ticket["next_news_at"] is not None
    assert not {"queue", "kind", "severity", "routed_by"} & set(ticket)


def test_the_same_key_and_body_get_the_same_answer_and_another_body_is_refused(
    web: Web, acme: Customer, api: TestClient
) -> None:
    first = api.post(MESSAGES, json=HANGS, headers={"idempotency-key": "k1"})
    web.drain()
    again = api.post(MESSAGES, json=HANGS, headers={"idempotency-key": "k1"})
    assert (again.status_code, again.content) == (first.status_code, first.content)
    other = api.post(MESSAGES, json={**HANGS, "text": "Something else"}, headers={"idempotency-key": "k1"})
    assert (other.status_code, other.headers["content-type"]) == (422, "application/problem+json")
    assert api.post(MESSAGES, json=HANGS, headers={"idempotency-key": "k2"}).json()["id"] != first.json()["id"]
    elsewhere = other_key(web).post(
        MESSAGES, json={**HANGS, "text": "Another source"}, headers={"idempotency-key": "k1"}
    )
    assert elsewhere.status_code == 202
    with web.earshot.work() as uow:
        said = [one.text for one in messages.of_place(uow.db, "api:helpdesk/acme/")]
    assert said.count(HANGS["text"]) == 3 - said.count("Another source") or len(said) >= 2


def test_the_same_external_id_is_one_message(web: Web, acme: Customer, api: TestClient) -> None:
    body = {**HANGS, "external_id": "z-1"}
    ids = {api.post(MESSAGES, json=body).json()["id"] for _ in range(3)}
    assert len(ids) == 1
    web.drain()
    assert api.post(MESSAGES, json=body).json()["ticket"] == "ES-1001"
    assert other_key(web).post(MESSAGES, json=body).json()["id"] not in ids


def test_a_thread_is_one_conversation(web: Web, acme: Customer, api: TestClient) -> None:
    for number, text in enumerate((HANGS["text"], "It happens with CSV files as well.")):
        api.post(MESSAGES, json={**HANGS, "text": text, "external_id": f"m{number}", "thread": "t-9"})
        web.drain()
        web.earshot.clock.forward(days=1)  # type: ignore[attr-defined]
    assert len(api.get("/api/v1/tickets/ES-1001").json()["messages"]) == 3


def test_an_address_says_whose_message_it_is(web: Web, acme: Customer, api: TestClient) -> None:
    api.post(MESSAGES, json={"text": HANGS["text"], "email": "ann@acme.example"})
    with web.earshot.work() as uow:
        assert messages.get(uow.db, 1).customer_id == acme.id


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer nope", "Basic YTpi", "bearer " + "x" * 5000, "Bearer \x80\xff"]
)
def test_without_a_living_key_nothing_is_accepted(web: Web, acme: Customer, header: str | None) -> None:
    client = web.browser(accept="application/json")
    headers = {} if header is None else {b"authorization": header.encode("latin-1")}
    answer = client.post(MESSAGES, json=HANGS, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")
    assert "Bearer" in answer.headers["www-authenticate"]


def test_a_revoked_key_works_no_more(web: Web, acme: Customer, api: TestClient) -> None:
    with web.earshot.work() as uow:
        access.revoke_key(uow.db, "helpdesk", uow.now())
    assert api.post(MESSAGES, json=HANGS).status_code == 401


def test_one_source_does_not_read_what_another_handed_in(web: Web, acme: Customer, api: TestClient) -> None:
    api.post(MESSAGES, json=HANGS)
    web.drain()
    other = other_key(web, "help")
    assert other.get(f"{MESSAGES}/1").status_code == 404
    assert other.get("/api/v1/tickets/ES-1001").status_code == 404


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"{",
        b"\xff\xfe{",
        b'{"text": "\xff"}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"text": ' + b"[" * 900 + b"]" * 900 + b"}",
        b'{"customer": "acme", "text": "\\ud800"}',
        b'{"customer": "acme", "text": "hi", "external_id": "\\ud800"}',
        b'{"customer": "acme", "text": "hi", "external_id": "a\\u0000b"}',
        b'{"customer": "\\u0000", "text": "hi"}',
        b'{"customer": "acme", "text": 7}',
        b'{"customer": "acme", "text": ""}',
        b'{"customer": "acme", "text": "  "}',
        b'{"customer": "nobody", "text": "hi"}',
        b'{"text": "hi"}',
        b'{"customer": "acme", "text": "hi", "email": "no address"}',
        b'{"customer": "acme", "text": "hi", "sent_at": "soon"}',
        b'{"customer": "acme", "text": "hi", "sent_at": "0001-01-01T00:00:00+14:00"}',
        b'{"customer": "acme", "text": "hi", "sent_at": "9999-12-31T23:59:59-14:00"}',
        b'{"customer": "acme", "text": "hi", "sent_at": "2031-01-01T00:00:00Z"}',
        b'{"customer": "acme", "text": "hi", "sent_at": 1e400}',
        b'{"customer": "acme", "text": "hi", "sent_at": ' + b"9" * 6000 + b"}",
        json.dumps({"customer": "acme", "text": "x" * 100_001}).encode(),
        json.dumps({"customer": "a" * 201, "text": "hi"}).encode(),
    ],
)
def test_what_is_malformed_is_refused_as_a_problem(web: Web, acme: Customer, api: TestClient, content: bytes) -> None:
    answer = api.post(MESSAGES, content=content, headers={"content-type": "application/json"})
    assert 400 <= answer.status_code < 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == answer.status_code


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", ""])
def test_what_is_not_json_is_refused(web: Web, acme: Customer, api: TestClient, kind: str) -> None:
    answer = api.post(MESSAGES, content=json.dumps(HANGS).encode(), headers={"content-type": kind})
    assert 400 <= answer.status_code < 500


def test_odd_but_honest_words_are_kept(web: Web, acme: Customer, api: TestClient) -> None:
    for text in ("a\x00b the export hangs", "🙃" * 3, "م" * 50, "x " * 49_000):
        assert api.post(MESSAGES, json={**HANGS, "text": text}).status_code == 202
    web.drain()
    assert api.get(f"{MESSAGES}/1").status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/api/v1/", 404),
        ("DELETE", MESSAGES, 405),
        ("GET", f"{MESSAGES}/0", 422),
        ("GET", f"{MESSAGES}/x", 422),
        ("GET", f"{MESSAGES}/{'9' * 30}", 422),
        ("GET", "/api/v1/tickets/ES-", 404),
        ("GET", "/api/v1/tickets/%00", 404),
        ("GET", "/api/v1/bugs/77", 404),
        ("GET", "/api/v1/bugs?state=odd", 422),
    ],
)
def test_every_error_is_a_problem(api: TestClient, method: str, path: str, status: int) -> None:
    answer = api.request(method, path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


def test_the_description_names_every_way_and_the_shape_of_problems(api: TestClient) -> None:
    told: dict[str, Any] = api.get("/api/v1/openapi.json").json()
    assert {"/messages", "/messages/{message_id}", "/tickets/{ref}", "/bugs", "/bugs/{bug_id}"} <= set(told["paths"])
    refused = told["paths"]["/messages"]["post"]["responses"]
    assert {"202", "400", "401", "413", "422"} <= set(refused)
    assert "application/problem+json" in refused["401"]["content"]


def test_whatever_a_description_allows_is_taken_and_whatever_fails_is_described(api: TestClient) -> None:
    told: dict[str, Any] = api.get("/api/v1/openapi.json").json()
    for path, ways in told["paths"].items():
        for way in ways.values():
            failures = {status: one["content"] for status, one in way["responses"].items() if status[0] == "4"}
            assert set(failures) >= {"401", "422"}
            assert {kind for content in failures.values() for kind in content} == {"application/problem+json"}
        address = "/api/v1" + path.replace("{bug_id}", "1").replace("{message_id}", "1").replace("{ref}", "ES-1001")
        for method in ("OPTIONS", "DELETE"):
            refused = api.request(method, address)
            assert refused.status_code == 405
            assert {one.strip().lower() for one in refused.headers["allow"].split(",")} - {"head"} == set(ways)
    parts = told["components"]["schemas"]
    assert "pattern" in json.dumps(parts["MessageIn"]["properties"]["email"])
    assert "pattern" in json.dumps(parts["BugNews"]["properties"]["comment"])


def test_a_program_files_a_bug_and_tells_what_became_of_it(web: Web, api: TestClient) -> None:
    filed = api.post("/api/v1/bugs", json={"title": "Export hangs at 90 %", "severity": 2, "steps": "Press Export"})
    assert (filed.status_code, filed.json()["state"], filed.json()["key"]) == (201, "new", "BUG-1")
    changed = api.patch("/api/v1/bugs/1", json={"state": "fixed", "version": "4.2", "comment": "Out on Monday."})
    assert (changed.json()["state"], changed.json()["version"]) == ("fixed", "4.2")
    assert api.get("/api/v1/bugs/1/comments").json()[0]["author"] == "helpdesk"
    assert [one["id"] for one in api.get("/api/v1/bugs", params={"state": "fixed"}).json()] == [1]
    assert api.patch("/api/v1/bugs/1", json={"state": "odd"}).status_code == 422
    assert api.patch("/api/v1/bugs/9", json={"state": "fixed"}).status_code == 404
    assert api.post("/api/v1/bugs", json={"title": ""}).status_code == 422
