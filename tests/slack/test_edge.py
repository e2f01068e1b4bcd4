"""The edge before Bolt: what may come in, and what is turned away."""

import asyncio
import json
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_bolt.response import BoltResponse

from bot.sandbox.chat import SIGNING_SECRET
from bot.sandbox.chat.customer import Sender, event_callback, message, signed, slash_command, url_verification
from bot.sandbox.chat.customer import form_of as form
from bot.slack import events
from bot.slack.edge import BODY_BYTES, DEEPEST, Edge
from handlers.errors import Refused
from tests.slack.conftest import ANA, Town

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


class Asked:
    """Runs the edge over one request, given in pieces, and counts how much it read."""

    def __init__(self, secret: str | None = SIGNING_SECRET) -> None:
        self.edge = Edge(self.dispatch, secret)
        self.got: list[dict[str, Any]] = []
        self.read = 0

    async def dispatch(self, payload: dict[str, Any], headers: Mapping[str, str]) -> BoltResponse:
        events.admit(payload)
        self.got.append(payload)
        return BoltResponse(status=200, body="")

    def __call__(
        self, *pieces: bytes, headers: Mapping[str, str] | None = None, kind: str = JSON, method: str = "POST",
        path: str = "/slack/events",
    ) -> tuple[int, bytes]:  # fmt: skip
        proof = signed(b"".join(pieces)) if headers is None else headers
        given = {"content-type": kind, **proof}
        left = list(pieces)
        sent: list[Any] = []

        async def receive() -> dict[str, Any]:
            piece = left.pop(0) if left else b""
            self.read += len(piece)
            return {"type": "http.request", "body": piece, "more_body": bool(left)}

        async def send(part: Any) -> None:
            sent.append(part)

        pairs = [(name.encode(), value.encode("latin-1")) for name, value in given.items()]
        scope = {"type": "http", "method": method, "path": path, "headers": pairs}
        asyncio.run(self.edge(scope, receive, send))
        return sent[0]["status"], sent[1]["body"]


@pytest.fixture
def asked() -> Asked:
    return Asked()


def test_what_slack_signed_comes_in(asked: Asked) -> None:
    payload = event_callback(message(ANA, "¿hola?"))
    assert asked(json.dumps(payload).encode()) == (200, b"")
    assert asked(form(slash_command("U1", "/earshot", "help")), kind=FORM)[0] == 200
    assert asked.got[0] == payload
    assert asked.got[1]["command"] == "/earshot"


def test_an_address_is_verified(asked: Asked) -> None:
    status, body = asked(json.dumps(url_verification("c-123")).encode())
    assert (status, json.loads(body)) == (200, {"challenge": "c-123"})
    assert asked.got == []


def test_unsigned_stale_and_changed_requests_are_refused(asked: Asked) -> None:
    body = json.dumps(event_callback(message(ANA, "x"))).encode()
    stale, early = signed(body, at=time.time() - 301), signed(body, at=time.time() + 301)
    wrong, other = signed(body, secret="guess"), signed(body + b" ")
    cases = [{}, stale, early, wrong, other, {**signed(body), "x-slack-request-timestamp": "now"}]
    cases += [{**signed(body), "x-slack-signature": "v0=ü"}, {**signed(body), "x-slack-request-timestamp": "9" * 40}]
    assert [asked(body, headers=headers)[0] for headers in cases] == [401] * len(cases)
    assert asked.got == []


def test_without_a_signing_secret_nothing_comes_in() -> None:
    assert Asked(None)(b"{}", headers=signed(b"{}", secret=""))[0] == 401


def test_a_body_too_large_is_not_read_on(asked: Asked) -> None:
    assert asked(b"x", headers={"content-length": str(50_000_000)})[0] == 413
    assert asked.read == 0
    assert asked(*[b"x" * 65536] * 800, headers={})[0] == 413
    assert asked.read <= BODY_BYTES + 65536


@pytest.mark.parametrize(
    "body",
    [
        b"", b"null", b"[]", b"7", b'"x"', b"{", b"\xff\xfe", b'{"type": "event_callback", "event": null}', b"{}",
        b'{"type": 7}', b'{"type": "event_callback", "team_id": "T1", "event": {"type": null}}',
        b"[" * 100_000, b'{"a":' * 50_000 + b"1" + b"}" * 50_000, b'{"type": NaN}', b'{"type": 1e999}',
        b'{"type": "block_actions"}', b'{"type": "block_actions", "user": {"id": null}}', b'{"type": ' + b"9" * 9000 + b"}",
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(asked: Asked, body: bytes) -> None:
    status, answer = asked(body)
    assert status == 400
    assert json.loads(answer)["error"]
    assert asked.got == []


def test_it_may_nest_as_deep_as_slack_does_and_no_deeper(asked: Asked) -> None:
    def nested(depth: int) -> bytes:
        event = message(ANA, "x") | {"blocks": json.loads("[" * depth + "]" * depth)}
        return json.dumps(event_callback(event)).encode()

    assert asked(nested(40))[0] == 200
    assert asked(nested(DEEPEST + 5))[0] == 400


def test_a_form_that_is_none_is_refused(asked: Asked) -> None:
    bodies = (b"payload=%7B", b"payload=null", b"payload=%FF", b"&".join(b"a=1" for _ in range(500)), b"nothing")
    assert {asked(body, kind=FORM)[0] for body in bodies} == {400}


def test_lone_surrogates_become_text_that_can_be_kept(asked: Asked) -> None:
    body = json.dumps(event_callback(message(ANA, "a\ud800b"))).encode()
    assert asked(body)[0] == 200
    asked.got[0]["event"]["text"].encode()


def test_other_paths_and_methods_are_not_ours(asked: Asked) -> None:
    assert asked(b"", path="/slack/other")[0] == 404
    assert asked(b"", method="GET")[0] == 405


def test_over_real_http_a_flood_of_rubbish_is_turned_away_and_the_door_stays_open(town: Town) -> None:
    async def flood(sender: Sender) -> list[int]:
        rubbish = [sender.raw(b"x" * 3_000_000, {"content-type": JSON}) for _ in range(5)]
        rubbish += [sender.raw(b"{}", {"content-type": JSON}, sign=False) for _ in range(20)]
        rubbish += [sender.raw(b"\xff", {"content-type": JSON}) for _ in range(20)]
        return [one.status for one in await asyncio.gather(*rubbish)]

    async def once() -> list[int]:
        async with Sender(town.url, retries=()) as sender:
            return await flood(sender)

    assert set(asyncio.run(once())) <= {0, 400, 401, 413}
    town.write("It hangs")
    assert len(town.said()) == 1


leaves = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["T1", "C1", "1.1", "message"])
)
trees = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
)
event_parts = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(
        ("type", "subtype", "channel", "user", "ts", "text", "files", "message", "thread_ts", "deleted_ts"), trees
    ),
)


@given(event_parts, trees, trees)
def test_whatever_an_event_holds_it_is_read_or_refused(event: dict[str, Any], team: Any, authorizations: Any) -> None:
    payload = {"type": "event_callback", "team_id": team, "authorizations": authorizations, "event": event}
    with suppress(Refused):
        assert events.admit(payload) == "event_callback"
        if event.get("subtype") in ("message_changed", "message_deleted"):
            assert events.read_edit(event)[0]
        elif (read := events.read_message(event, "T1")) is not None:
            assert read.external_id.startswith("T1/")
