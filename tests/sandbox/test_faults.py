import time
import urllib.error
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import RemoteDisconnected
from typing import Any

import pytest

from bot.sandbox.chat import BOT_TOKEN, GENERAL, app
from bot.sandbox.serve import running
from tests.sandbox.wire import Answer, call


@pytest.fixture
def chat() -> Iterator[str]:
    with running(app()) as address:
        yield address


def fault(address: str, **what: Any) -> None:
    assert call("POST", f"{address}/sandbox/faults", what).status == 200


def post(address: str, text: str = "x", timeout: float = 10.0) -> Answer:
    token = {"authorization": f"Bearer {BOT_TOKEN}"}
    return call("POST", f"{address}/api/chat.postMessage", {"channel": GENERAL, "text": text}, token, timeout)


def recorded(address: str) -> list[str]:
    return [message["text"] for message in call("GET", f"{address}/sandbox/messages").body["messages"]]


def test_a_message_can_be_recorded_while_its_answer_is_lost(chat: str) -> None:
    fault(chat, match="chat.postMessage", drop_after_commit=True, times=1)
    with pytest.raises((RemoteDisconnected, urllib.error.URLError, ConnectionError)):
        post(chat, "lost answer")
    assert recorded(chat) == ["lost answer"]
    assert post(chat, "heard").status == 200


def test_a_connection_can_be_cut_before_anything_is_done(chat: str) -> None:
    fault(chat, drop=True, times=1)
    with pytest.raises((RemoteDisconnected, urllib.error.URLError, ConnectionError)):
        post(chat)
    assert recorded(chat) == []


def test_a_caller_who_gives_up_while_it_hangs_has_had_nothing_done(chat: str) -> None:
    fault(chat, hang_seconds=30, times=1)
    with pytest.raises(TimeoutError):
        post(chat, timeout=0.2)
    assert post(chat, "afterwards").status == 200
    assert recorded(chat) == ["afterwards"]


def test_it_can_hang_after_the_work_is_done(chat: str) -> None:
    fault(chat, hang_after_commit_seconds=30, times=1)
    with pytest.raises(TimeoutError):
        post(chat, "done all the same", timeout=0.5)
    assert recorded(chat) == ["done all the same"]


def test_others_are_answered_while_one_hangs(chat: str) -> None:
    fault(chat, hang_seconds=0.6, times=1)
    with ThreadPoolExecutor(1) as other:
        hanging = other.submit(post, chat, "slow")
        while not call("GET", f"{chat}/sandbox/faults").body["faults"][0].get("struck"):
            time.sleep(0.01)
        assert post(chat, "quick").status == 200
        assert recorded(chat) == ["quick"]
        assert hanging.result().status == 200
    assert recorded(chat) == ["quick", "slow"]


def test_a_status_is_answered_with_the_pause_it_asks_for(chat: str) -> None:
    fault(chat, status=429, retry_after=7, times=1)
    fault(chat, status=503, times=1)
    first, second, third = post(chat), post(chat), post(chat)
    assert (first.status, first.headers["retry-after"], first.body["error"]) == (429, "7", "ratelimited")
    assert (second.status, third.status) == (503, 200)
    outcomes = [one["outcome"] for one in call("GET", f"{chat}/sandbox/calls").body["calls"]]
    assert outcomes == ["fault: 429", "fault: 503", "ok"]


def test_a_fault_strikes_as_often_as_it_was_told_and_only_where(chat: str) -> None:
    fault(chat, match="postMessage", status=500, skip=1, every=2, times=2)
    assert [post(chat).status for _ in range(7)] == [200, 500, 200, 500, 200, 200, 200]
    call("DELETE", f"{chat}/sandbox/faults")
    fault(chat, match="conversations", status=500)
    assert post(chat).status == 200


def test_bodies_can_be_spoiled(chat: str) -> None:
    fault(chat, answer="html", times=1)
    fault(chat, answer="malformed", times=1)
    page, cut_short = post(chat), post(chat)
    assert (page.status, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert isinstance(cut_short.body, str)
    assert cut_short.body.startswith('{"ok":true')


def test_a_fault_that_nobody_knows_is_refused(chat: str) -> None:
    assert call("POST", f"{chat}/sandbox/faults", {"explode": True}).status == 422
    assert call("GET", f"{chat}/sandbox/faults").body == {"faults": []}
