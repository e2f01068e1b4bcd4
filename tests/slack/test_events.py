"""Slack's shapes read into ours."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.slack.events import Said, late, moment, read_edit, read_message, shaped
from bot.slack.text import mentioned, plain
from handlers.errors import Refused

PAYLOADS = Path(__file__).parents[1] / "payloads" / "slack"


def payload(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8"))
    return found


def test_a_message_names_its_place_its_thread_and_its_writer() -> None:
    event = payload("thread_reply")["event"]
    read = read_message(event, "T0HOME0001")
    assert read is not None
    assert (read.door, read.place) == ("slack", "slack:T0HOME0001/C0SHARED01")
    assert read.external_id == "T0HOME0001/C0SHARED01/1763456789.000200"
    assert read.thread == "T0HOME0001/C0SHARED01/1763456700.000100"
    assert read.sent_at == moment("1763456789.000200")
    assert read.raw == event


def test_somebody_of_a_shared_channel_belongs_to_their_own_workspace() -> None:
    read = read_message(payload("connect_message")["event"], "T0HOME0001")
    assert read is not None
    assert (read.author.slack_id, read.author.team) == ("T0THEIRS01/U0THEIRS01", "T0THEIRS01")
    assert read.author.name == "Kenji Mori"
    assert read.place == "slack:T0HOME0001/C0SHARED01"


def test_the_root_of_a_thread_is_in_no_thread() -> None:
    event = {**payload("thread_reply")["event"], "thread_ts": "1763456789.000200"}
    read = read_message(event, "T1")
    assert read is not None
    assert read.thread is None


def test_a_message_also_sent_to_the_channel_and_one_in_the_third_person_are_messages() -> None:
    for name in ("thread_broadcast", "me_message"):
        read = read_message(payload(name)["event"], "T1")
        assert read is not None
        assert read.text


def test_files_are_named() -> None:
    read = read_message(payload("file_share")["event"], "T1")
    assert read is not None
    assert [(one["name"], one["media_type"], one["size"]) for one in read.files] == [("trace.log", "text/plain", 4096)]


def test_what_is_only_attached_is_read_too() -> None:
    event = {
        **payload("thread_reply")["event"],
        "text": "",
        "attachments": [{"fallback": "[fwd]", "text": "it &lt;hangs&gt;"}],
    }
    read = read_message(event, "T1")
    assert read is not None
    assert read.text == "it <hangs>"


def test_bots_chores_and_kinds_we_do_not_know_say_nothing() -> None:
    event = payload("thread_reply")["event"]
    for other in ({"bot_id": "B1"}, {"subtype": "bot_message"}, {"subtype": "channel_topic"}, {"user": "USLACKBOT"}):
        assert read_message({**event, **other}, "T1") is None


def test_a_malformed_message_is_refused_and_the_part_named() -> None:
    event = payload("thread_reply")["event"]
    with pytest.raises(Refused, match="ts"):
        read_message({**event, "ts": "soon"}, "T1")
    with pytest.raises(Refused, match="channel"):
        read_message({**event, "channel": "../etc"}, "T1")


def test_edits_name_their_message_and_a_tombstone_is_a_deletion() -> None:
    changed = payload("message_changed")["event"]
    ts, said = read_edit(changed)
    assert (ts, said.text if said else None) == ("1763456789.000200", "It hangs on export")
    assert read_edit(payload("message_deleted")["event"]) == ("1763456789.000200", None)
    gone = {**changed, "message": {**changed["message"], "subtype": "tombstone"}}
    assert read_edit(gone) == ("1763456789.000200", None)


def test_only_a_person_editing_just_now_can_be_ahead_of_the_message() -> None:
    changed = payload("message_changed")["event"]
    said = shaped(Said, changed["message"])
    assert late(changed, said)
    assert not late({**changed, "event_ts": "1763466789.000200"}, said)
    assert not late(changed, said.model_copy(update={"bot_id": "B1"}))


@pytest.mark.parametrize(
    ("marked", "read"),
    [
        ("a &lt; b &amp;&amp; c &gt; d", "a < b && c > d"),
        ("&amp;lt;", "&lt;"),
        ("<@U1> and <@U2|bo> and <@U3>", "@Ana and @bo and @somebody"),
        ("<#C1|general> <#C2>", "#general #channel"),
        ("<!here> <!channel> <!subteam^S1|@ops> <!subteam^S2>", "@here @channel @ops @team"),
        ("<!date^1^{date}|1970-01-01>", "1970-01-01"),
        ("<https://a.example/?a=1&amp;b=2>", "https://a.example/?a=1&b=2"),
        ("<https://a.example|our page>", "our page (https://a.example)"),
        ("<mailto:a@b.example|a@b.example> <tel:+34600|+34 600>", "a@b.example +34 600 (+34600)"),
        ("1 < 2 <", "1 < 2 <"),
        ("*bold* _it_ `x <@U1>`", "*bold* _it_ `x @Ana`"),
    ],
)
def test_markup_is_read_as_its_writer_saw_it(marked: str, read: str) -> None:
    assert plain(marked, {"U1": "Ana"}) == read


def test_whom_a_message_calls_by_name_is_read_from_its_marks() -> None:
    assert mentioned("<@U1ANN> and <@U2BO|bo>: <@U1ANN> <#C1|x> <!here> @U3 &lt;@U4&gt;") == ["U1ANN", "U2BO"]
