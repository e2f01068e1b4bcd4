"""Rubbish at every door of a real process: turned away, by a 4xx, without its memory growing."""

import gzip
import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from bot.bench.programs import Program, earshot, stand_ins
from bot.bench.workload import Workload, prepare
from bot.cli.house import bring_up
from bot.sandbox.chat.customer import signed
from bot.wiring import wire
from handlers.company.entrust import entrust
from storage.accounts import customers
from tests.robust.conftest import settings_of
from tests.robust.wire import Heard, chunked, request, send

MEGABYTE = b"x" * 1_000_000
FIFTY = 50
GROWTH_MB = 30


@dataclass(frozen=True)
class Door:
    """Where messages come in: its path, and what proves that somebody may. `sign` is None where the address is the proof."""

    path: str
    headers: Mapping[str, str]
    slack: bool = False

    def proof(self, body: bytes, at: float | None = None) -> dict[str, str]:
        """The headers that belong to a body."""
        return {**self.headers, **(signed(body, at=at) if self.slack else {})}


@dataclass(frozen=True)
class House:
    """A running server with its doors by name."""

    server: Program
    doors: dict[str, Door]

    def post(self, door: str, body: bytes, **headers: str) -> Heard:
        """POST with the right proof; further headers replace (`content_type`) or add."""
        there = self.doors[door]
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        return send(self.server.port, [request("POST", there.path, {**there.proof(body), **more}, body)])


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[House]:
    """One server for all tests of this file."""
    folder = tmp_path_factory.mktemp("house")
    url = f"sqlite:///{folder / 'earshot.db'}"
    prepare(url)
    work = Workload()
    work.settle(url)
    with stand_ins(folder) as outside:
        work.furnish(outside.chat)
        server = earshot(folder, url, outside)
        here = wire(settings_of(server, url))
        bring_up(here.db)
        with here.work() as uow:
            key = entrust(uow, "tests")
            token = customers.everyone(uow.db)[0].support_token
        here.close()
        server.start()
        doors = {
            "slack": Door("/slack/events", {"content-type": "application/json"}, slack=True),
            "api": Door("/api/v1/messages", {"content-type": "application/json", "authorization": f"Bearer {key}"}),
            "support": Door(
                f"/support/{token}",
                {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"},
            ),
        }
        try:
            yield House(server, doors)
        finally:
            server.kill()


ALL = pytest.mark.parametrize("door", ["slack", "api", "support"])


def good(door: str) -> bytes:
    """What each door takes."""
    if door == "slack":
        return json.dumps(next(Workload().events())).encode()
    if door == "api":
        return json.dumps({"customer": "bench-0", "text": "The export hangs."}).encode()
    return f"form={uuid4().hex}&text=The+export+hangs.&name=Ann".encode()


@ALL
def test_what_is_right_is_taken(house: House, door: str) -> None:
    assert house.post(door, good(door)).status in (200, 202, 303)


def test_what_slack_did_not_sign_or_signed_long_ago_or_somebody_changed_is_refused(house: House) -> None:
    body, door = good("slack"), house.doors["slack"]
    for proof, sent in (
        ({}, body),
        (signed(body, at=time.time() - 301), body),
        (signed(body, at=time.time() + 301), body),
        (signed(body, secret="another"), body),
        (signed(body), body.replace(b"C0BENCH", b"C1BENCH")),
        ({**signed(body), "x-slack-signature": "v0=é"}, body),
        ({**signed(body), "x-slack-request-timestamp": "9" * 400}, body),
    ):
        heard = send(house.server.port, [request("POST", door.path, {**door.headers, **proof}, sent)])
        assert heard.status == 401


def test_a_key_or_a_link_that_is_none_is_refused(house: House) -> None:
    for header in ("", "Bearer", "Bearer ek_wrong", "Basic YTpi", "Bearer \xff"):
        headers = {"content-type": "application/json", "authorization": header}
        heard = send(house.server.port, [request("POST", "/api/v1/messages", headers, good("api"))])
        assert heard.status == 401
    for token in ("wrong", "%00", "..%2f..", "x" * 5000):
        door = house.doors["support"]
        heard = send(house.server.port, [request("POST", f"/support/{token}", door.headers, good("support"))])
        assert heard.status in (400, 404, 414, 422)


RUBBISH = {
    "nothing": b"",
    "null": b"null",
    "a list": b"[]",
    "a number too large": b'{"text": 1e999}',
    "not a number": b'{"text": NaN}',
    "nested without end": b'{"a":' * 100_000,
    "nested and closed": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "no text of ours": b"\xff\xfe\xfa\x00" * 100,
    "half a character": b'{"text": "\\ud800"}',
    "zeros": b"\x00" * 1000,
    "a null event": b'{"type": "event_callback", "team_id": "T1", "event": null}',
    "an event of the wrong shape": b'{"type": "event_callback", "team_id": "T1", "event": {"type": "message", "ts": []}}',
    "text that is none": b'{"customer": "bench-0", "text": {"a": 1}}',
    "packed": gzip.compress(b"x" * 50_000_000),
}


@ALL
@pytest.mark.parametrize("what", list(RUBBISH))
def test_rubbish_is_turned_away(house: House, door: str, what: str) -> None:
    for headers in ({}, {"content_encoding": "gzip"}, {"content_type": "text/xml"}):
        heard = house.post(door, RUBBISH[what], **headers)
        assert 400 <= heard.status < 500, heard.text


@ALL
def test_forms_of_the_wrong_kind_are_turned_away(house: House, door: str) -> None:
    boundary = "multipart/form-data; boundary=b"
    for kind, body in (
        ("multipart/form-data", b"rubbish"),
        (boundary, b"--b\r\nrubbish"),
        (boundary, b'--b\r\ncontent-disposition: form-data; name="x"\r\n\r\n' * 5000),
        ("application/x-www-form-urlencoded", b"a=%ff&" * 5000),
        ("application/x-www-form-urlencoded", b"payload=%7B"),
        ("application/json; charset=utf-7", b"+AHs-"),
    ):
        assert 400 <= house.post(door, body, content_type=kind).status < 500


@ALL
def test_headers_without_end_are_turned_away(house: House, door: str) -> None:
    there = house.doors[door]
    for headers in ({"x-long": "x" * 200_000}, {f"x-{number}": "x" * 100 for number in range(2000)}):
        heard = send(house.server.port, [request("POST", there.path, {**there.headers, **headers}, good(door))])
        assert heard.status == 0 or 400 <= heard.status < 500


@ALL
def test_a_length_that_is_none_or_not_kept_is_turned_away(house: House, door: str) -> None:
    there = house.doors[door]
    for length in ("-1", "1e9", "9" * 30, "", "0x10"):
        headers = {**there.headers, "content-length": length}
        heard = send(house.server.port, [request("POST", there.path, headers, good(door))])
        assert heard.status == 0 or 400 <= heard.status < 500


@ALL
def test_who_never_ends_is_hung_up_on_and_others_are_served(house: House, door: str) -> None:
    there, body = house.doors[door], good(door)

    def slowly() -> Iterator[bytes]:
        yield request("POST", there.path, there.proof(body), body[:5], length=len(body))
        for _ in range(1200):
            time.sleep(0.1)
            yield b""

    assert send(house.server.port, slowly(), patience=150).status == 408
    assert house.post(door, good(door)).status in (200, 202, 303)


@ALL
def test_fifty_times_fifty_megabytes_are_turned_away_and_the_memory_stays(house: House, door: str) -> None:
    there = house.doors[door]
    before = house.server.memory_mb()
    for turn in range(FIFTY):
        if turn % 2:
            body = [request("POST", there.path, there.proof(b""), length=FIFTY * len(MEGABYTE)), *[MEGABYTE] * FIFTY]
        else:
            body = list(chunked("POST", there.path, there.proof(b""), [MEGABYTE] * FIFTY))
        heard = send(house.server.port, body)
        assert heard.status in (0, 413)
        assert heard.sent < 25 * len(MEGABYTE)
    assert house.server.memory_mb() - before < GROWTH_MB


def test_nothing_was_answered_as_a_fault_of_ours(house: House) -> None:
    assert house.server.ready()
    assert " 500 " not in house.server.log()
    assert "Traceback" not in house.server.log()
