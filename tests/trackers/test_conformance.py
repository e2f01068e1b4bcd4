"""What every tracker must do, over real HTTP, whatever happens to the line. Copy a tracker's folder, and make these pass."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.trackers.local import Local
from bot.wiring import Earshot
from handlers.bugs import follow
from handlers.errors import NotFound, Refused, Unavailable
from handlers.tracking import FiledBug, Tracker
from prompts.report import bug as words
from storage.insights import bugs
from storage.insights.bugs import Bug
from tests.trackers.benches import MADE, Bench, bench

MARKER = "earshot-7"
TITLE = "CSV export stops at 90 %"


@pytest.fixture(params=list(MADE))
def side(request: pytest.FixtureRequest) -> Iterator[Bench]:
    """The bench of each tracker outside in turn."""
    with bench(request.param) as made:
        yield made


def text(marker: str = MARKER, customers: int = 2) -> str:
    block = words.block(f"{customers} customers.", marker, "https://earshot.example/bugs/7")
    return words.body("It stops. @kim <b>", "It ends.", "1. Open\n2. Export", "Chrome", block, ["no puedo *nada*"])


def filed(tracker: Tracker, marker: str = MARKER, **more: Any) -> FiledBug:
    return tracker.file(marker, TITLE, text(marker), 2, **more)


def test_file_find_read(side: Bench) -> None:
    tracker = side.tracker()
    bug = filed(tracker)
    assert filed(tracker).key == bug.key
    found = tracker.find(MARKER)
    assert found is not None
    assert (found.key, found.id, found.title, found.state) == (bug.key, bug.id, TITLE, "new")
    assert bug.url
    assert tracker.find("earshot-70") is None
    read = tracker.read(bug.key)
    assert read.bug is not None
    assert (read.key, read.id, read.said, read.whole, read.bug.title) == (bug.key, bug.id, [], True, TITLE)
    assert "no puedo *nada*" in read.bug.text
    assert tracker.check()


def test_comment_edit_and_delete_and_ours_is_known_from_theirs(side: Bench) -> None:
    tracker = side.tracker()
    bug = filed(tracker)
    ours = tracker.comment(bug.key, "earshot-comment-1", words.comment("Also in Firefox.", "Inés", "earshot-comment-1"))
    theirs = side.says(bug.key, "Which version?")
    quoting = side.says(bug.key, "You wrote: Inés, through Earshot (earshot-comment-1)")
    said = {one.id: one for one in tracker.read(bug.key).said}
    assert {name: one.ours for name, one in said.items()} == {ours: True, theirs: False, quoting: False}
    assert "Also in Firefox." in said[ours].text
    assert said[theirs].text == "Which version?"
    side.edits(bug.key, theirs, "Which version exactly?")
    side.removes(bug.key, quoting)
    again = {one.id: one for one in tracker.read(bug.key).said}
    assert sorted(again) == sorted((ours, theirs))
    assert again[theirs].text == "Which version exactly?"
    assert again[theirs].at >= said[theirs].at


def test_a_comment_whose_answer_was_lost_is_not_written_twice(side: Bench) -> None:
    tracker = side.tracker()
    bug = filed(tracker)
    for _ in range(3):
        tracker.comment(bug.key, "earshot-comment-4", "Once. (earshot-comment-4)", repeated=True)
    assert len(tracker.read(bug.key).said) == 1


def test_close_decline_reopen(side: Bench) -> None:
    tracker = side.tracker()
    bug = filed(tracker)

    def state() -> str:
        read = tracker.read(bug.key).bug
        assert read is not None
        assert read.signs
        return read.state

    acts: list[tuple[Callable[[], None], str]] = [
        (lambda: side.closes(bug.key), "fixed"),
        (lambda: side.reopens(bug.key), "new"),
        (lambda: side.closes(bug.key, "declined"), "declined"),
        (lambda: side.reopens(bug.key), "new"),
    ]
    for act, expected in acts:
        act()
        assert state() == expected


def test_one_block_is_kept_up_to_date_and_what_others_wrote_stays(side: Bench) -> None:
    tracker = side.tracker()
    bug = filed(tracker)
    for customers in (3, 4, 4):
        tracker.link(bug.key, words.block(f"{customers} customers.", MARKER, "https://earshot.example/bugs/7"))
    read = tracker.read(bug.key)
    assert read.bug is not None
    assert read.bug.text.count("customers.") == 1
    assert "4 customers." in read.bug.text
    assert "no puedo *nada*" in read.bug.text
    assert read.said == []
    assert tracker.find(MARKER) is not None


def test_what_customers_wrote_calls_nobody_and_draws_nothing_in(side: Bench) -> None:
    tracker = side.tracker()
    words = "Ask @kim, see #12 and [[Wiki]] {{include(Secret)}} !http://x.example/y.png!"
    bug = tracker.file(MARKER, TITLE, f"{words}\n\n{text()}", 2)
    tracker.comment(bug.key, "earshot-comment-1", f"{words} (earshot-comment-1)")
    tracker.link(bug.key, f"{text().partition('## Who')[1]} is affected\n{words} ({MARKER})")
    read = tracker.read(bug.key)
    assert read.bug is not None
    for said in (read.bug.text, read.said[0].text):
        assert "include(Secret)" in said
        if tracker.name != "jira":  # there a mention is a node of its own, and all of ours is text
            assert not [sign for sign in ("@kim", "#12", "[[", "{{", "!http") if sign in said]


def test_attach(side: Bench) -> None:
    tracker = side.tracker()
    bug = filed(tracker)
    if side.attaches:
        assert tracker.attach(bug.key, "earshot-file-1", "screen.png", "image/png", b"\x89PNG")
        theirs = side.encloses(bug.key, "trace.log")
        said = [one.text.split(":")[0] for one in tracker.read(bug.key).said]
        assert said == (["trace.log"] if theirs else []), "what engineers put there is told, our own is not"
        for one in tracker.read(bug.key).said:
            name, where = one.id.removeprefix("file-"), one.text.rpartition(": ")[2]
            found = tracker.fetch(name, where, 1)
            assert (found.content if found else None) == side.fetched
            if side.fetched is not None:
                with pytest.raises(Refused, match="more than 0 MB"):
                    tracker.fetch(name, where, 0)
                with pytest.raises(NotFound):
                    tracker.fetch("999999", where, 1)
    else:
        with pytest.raises(Refused, match="by hand"):
            tracker.attach(bug.key, "earshot-file-1", "screen.png", "image/png", b"\x89PNG")


def test_a_file_whose_answer_was_lost_is_there_once(side: Bench) -> None:
    if not side.attaches:
        return
    tracker = side.tracker()
    bug = filed(tracker)
    png = b"\x89PNG\r\n\r\n--"
    side.spoil(match=side.puts, skip=side.looks_to_put, method=side.puts_by, drop_after_commit=True)
    with pytest.raises(Unavailable):
        tracker.attach(bug.key, "earshot-file-4", "bild ü.png", "image/png", png)
    kept = {tracker.attach(bug.key, "earshot-file-4", "bild ü.png", "image/png", png, repeated=True) for _ in range(3)}
    assert len(kept) == 1
    assert side.files(bug.key) == ["bild ü.png"]
    tracker.attach(bug.key, "earshot-file-5", "bild ü.png", "image/png", b"another", repeated=True)
    assert side.files(bug.key) == ["bild ü.png"] * 2, "another of the same name is another"


def test_changed_names_what_changed(side: Bench) -> None:
    tracker = side.tracker()
    bug, other = filed(tracker), filed(tracker, "earshot-8")
    side.renames(bug.key, "Export stops")
    listed = tracker.changed(datetime.now(UTC) - timedelta(minutes=1))
    assert {one.key for one in listed} == {bug.key, other.key}
    assert {one.title for one in listed} == {"Export stops", TITLE}
    assert all(one.changed_at for one in listed)


def test_renamed_moved_deleted(side: Bench) -> None:
    tracker = side.tracker()
    bug = filed(tracker)
    side.renames(bug.key, "Export stops")
    renamed = tracker.read(bug.key).bug
    assert renamed is not None
    assert renamed.title == "Export stops"
    other = filed(tracker, "earshot-8")
    key = side.moved(bug.key)
    moved = tracker.read(bug.key)
    assert (moved.key, moved.id) == (key, bug.id)
    side.deletes(other.key)
    with pytest.raises(NotFound):
        tracker.read(other.key)


@pytest.mark.parametrize(
    ("fault", "taken"),
    [
        ({"drop_after_commit": True}, True),
        ({"hang_after_commit_seconds": 1}, True),
        ({"answer": "html"}, True),
        ({"answer": "malformed"}, True),
        ({"status": 500}, False),
        ({"status": 409}, False),
        ({"drop": True}, False),
        ({"hang_seconds": 1}, False),
        ({"status": 429, "retry_after": 7}, False),
    ],
    ids=["line broke after", "timeout after", "HTML", "half an answer", "500", "409", "reset", "timeout", "429"],
)
def test_whatever_happens_to_the_line_it_is_one_issue(side: Bench, fault: dict[str, Any], taken: bool) -> None:
    tracker = side.tracker()
    filed(tracker, "earshot-1")
    quick = side.tracker(timeout=0.4)
    quick.check()
    quick.file("earshot-2", TITLE, text("earshot-2"), 2)
    side.spoil(**fault)
    with pytest.raises(Unavailable) as trouble:
        filed(quick)
    if fault.get("retry_after"):
        assert trouble.value.retry_after == 7.0
    assert str(trouble.value).endswith((".", ")."))
    side.well()
    assert (quick.find(MARKER) is not None) is taken
    bug = filed(quick, repeated=True)
    listed = [one.key for one in quick.changed(datetime.now(UTC) - timedelta(minutes=1))]
    assert len(listed) == len(set(listed)) == 3
    assert bug.key in listed


@pytest.mark.parametrize(
    ("status", "said"), [(401, "does not accept"), (403, "may not"), (404, "not know"), (413, "too long")]
)
def test_a_refusal_is_a_sentence(side: Bench, status: int, said: str) -> None:
    tracker = side.tracker()
    filed(tracker, "earshot-1")
    side.spoil(status=status)
    with pytest.raises(Refused, match=said):
        filed(tracker)


FAILURES: list[tuple[dict[str, Any], type[Exception]]] = [
    *(({"status": status}, Refused) for status in (401, 403, 404, 413)),
    *(({"status": status}, Unavailable) for status in (409, 429, 500)),
    *(
        ({name: value}, Unavailable)
        for name, value in (("drop", True), ("drop_after_commit", True), ("hang_seconds", 1))
    ),
    *(({"answer": answer}, Unavailable) for answer in ("html", "malformed")),
]


@pytest.mark.parametrize("fault", FAILURES, ids=lambda one: "-".join(map(str, one[0].values())))
def test_whatever_is_asked_a_failure_is_a_sentence_and_afterwards_it_is_done_once(
    side: Bench, fault: tuple[dict[str, Any], type[Exception]]
) -> None:
    spoilt, expected = fault
    tracker = side.tracker()
    bug = filed(tracker)
    tracker.read(bug.key)
    quick = side.tracker(timeout=0.4)
    quick.check()
    quick.read(bug.key)
    block = words.block("5 customers.", MARKER, "https://earshot.example/bugs/7")
    said = "Also in Firefox. (earshot-comment-1)"
    asked: list[Callable[[bool], object]] = [
        lambda again: quick.comment(bug.key, "earshot-comment-1", said, repeated=again),
        lambda _: quick.link(bug.key, block),
        lambda _: quick.read(bug.key),
        lambda _: quick.changed(datetime.now(UTC) - timedelta(minutes=1)),
        lambda _: quick.find(MARKER),
    ]
    if side.attaches:
        asked.append(lambda again: quick.attach(bug.key, "earshot-file-1", "a.png", "image/png", b"x", repeated=again))
    for ask in asked:
        side.spoil(match="/", method=None, times=None, **spoilt)
        with pytest.raises(expected) as trouble:
            ask(False)
        assert str(trouble.value).endswith((".", ")."))
        side.well()
        ask(True)
    read = tracker.read(bug.key)
    assert read.bug is not None
    assert ([one.text for one in read.said if one.ours], read.bug.text.count("customers.")) == ([read.said[0].text], 1)
    if side.attaches:
        assert side.files(bug.key) == ["a.png"]


def test_bad_credentials_and_a_place_that_is_not_there(side: Bench) -> None:
    with pytest.raises(Refused, match="does not accept"):
        filed(side.tracker(key="wrong"))
    with pytest.raises(Refused):
        filed(side.tracker(place="acme/nowhere"))
    with pytest.raises(Unavailable, match="cannot be reached"):
        filed(side.tracker(url="http://127.0.0.1:9"))
    with pytest.raises(Refused, match=r"does not work: tracker\.example"):
        filed(side.tracker(url="tracker.example"))
    with pytest.raises(NotFound):
        side.tracker().read(side.nowhere)


def test_a_field_that_becomes_required_is_a_question_and_its_answer_files_the_bug(side: Bench) -> None:
    tracker = side.tracker()
    filed(tracker, "earshot-1")
    if not side.requires:
        assert tracker.wanted() == []
        return
    side.needs("Team")
    with pytest.raises(Refused, match="Team"):
        filed(side.tracker())
    fresh = side.tracker()
    wanted = next(one for one in fresh.wanted() if one.name == "Team")
    value = wanted.choices[0] if wanted.choices else "Blue"
    assert filed(fresh, fields={wanted.id: value}).key


def test_two_hundred_answers_lost_are_two_hundred_issues(side: Bench) -> None:
    tracker = side.tracker()
    filed(tracker, "earshot-0")
    side.spoil(times=None, drop_after_commit=True, every=side.looks_first + 1)
    for number in range(1, 200):
        with pytest.raises(Unavailable):
            filed(tracker, f"earshot-{number}")
    side.well()
    keys = {filed(tracker, f"earshot-{number}", repeated=True).key for number in range(200)}
    assert len(keys) == 200
    assert len(tracker.changed(datetime.now(UTC) - timedelta(minutes=5), 1000)) == 200


def test_the_built_in_tracker_does_the_same(wire_on: Callable[..., Earshot], sqlite_url: str) -> None:
    earshot = wire_on(sqlite_url)
    tracker: Tracker = Local(earshot.work)
    with earshot.work() as uow:
        now = uow.now()
        bug_id = bugs.add(uow.db, Bug(title=TITLE, state="new", created_at=now, changed_at=now, filed_at=now)).id
    marker = f"earshot-{bug_id}"
    bug = filed(tracker, marker)
    assert tracker.find(marker) == bug
    assert tracker.find("earshot-70") is None
    for _ in range(2):
        tracker.comment(bug.key, "earshot-comment-1", "Seen.", repeated=True)
    tracker.link(bug.key, "## Who")
    assert [one.text for one in tracker.read(bug.key).said] == ["Seen."]
    assert [one.key for one in tracker.changed(now - timedelta(minutes=1))] == [bug.key]
    assert tracker.attach(bug.key, "earshot-file-1", "a.png", "image/png", b"x")
    for state in ("fixed", "new", "declined", "accepted", "released"):
        with earshot.work() as uow:
            follow.changed(uow, bug_id or 0, state, reason="By design.", version="4.2")
        read = tracker.read(bug.key).bug
        assert read is not None
        assert (read.state, read.version, read.title) == (state, "4.2", TITLE)
    assert [filed(tracker, marker, repeated=True).key for _ in range(200)] == [bug.key] * 200
    missing: list[Callable[[], object]] = [
        lambda: tracker.comment("BUG-70", "earshot-comment-2", "x"),
        lambda: tracker.link("BUG-70", "## Who"),
        lambda: tracker.attach("BUG-70", "earshot-file-2", "a.png", "image/png", b"x"),
        lambda: tracker.read("nonsense"),
        lambda: filed(tracker, "earshot-70"),
        lambda: tracker.read("BUG-70"),
        lambda: tracker.listen({}, b"{}"),
    ]
    for ask in missing:
        with pytest.raises(Refused):
            ask()
    assert tracker.check()
