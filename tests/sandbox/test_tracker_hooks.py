import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox.serve import running
from bot.sandbox.tracker import app, signature
from bot.sandbox.tracker.rich_text import document
from tests.sandbox.test_tracker import ask, create
from tests.sandbox.wire import call

SECRET = "hook-secret"


class Ear:
    """What a webhook heard: (headers, raw body, parsed body), and with which status it answers."""

    def __init__(self) -> None:
        self.heard: list[tuple[dict[str, str], bytes, Any]] = []
        self.statuses: list[int] = []
        self.lock = threading.Lock()

    async def on_event(self, request: Request) -> Response:
        body = await request.body()
        with self.lock:
            self.heard.append((dict(request.headers), body, await request.json()))
            return Response(status_code=self.statuses.pop(0) if self.statuses else 200)

    def wait(self, count: int) -> list[Any]:
        until(lambda: len(self.heard) >= count)
        return [parsed for _, _, parsed in self.heard]


def until(true: Callable[[], bool]) -> None:
    for _ in range(1000):
        if true():
            return
        time.sleep(0.01)
    raise AssertionError("It never happened.")


@contextmanager
def listening() -> Iterator[tuple[Ear, str]]:
    ear = Ear()
    with running(Starlette(routes=[Route("/hook", ear.on_event, methods=["POST"])])) as address:
        yield ear, f"{address}/hook"


@pytest.fixture
def site() -> Iterator[tuple[str, Ear]]:
    with listening() as (ear, url), running(app()) as address:
        call("POST", f"{address}/sandbox/webhooks", {"url": url, "secret": SECRET})
        call("POST", f"{address}/sandbox/settings", {"retry_seconds": [0, 0, 0]})
        yield address, ear


def test_a_new_issue_is_told_and_signed(site: tuple[str, Ear]) -> None:
    address, ear = site
    key = create(address)
    (told,) = ear.wait(1)
    assert (told["webhookEvent"], told["issue"]["key"]) == ("jira:issue_created", key)
    assert told["issue"]["fields"]["description"] == "It hangs.\nEvery Monday."
    assert "/rest/api/2/" in told["issue"]["self"]
    headers, body, _ = ear.heard[0]
    assert headers["x-hub-signature"] == signature(body, SECRET)
    assert headers["x-hub-signature"] != signature(body + b" ", SECRET)


def test_a_fix_is_told_with_what_changed_and_by_whom(site: tuple[str, Ear]) -> None:
    address, ear = site
    key = create(address)
    ask(address, "POST", f"/issue/{key}/transitions", {"transition": {"id": "41"}}, email="mia.ito@example.com")
    told = ear.wait(2)[1]
    assert told["webhookEvent"] == "jira:issue_updated"
    assert told["user"]["displayName"] == "Mia Ito"
    changed = {item["field"]: (item["fromString"], item["toString"]) for item in told["changelog"]["items"]}
    assert changed == {"status": ("To Do", "Done"), "resolution": (None, "Done")}


def test_a_comment_is_told_as_text_and_a_change_of_nothing_is_not(site: tuple[str, Ear]) -> None:
    address, ear = site
    key = create(address)
    ask(address, "PUT", f"/issue/{key}", {"fields": {"summary": "Export hangs at 90 %"}})
    ask(address, "POST", f"/issue/{key}/comment", {"body": document("Fixed in 4.2")})
    told = ear.wait(2)[1]
    assert (told["webhookEvent"], told["comment"]["body"]) == ("comment_created", "Fixed in 4.2")
    assert told["issue"]["key"] == key


def test_what_is_not_taken_is_told_again_under_the_same_identifier(site: tuple[str, Ear]) -> None:
    address, ear = site
    ear.statuses = [503, 429]
    create(address)
    ear.wait(3)
    assert len({headers["x-atlassian-webhook-identifier"] for headers, _, _ in ear.heard}) == 1
    assert [headers.get("x-atlassian-webhook-retry") for headers, _, _ in ear.heard] == [None, "1", "2"]

    def settled() -> bool:
        (delivery,) = call("GET", f"{address}/sandbox/deliveries").body["deliveries"]
        return (delivery["attempts"], delivery["status"], delivery["done"]) == (3, 200, 1)

    until(settled)
    call("POST", f"{address}/sandbox/deliveries/1")
    ear.wait(4)


def test_a_refusal_is_final_and_only_wanted_events_are_told(site: tuple[str, Ear]) -> None:
    address, ear = site
    with listening() as (other, url):
        call("DELETE", f"{address}/sandbox/webhooks")
        call("POST", f"{address}/sandbox/webhooks", {"url": url, "events": ["comment_created"]})
        other.statuses = [401]
        key = create(address)
        ask(address, "POST", f"/issue/{key}/comment", {"body": document("x")})
        (told,) = other.wait(1)
        assert told["webhookEvent"] == "comment_created"
        assert "x-hub-signature" not in other.heard[0][0]
        until(lambda: bool(call("GET", f"{address}/sandbox/deliveries").body["deliveries"][0]["done"]))
    assert ear.heard == []
    assert len(other.heard) == 1


def test_what_was_not_told_before_a_restart_is_told_after_it(tmp_path: Path) -> None:
    state = tmp_path / "jira.db"
    with listening() as (ear, url):
        with running(app(state)) as address:
            call("POST", f"{address}/sandbox/webhooks", {"url": url})
            call("POST", f"{address}/sandbox/settings", {"retry_seconds": [60]})
            ear.statuses = [503]
            key = create(address)
            ear.wait(1)
        with running(app(state)):
            assert ear.wait(2)[1]["issue"]["key"] == key
