"""The same walk on counterparts that are not ours, where they are installed or named: a Redmine (see redmine.py), GitHub as
npm's `emulate` plays it (see emulate.py).
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox.faults import Faults
from bot.sandbox.serve import running
from handlers.errors import NotFound, Unavailable
from prompts.report import bug as words
from tests.conftest import NO_SKIPS
from tests.sandbox.wire import call
from tests.trackers import emulate, redmine
from tests.trackers.benches import Bench, RedmineBench, client

REALS = [*(["redmine"] if redmine.THERE else []), *(["github"] if emulate.THERE else [])]
NUMBER = 200 if NO_SKIPS or os.environ.get("EARSHOT_FULL") == "1" else 20
PASSED_ON = ("x-redmine-api-key", "content-type")


@contextmanager
def proxied(site: str) -> Iterator[str]:
    """The address of a proxy before `site` that fails on request."""
    http = client(30.0)

    async def through(request: Request) -> Response:
        body = await request.body()
        headers = {name: value for name, value in request.headers.items() if name in PASSED_ON}
        asked = str(request.query_params)

        def ask() -> httpx2.Response:
            return http.request(request.method, site + request.url.path, params=asked, content=body, headers=headers)

        answer = await run_in_threadpool(ask)
        return Response(answer.content, answer.status_code, media_type=answer.headers.get("content-type"))

    faults = Middleware(Faults, explain=lambda status: Response("", status), note=lambda *_: None)
    methods = ["GET", "POST", "PUT", "DELETE"]
    with running(Starlette(routes=[Route("/{path:path}", through, methods=methods)], middleware=[faults])) as address:
        yield address


if REALS:

    @pytest.fixture(params=REALS)
    def side(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
        if request.param == "redmine":
            yield request.getfixturevalue("real_redmine")
            return
        with emulate.github(tmp_path) as made:
            yield made

    def test_a_whole_walk(side: Bench) -> None:
        tracker, number = side.tracker(), int(time.time())
        marker = f"earshot-{number}"
        block = words.block("2 customers.", marker, "https://earshot.example/bugs/7")
        body = words.body("It stops.", "It ends.", "1. Open\n2. Export", "Chrome", block, ["no puedo *nada*"])
        assert tracker.check()
        assert tracker.find(marker) is None
        bug = tracker.file(marker, "CSV export stops at 90 %", body, 2)
        assert tracker.file(marker, "CSV export stops at 90 %", body, 2, repeated=True).key == bug.key
        ours = tracker.comment(bug.key, f"earshot-comment-{number}", f"Also in Firefox. (earshot-comment-{number})")
        again = tracker.comment(bug.key, f"earshot-comment-{number}", "x", repeated=True)
        theirs = side.says(bug.key, "Which version?")
        said = {one.id: one for one in tracker.read(bug.key).said}
        assert (ours, said[ours].ours, said[theirs].ours) == (again, True, False)
        side.edits(bug.key, theirs, "Which version exactly?")
        assert [one.text for one in tracker.read(bug.key).said if not one.ours] == ["Which version exactly?"]
        acts: list[tuple[Callable[[], None], str]] = [
            (lambda: side.closes(bug.key), "fixed"),
            (lambda: side.reopens(bug.key), "new"),
            (lambda: side.closes(bug.key, "declined"), "declined"),
        ]
        for act, expected in acts:
            act()
            read = tracker.read(bug.key).bug
            assert read is not None
            assert read.state == expected
        tracker.link(bug.key, words.block("9 customers.", marker, "https://earshot.example/bugs/7"))
        side.renames(bug.key, "Export stops")
        read = tracker.read(bug.key).bug
        assert read is not None
        assert ("9 customers." in read.text, "2 customers." in read.text, "no puedo" in read.text) == (
            True,
            False,
            True,
        )
        if side.attaches:
            put = tracker.attach(bug.key, "earshot-file-1", "screen.png", "image/png", b"\x89PNG")
            again = tracker.attach(bug.key, "earshot-file-1", "screen.png", "image/png", b"\x89PNG", repeated=True)
            assert (again, side.files(bug.key)) == (put, ["screen.png"])
            assert side.encloses(bug.key, "trace.log")
            (enclosed,) = [one for one in tracker.read(bug.key).said if one.id.startswith("file-")]
            assert enclosed.text.startswith("trace.log: ")
            fetched = tracker.fetch(enclosed.id.removeprefix("file-"), enclosed.text.rpartition(": ")[2], 100)
            assert fetched is not None
            assert fetched.content == b"x"
        assert bug.id in [one.id for one in tracker.changed(datetime.now(UTC) - timedelta(minutes=1))]
        if side.attaches:
            key = side.moved(bug.key)
            assert tracker.read(key).id == bug.id
            side.deletes(key)
            with pytest.raises(NotFound):
                tracker.read(key)


if redmine.THERE:

    @pytest.mark.timeout(600)
    def test_as_many_bugs_as_answers_were_lost_are_there_once_each(real_redmine: RedmineBench) -> None:
        begun = datetime.now(UTC) - timedelta(seconds=2)
        first = int(begun.timestamp())
        with proxied(real_redmine.site) as site:
            tracker = real_redmine.tracker(url=site, timeout=60.0)
            tracker.check()
            fault = {"match": "/issues.json", "method": "POST", "drop_after_commit": True}
            call("POST", f"{site}/sandbox/faults", fault)
            markers = [f"earshot-{first}{one:03}" for one in range(NUMBER)]
            for marker in markers:
                with pytest.raises(Unavailable):
                    tracker.file(marker, "It stops", f"Ask @theirs. ({marker})", 2)
            call("DELETE", f"{site}/sandbox/faults")
            kept = {tracker.file(marker, "It stops", "x", 2, repeated=True).key for marker in markers}
            assert len(kept) == NUMBER
            there = [
                one for one in tracker.changed(begun, 1000) if any(f"({marker})" in one.text for marker in markers)
            ]
            assert len(there) == NUMBER
            assert not [one for one in there if "@theirs" in one.text], "nobody is called by what customers wrote"
