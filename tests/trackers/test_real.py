"""The same walk on counterparts that are not ours, where they are installed or named: a Redmine (see redmine.py), GitHub as
npm's `emulate` plays it (see emulate.py).
"""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from handlers.errors import NotFound
from prompts.report import bug as words
from tests.trackers import emulate, redmine
from tests.trackers.benches import Bench

REALS = [*(["redmine"] if redmine.THERE else []), *(["github"] if emulate.THERE else [])]

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
            assert "trace.log" in [one.text.split(":")[0] for one in tracker.read(bug.key).said]
        assert bug.id in [one.id for one in tracker.changed(datetime.now(UTC) - timedelta(minutes=1))]
        if side.attaches:
            key = side.moved(bug.key)
            assert tracker.read(key).id == bug.id
            side.deletes(key)
            with pytest.raises(NotFound):
                tracker.read(key)
