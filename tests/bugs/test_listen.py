"""What trackers tell: signed, once, in any order; then drafts for customers."""

import hashlib
import hmac
import json
import os
import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from bot import ticks
from bot.trackers.github import GitHub
from bot.trackers.jira import Jira
from bot.trackers.linear import Linear
from bot.web.app import create
from bot.wiring import Earshot
from handlers.bugs import arrange, file, follow, listen, outward, remark, tell
from handlers.errors import NotFound, Refused, Unavailable
from handlers.outside import Outside
from handlers.tracking import FiledBug, News, Said, Tracker
from storage.desk import drafts
from storage.insights import bugs, comments, enclosures, hearsay
from storage.insights.bugs import Bug
from storage.routing import policy
from tests.bugs.conftest import Board, House, Line
from tests.conftest import NO_SKIPS, Clock

SECRET = "between-us"
ORDERS = 1000 if NO_SKIPS or os.environ.get("EARSHOT_FULL") == "1" else 15
"""In which the same news is told."""
START = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def snapshot(minutes: float, *signs: str, state: str = "new", **more: Any) -> FiledBug:
    return FiledBug(key="PROD-1", id="10001", state=state, signs=list(signs), changed_at=at(minutes), **more)


def news(name: str, **more: Any) -> News:
    return News(delivery=name, key="PROD-1", id="10001", **more)


@pytest.fixture
def bug_id(outdoors: House) -> int:
    number = outdoors.proposed(0, 5)
    outdoors.does(file.file_now, number, outdoors.ines)
    return number


def texts(house: House, bug_id: int) -> list[tuple[str, str]]:
    with house.work() as uow:
        return [(one.author, one.text) for one in comments.of_bug(uow.db, bug_id)]


WALK = [
    news("a", bug=snapshot(1, "status:in progress", state="in_progress")),
    news("b", said=[Said(id="1", author="Kim", text="Seen.", at=at(2))]),
    news("c", said=[Said(id="1", author="Kim", text="Seen it.", at=at(3))]),
    news("d", bug=snapshot(4, "status:done", state="fixed", version="4.2")),
    news("e", said=[Said(id="2", author="Kim", text="Oops", at=at(5))]),
    news("f", said=[Said(id="2", author="Kim", text="Oops", at=at(6), gone=True)]),
    news("g", bug=snapshot(7, "status:to do", state="new")),
    news("h", bug=snapshot(8, "status:released", state="released", version="4.3")),
]


@pytest.mark.timeout(900)
def test_any_order_of_the_same_news_end_in_the_same_state(
    wire_on: Callable[..., Earshot], sqlite_url: str, clock: Clock
) -> None:
    house = House(wire_on(sqlite_url, Outside(channels={"slack": Line()}, tracker=Board())), clock)
    number = house.proposed(0, 1)
    with house.work() as uow:
        assert number
    house.does(file.file_now, number, house.ines)
    dice, ends = random.Random(7), set()
    for turn in range(ORDERS):
        order = WALK * 2
        dice.shuffle(order)
        with house.work() as uow:
            bug = uow.db.get_one(type(house.bug(number)), number)
            for one in order:
                kept = one.model_copy(update={"delivery": f"{turn}-{one.delivery}"})
                kept_id = listen.keep(uow, kept)
                if kept_id is not None:
                    listen.hear(uow, kept_id)
            said = tuple((one.text, one.author) for one in comments.of_bug(uow.db, number))
            ends.add((bug.status, bug.heard_at, said))
            uow.db.rollback()
    assert ends == {("status:released", at(8), (("Seen it.", "Kim"),))}


def test_told_twenty_times_it_is_news_once(either_house: House) -> None:
    outdoors, bug_id = either_house, either_house.proposed(0, 5)
    outdoors.does(file.file_now, bug_id, outdoors.ines)
    told = news("one", bug=snapshot(1, "status:done", state="fixed"), said=[Said(id="1", text="Done.", at=at(1))])
    kept = [outdoors.does(listen.keep, told) for _ in range(20)]
    assert [one is not None for one in kept] == [True] + [False] * 19
    assert outdoors.bug(bug_id).state == "fixed"
    assert len(outdoors.drafts(bug_id)) == 2
    assert len(texts(outdoors, bug_id)) == 1


def test_a_mapping_of_ones_own_says_what_a_word_means(outdoors: House, bug_id: int) -> None:
    with outdoors.work() as uow:
        policy.remember(uow.db, "tracker_states:jira", {"status:ready for qa": "in_progress"})
    outdoors.does(listen.keep, news("one", bug=snapshot(1, "status:ready for qa", "category:done", state="fixed")))
    assert outdoors.bug(bug_id).state == "in_progress"
    assert outdoors.drafts(bug_id) == []


def test_what_engineers_write_for_customers_becomes_drafts(outdoors: House, bug_id: int, line: Line) -> None:
    words = "customer: workaround: use XLSX, @kim says\n\n(not this)"
    outdoors.does(listen.keep, news("1", said=[Said(id="1", text=words, at=at(1))]))
    outdoors.does(listen.keep, news("2", said=[Said(id="2", text="Customer: 2026-12-24", at=at(2))]))
    bug = outdoors.bug(bug_id)
    assert (bug.workaround, bug.due_on) == ("use XLSX, says", date(2026, 12, 24))
    english, spanish = outdoors.drafts(bug_id)
    assert "We expect the fix on Thursday 24 December." in english.text
    assert "use XLSX" in english.text
    assert "el jueves 24 de diciembre" in spanish.text
    assert outdoors.ticket(english.ticket_id).due_reason == "news of the bug"
    outdoors.does(tell.approve_all, bug_id, outdoors.ines)
    assert outdoors.ticket(english.ticket_id).state == "engineering"
    asked = [Said(id="3", text="customer: Which browser do you use?", at=at(3))]
    outdoors.does(listen.keep, news("3", said=asked))
    assert ["Which browser do you use?" in one.text for one in outdoors.drafts(bug_id)] == [True, True]
    outdoors.does(listen.keep, news("4", bug=snapshot(4, "status:done", state="fixed")))
    assert len(outdoors.drafts(bug_id)) == 4, "a question is not overtaken by the fix"


def test_a_file_that_engineers_put_on_the_issue_comes_to_the_listener_once(
    either_house: House, board: Board, line: Line
) -> None:
    outdoors, bug_id = either_house, either_house.proposed(0, 5)
    outdoors.does(file.file_now, bug_id, outdoors.ines)
    board.files = {"7": b"a trace", "8": b""}
    board.failing = [Unavailable("Jira cannot be reached."), Refused("This file has more than 10 MB; open it in Jira.")]
    told = [
        Said(id=f"file-{one}", text=f"Spur ü{one}.log: https://jira.example/{one}", at=at(one)) for one in (7, 8, 9)
    ]
    for number in range(2):
        outdoors.does(listen.keep, news(str(number), whole=True, said=told))
        outdoors.does(outward.later, 0)
    with outdoors.work() as uow:
        kept = enclosures.of_bug(uow.db, bug_id)
        assert [(one.name, one.state, one.content) for one in kept] == [
            ("Spur ü7.log", "refused", None), ("Spur ü8.log", "kept", b""),
        ], "what is but a link stays one"  # fmt: skip
        assert kept[0].error == "This file has more than 10 MB; open it in Jira."
    assert line.said == {}
    outdoors.does(listen.keep, news("gone", whole=True))
    assert texts(outdoors, bug_id) == []


def test_what_engineers_take_back_is_told_to_nobody(outdoors: House, bug_id: int) -> None:
    said = [
        Said(id="1", text="customer: workaround: use XLSX", at=at(1)),
        Said(id="2", text="customer: expected: 2026-12-24", at=at(2)),
        Said(id="3", text="customer: Which browser?", at=at(3)),
        Said(id="4", text="customer: Which size?", at=at(3)),
    ]
    outdoors.does(listen.keep, news("1", whole=True, said=said))
    asked = [one.text for one in outdoors.drafts(bug_id) if one.purpose.startswith("question")]
    assert len(asked) == 4, "both questions, to both customers"
    outdoors.does(listen.keep, news("2", said=[Said(id="1", text="use XLSX, no: it loses rows", at=at(4))]))
    assert (outdoors.bug(bug_id).workaround, outdoors.bug(bug_id).due_on) == (None, date(2026, 12, 24))
    assert not [one for one in outdoors.drafts(bug_id) if "XLSX" in one.text]
    assert len([one for one in outdoors.drafts(bug_id) if "24" in one.text]) == 2
    outdoors.does(listen.keep, news("3", said=[Said(id="3", text="customer: Which Chrome?", at=at(5))]))
    assert {one.text for one in outdoors.drafts(bug_id) if "Which Chrome?" in one.text}
    assert not [one for one in outdoors.drafts(bug_id) if "Which browser?" in one.text]
    outdoors.does(listen.keep, news("4", whole=True))
    assert outdoors.drafts(bug_id) == []
    assert outdoors.bug(bug_id).due_on is None
    assert {outdoors.ticket(one).state for one in outdoors.linked(bug_id)} == {"engineering"}


def test_what_was_changed_here_since_outlives_the_comment_it_came_from(outdoors: House, bug_id: int) -> None:
    outdoors.does(listen.keep, news("1", said=[Said(id="1", text="customer: workaround: use XLSX", at=at(1))]))
    outdoors.does(follow.changed, bug_id, "new", workaround="Use XLSX or ODS", by=outdoors.ines)
    outdoors.does(listen.keep, news("2", said=[Said(id="1", text="x", at=at(2), gone=True)]))
    assert outdoors.bug(bug_id).workaround == "Use XLSX or ODS"


def test_a_day_and_a_version_that_the_issue_names_no_longer_are_gone(outdoors: House, bug_id: int) -> None:
    day = date(2026, 12, 24)
    outdoors.does(listen.keep, news("1", bug=snapshot(1, "status:to do", due_on=day, version="4.2", complete=True)))
    assert (outdoors.bug(bug_id).due_on, outdoors.bug(bug_id).version) == (day, "4.2")
    assert len(outdoors.drafts(bug_id)) == 2
    outdoors.does(listen.keep, news("2", bug=snapshot(2, "status:to do")))
    assert outdoors.bug(bug_id).due_on == day, "half an issue says nothing of it"
    outdoors.does(listen.keep, news("3", bug=snapshot(3, "status:to do", complete=True)))
    assert (outdoors.bug(bug_id).due_on, outdoors.bug(bug_id).version) == (None, None)
    assert outdoors.drafts(bug_id) == []
    outdoors.does(follow.changed, bug_id, "new", due_on=day, by=outdoors.ines)
    outdoors.does(listen.keep, news("4", bug=snapshot(4, "status:in progress", complete=True)))
    assert outdoors.bug(bug_id).due_on == day, "set here"


def test_an_expected_day_that_passes_comes_up_by_itself_once(outdoors: House, bug_id: int) -> None:
    outdoors.does(listen.keep, news("1", bug=snapshot(1, "status:to do", due_on=date(2026, 11, 20))))
    outdoors.does(tell.approve_all, bug_id, outdoors.ines)
    ticket_id = outdoors.linked(bug_id)[0]
    outdoors.does(ticks.bring_up_overdue)
    assert outdoors.ticket(ticket_id).state == "engineering"
    outdoors.clock.forward(days=3)
    outdoors.does(ticks.bring_up_overdue)
    ticket = outdoors.ticket(ticket_id)
    assert (ticket.state, ticket.due_reason) == ("open", "expected day is over")
    with outdoors.work() as uow:
        uow.ticket(ticket_id).state = "engineering"
    outdoors.does(ticks.bring_up_overdue)
    assert outdoors.ticket(ticket_id).state == "engineering"


def test_moved_it_is_the_same_bug_and_deleted_it_is_said(outdoors: House, bug_id: int) -> None:
    with outdoors.work() as uow:
        uow.db.get_one(type(outdoors.bug(bug_id)), bug_id).external_id = "10001"
    moved = FiledBug(
        key="OPS-9", id="10001", signs=["status:to do"], changed_at=at(1), url="https://jira.example/OPS-9"
    )
    outdoors.does(listen.keep, News(delivery="m", key="OPS-9", id="10001", bug=moved))
    assert outdoors.bug(bug_id).external_key == "OPS-9"
    outdoors.does(listen.keep, News(delivery="g", key="OPS-9", id="10001", gone=True))
    assert outdoors.bug(bug_id).gone
    outdoors.does(remark.comment, bug_id, "Where is it?", by=outdoors.ines)
    with outdoors.work() as uow:
        assert [one.error for one in comments.of_bug(uow.db, bug_id)] == ["The issue was deleted there."]
    outdoors.does(file.file_now, bug_id, outdoors.ines)
    assert (outdoors.bug(bug_id).gone, outdoors.bug(bug_id).external_key) == (False, "PROD-1")
    outdoors.does(listen.keep, News(delivery="o", key="XX-1", id="77"))
    with outdoors.work() as uow:
        assert "not about a bug of ours" in hearsay.newest(uow.db, "jira")[0].note


def test_nothing_echoes_between_us_and_the_engineers(outdoors: House, bug_id: int, board: Board) -> None:
    outdoors.does(remark.comment, bug_id, "Also in Firefox.", by=outdoors.ines)
    (mark, text), *_ = board.written.items()
    assert text.endswith(f"Inés, through Earshot ({mark})")
    echo = Said(id="55", author="Earshot", text=text, at=at(1), ours=True)
    outdoors.does(listen.keep, news("1", said=[echo]))
    outdoors.does(listen.keep, news("2", said=[echo.model_copy(update={"ours": False, "id": board_id(board)})]))
    outdoors.does(listen.keep, news("3", said=[Said(id="56", author="Kim", text=f"> {text}", at=at(2))]))
    assert texts(outdoors, bug_id) == [("Inés", "Also in Firefox."), ("Kim", f"> {text}")]
    assert len(board.written) == 1


def board_id(board: Board) -> str:
    return str(len(board.written))


def test_whom_it_concerns_is_kept_up_to_date_on_the_issue_without_comments(
    outdoors: House, bug_id: int, board: Board
) -> None:
    outdoors.does(ticks.tell_tracker)
    assert board.blocks == {}, "filed with it"
    late = outdoors.told(1, theme_id=None)
    outdoors.does(file.link, late, bug_id, outdoors.ines)
    outdoors.does(ticks.tell_tracker)
    assert "3 customers" in board.blocks["PROD-1"]
    assert board.written == {}


class Polled(Board):
    """A tracker that is only asked."""

    def __init__(self) -> None:
        super().__init__()
        self.issue: News | None = None

    def changed(self, since: datetime, most: int = 500) -> list[FiledBug]:
        return [self.issue.bug] if self.issue and self.issue.bug else []

    def read(self, key: str) -> News:
        if self.issue is None:
            raise NotFound("gone")
        return self.issue.model_copy()


def test_without_any_webhook_the_state_is_right_after_one_interval(
    wire_on: Callable[..., Earshot], sqlite_url: str, clock: Clock, line: Line
) -> None:
    board = Polled()
    house = House(wire_on(sqlite_url, Outside(channels={"slack": line}, tracker=board)), clock)
    number = house.proposed(0, 5)
    house.does(file.file_now, number, house.ines)
    told = snapshot(1, "status:done", state="fixed", title="Export stops", text="It stops")
    board.issue = News(
        delivery="", key="PROD-1", id="10001", whole=True, bug=told, at=at(1), said=[Said(id="1", text="x", at=at(1))]
    )
    for _ in range(3):
        house.does(ticks.ask_tracker)
    assert (house.bug(number).state, house.bug(number).title) == ("fixed", "Export stops")
    assert len(house.drafts(number)) == 2
    board.issue = News(delivery="", key="PROD-1", id="10001", whole=True, bug=snapshot(2, "status:to do"), at=at(2))
    house.does(ticks.ask_tracker)
    assert house.bug(number).state == "fixed", "not asked twice in one interval"
    clock.forward(minutes=6)
    house.does(ticks.ask_tracker)
    assert house.bug(number).state == "new"
    assert texts(house, number) == [], "what was deleted there is gone here"
    with house.work() as uow:
        assert [one.state for one in drafts.of_bug(uow.db, number)] == ["discarded"] * 2
        assert hearsay.count(uow.db, "jira") == 1
    board.issue = None
    clock.forward(hours=2)
    house.does(ticks.ask_tracker)
    assert house.bug(number).gone


def test_a_mapping_that_is_edited_counts_for_the_bugs_that_are_there(
    wire_on: Callable[..., Earshot], sqlite_url: str, clock: Clock, line: Line
) -> None:
    board = Polled()
    house = House(wire_on(sqlite_url, Outside(channels={"slack": line}, tracker=board)), clock)
    number = house.proposed(0, 5)
    house.does(file.file_now, number, house.ines)
    there = snapshot(1, "status:on stage", state="in_progress")
    board.issue = News(delivery="", key="PROD-1", id="10001", whole=True, bug=there, at=at(1))
    house.does(ticks.ask_tracker)
    assert house.bug(number).state == "in_progress"
    for mapping, expected, waiting in (("status:on stage = fixed", "fixed", 2), ("", "in_progress", 0)):
        clock.forward(seconds=2)
        house.does(arrange.mean, mapping, house.ines)
        assert (house.bug(number).state, len(house.drafts(number))) == (expected, waiting)


def test_what_looks_as_it_did_before_something_else_was_told_is_read_again(
    wire_on: Callable[..., Earshot], sqlite_url: str, clock: Clock, line: Line
) -> None:
    board = Polled()
    house = House(wire_on(sqlite_url, Outside(channels={"slack": line}, tracker=board)), clock)
    number = house.proposed(0, 5)
    house.does(file.file_now, number, house.ines)
    bare = News(delivery="", key="PROD-1", id="10001", whole=True, bug=snapshot(1, "status:to do"), at=at(1))
    talk = [Said(id="1", author="Kim", text="Oops", at=at(2))]
    for issue, expected in ((bare, []), (bare.model_copy(update={"said": talk}), [("Kim", "Oops")]), (bare, [])):
        board.issue = issue
        clock.forward(minutes=6)
        house.does(ticks.ask_tracker)
        assert texts(house, number) == expected
    house.does(listen.keep, news("w", said=[Said(id="2", author="Kim", text="Again", at=at(3))]))
    assert texts(house, number) == [("Kim", "Again")], "told by webhook; that it was deleted got lost"
    clock.forward(minutes=6)
    house.does(ticks.ask_tracker)
    assert texts(house, number) == [], "though it looks as when it was asked last"
    with house.work() as uow:
        kept = hearsay.newest(uow.db, "jira")
    clock.forward(minutes=6)
    house.does(ticks.ask_tracker)
    with house.work() as uow:
        assert hearsay.newest(uow.db, "jira") == kept, "nothing changed: nothing is kept"


def test_of_many_bugs_that_nothing_is_heard_of_each_is_looked_at_in_turn(
    wire_on: Callable[..., Earshot], sqlite_url: str, clock: Clock
) -> None:
    house = House(wire_on(sqlite_url, Outside(channels={"slack": Line()}, tracker=Polled())), clock)
    with house.work() as uow:
        for one in range(45):
            bug = Bug(title=f"Defect {one}", state="new", tracker="jira", external_key=f"PROD-{one}", created_at=uow.now(), changed_at=uow.now(), heard_at=uow.now())  # fmt: skip
            bugs.add(uow.db, bug)
    clock.forward(hours=2)
    for _ in range(3):
        clock.forward(minutes=5)
        house.does(ticks.ask_tracker)
    assert all(bug.gone for bug in house.bugs()), "there is none of them any more"


def signed(name: str, body: bytes) -> dict[str, str]:
    digest = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    return {
        "jira": {"x-hub-signature": f"sha256={digest}", "x-atlassian-webhook-identifier": "d1"},
        "github": {"x-hub-signature-256": f"sha256={digest}", "x-github-event": "issues", "x-github-delivery": "d1"},
        "linear": {"linear-signature": digest, "linear-delivery": "d1"},
    }[name]


BODIES: dict[str, tuple[Tracker, Any]] = {
    "jira": (
        Jira("https://x.example", "a@x.example", "t", "PROD", secret=SECRET),
        {
            "webhookEvent": "jira:issue_updated",
            "timestamp": 1_795_000_000_000,
            "issue": {
                "id": "10001",
                "key": "PROD-1",
                "fields": {"status": {"name": "Done", "statusCategory": {"key": "done"}}, "resolution": {"name": "Done"}},
            },
        },
    ),
    "github": (
        GitHub("acme/product", "t", secret=SECRET),
        {
            "action": "closed",
            "issue": {
                "id": 10001, "number": 1, "state": "closed", "state_reason": "completed", "title": "T",
                "repository_url": "https://api.github.com/repos/acme/product", "updated_at": "2026-11-18T09:01:00Z",
            },
        },
    ),
    "linear": (
        Linear("ENG", "k", secret=SECRET),
        {
            "action": "update",
            "type": "Issue",
            "data": {
                "id": "10001", "identifier": "ENG-1", "title": "T", "state": {"name": "Done", "type": "completed"},
                "updatedAt": "2026-11-18T09:01:00.000Z",
            },
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", list(BODIES))
def test_a_webhook_is_believed_by_its_signature_on_the_raw_bytes(
    name: str, wire_on: Callable[..., Earshot], sqlite_url: str, clock: Clock, board: Board
) -> None:
    tracker, body = BODIES[name]
    house = House(wire_on(sqlite_url, Outside(tracker=board)), clock)
    number = house.proposed(0, 1)
    house.does(file.file_now, number, house.ines)
    house.earshot.outside.tracker = tracker
    with house.work() as uow:
        bug = uow.db.get_one(type(house.bug(number)), number)
        bug.tracker, bug.external_id = name, "10001"
        uow.db.add(bug)
    door = TestClient(create(house.earshot), base_url="http://127.0.0.1:8000")
    raw = json.dumps(body, indent=3).encode()
    assert door.post("/hooks/tracker", content=raw, headers=signed(name, raw + b" ")).status_code == 401
    assert door.post("/hooks/tracker", content=raw).status_code == 401
    for _ in range(20):
        assert door.post("/hooks/tracker", content=raw, headers=signed(name, raw)).status_code == 200
    with house.work() as uow:
        assert len(hearsay.newest(uow.db, name)) == 1
        (kept,) = hearsay.newest(uow.db, name)
    for odd in (b"[]", b"not json", b"{" * 100_000):
        assert door.post("/hooks/tracker", content=odd, headers=signed(name, odd)).status_code == 422
    form = urlencode({"payload": json.dumps(body)}).encode()  # how GitHub sends it unless told otherwise
    for again in (form, b"payload=", b"payload=%5B%5D"):
        expected = 200 if again == form else 422
        assert door.post("/hooks/tracker", content=again, headers=signed(name, again)).status_code == expected
    huge = b'{"a": "' + b"x" * 1_100_000 + b'"}'
    assert door.post("/hooks/tracker", content=huge, headers=signed(name, huge)).status_code == 413
    unknown = json.dumps({"webhookEvent": "sprint_started", "type": "Cycle", "action": "create"}).encode()
    headers = {
        **signed(name, unknown),
        "x-github-event": "push",
        "x-github-delivery": "d2",
        "linear-delivery": "d2",
        "x-atlassian-webhook-identifier": "d2",
    }
    assert door.post("/hooks/tracker", content=unknown, headers=headers).status_code == 200
    with house.work() as uow:
        assert "not about a bug" in hearsay.newest(uow.db, name)[0].note
    assert kept.id is not None
    house.does(lambda uow: None)
    assert house.bug(number).state == "fixed"
