"""What goes out to Slack: once, in the right thread, under the right name, harmless, and at Slack's pace."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from bot.sandbox.chat import BOT_TOKEN, TEAM_ID
from bot.sandbox.chat.workspace import BOT_SCOPES
from bot.slack.calls.pace import Pace
from bot.slack.calls.web_api import WebApi
from bot.slack.client import EVENT_TYPE, SlackChannel, marker
from handlers.errors import Refused, Unavailable
from handlers.outside import Intent
from prompts.card import Card
from tests.sandbox.wire import call
from tests.slack.conftest import ANA, CHANNEL, DESK, MARA

ROOT = "1763456789.000200"


def meant(**more: Any) -> Intent:
    usual: dict[str, Any] = {
        "id": 1, "key": "ack:1", "purpose": "acknowledgement", "audience": "customer", "door": "slack",
        "place": f"slack:{TEAM_ID}/{CHANNEL}", "thread": f"{TEAM_ID}/{CHANNEL}/{ROOT}", "text": "We have it.", "attempts": 1,
    }  # fmt: skip
    return Intent(**{**usual, **more})


@pytest.fixture
def new_channel(chat: str) -> Callable[[], SlackChannel]:
    """A channel as a freshly started program has it."""
    call("POST", f"{chat}/sandbox/messages", {"channel": CHANNEL, "user": ANA.user, "text": "It hangs", "ts": ROOT})
    return lambda: SlackChannel(WebApi(BOT_TOKEN, f"{chat}/api/", timeout=2), Pace(seconds=0.0))


@pytest.fixture
def channel(new_channel: Callable[[], SlackChannel]) -> SlackChannel:
    return new_channel()


def said(chat: str, where: str = CHANNEL) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = call("GET", f"{chat}/sandbox/messages?channel={where}&by=app").body["messages"]
    return found


def fault(chat: str, **how: Any) -> None:
    call("POST", f"{chat}/sandbox/faults", how)


def test_it_is_said_in_the_thread_with_a_mark_that_says_nothing(chat: str, channel: SlackChannel) -> None:
    receipt = channel.say(meant(key="reply:17:internal-note"))
    (one,) = said(chat)
    assert (one["ts"], one["thread_ts"], one["text"]) == (receipt, ROOT, "We have it.")
    found = call("POST", f"{chat}/api/conversations.replies", {"channel": CHANNEL, "ts": ROOT, "include_all_metadata": True},
                 {"authorization": f"Bearer {BOT_TOKEN}"})  # fmt: skip
    metadata = found.body["messages"][1]["metadata"]
    assert metadata == {"event_type": EVENT_TYPE, "event_payload": {"id": marker("reply:17:internal-note")}}
    assert "note" not in str(metadata)


def test_customers_words_ping_nobody_and_forge_no_link(chat: str, channel: SlackChannel) -> None:
    channel.say(meant(text="You wrote: <!here> @channel <https://evil.example|bank> & <@U1>"))
    text = said(chat)[0]["text"]
    assert "<" not in text
    assert ">" not in text
    assert "&lt;!here&gt;" in text
    assert "@channel" not in text


def test_a_person_answers_under_their_name(chat: str, channel: SlackChannel) -> None:
    channel.say(meant(author="Mara Lind"))
    assert said(chat)[0]["username"] == "Mara Lind"


def test_where_names_are_not_permitted_the_name_stands_before_the_text(chat: str, channel: SlackChannel) -> None:
    scopes = [one for one in BOT_SCOPES if one != "chat:write.customize"]
    call("POST", f"{chat}/sandbox/workspace", {"scopes": scopes})
    channel.say(meant(author="Mara Lind"))
    channel.say(meant(author="Mara Lind", key="reply:2"))
    assert [one["text"] for one in said(chat)] == ["*Mara Lind:* We have it."] * 2


def test_an_answer_lost_on_the_way_is_found_again_and_not_repeated(chat: str, channel: SlackChannel) -> None:
    fault(chat, match="chat.postMessage", drop_after_commit=True, times=1)
    with pytest.raises(Unavailable):
        channel.say(meant())
    receipt = channel.say(meant(attempts=2, repeated=True))
    assert [one["ts"] for one in said(chat)] == [receipt]


def test_a_program_started_again_finds_what_the_last_one_said(
    chat: str, new_channel: Callable[[], SlackChannel]
) -> None:
    first = new_channel().say(meant())
    assert new_channel().say(meant(attempts=2, repeated=True)) == first
    in_channel = meant(key="other", thread=None)
    second = new_channel().say(in_channel)
    assert new_channel().say(in_channel.model_copy(update={"repeated": True})) == second
    assert len(said(chat)) == 2


def test_the_mark_is_found_in_a_long_thread(chat: str, new_channel: Callable[[], SlackChannel]) -> None:
    for number in range(450):
        reply = {
            "channel": CHANNEL,
            "user": ANA.user,
            "text": "and",
            "thread_ts": ROOT,
            "ts": f"1763456790.{number:06d}",
        }
        call("POST", f"{chat}/sandbox/messages", reply)
    first = new_channel().say(meant())
    assert new_channel().say(meant(repeated=True)) == first


def test_many_threads_meaning_the_same_say_it_once(chat: str, channel: SlackChannel) -> None:
    receipts: list[str] = []
    threads = [threading.Thread(target=lambda: receipts.append(channel.say(meant()))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(receipts)) == 1
    assert len(said(chat)) == 1


def card(**more: Any) -> Intent:
    facts = Card(ticket=7, reference="ES-1007", gist="It hangs", kind="bug", severity=2, **more)
    return meant(
        key="card:7", purpose="card", audience="staff", place=f"slack:{TEAM_ID}/{DESK}", thread=None, text="*ES-1007*",
        blocks=[facts.model_dump(mode="json")],
    )  # fmt: skip


def test_a_card_is_changed_in_its_place(chat: str, channel: SlackChannel) -> None:
    receipt = channel.say(card())
    again = card(assignee="Mara").model_copy(update={"receipt": receipt, "attempts": 2})
    assert channel.say(again) == receipt
    (one,) = said(chat, DESK)
    assert "Mara has it" in str(one["blocks"])


def test_an_older_wording_that_comes_late_does_not_replace_a_newer(chat: str, channel: SlackChannel) -> None:
    newer = card(assignee="Mara").model_copy(update={"attempts": 2})
    receipt = channel.say(newer)
    assert channel.say(card()) == receipt
    assert "Mara has it" in str(said(chat, DESK)[0]["blocks"])


def test_a_card_that_somebody_deleted_is_shown_anew(chat: str, channel: SlackChannel) -> None:
    receipt = channel.say(card())
    call("POST", f"{chat}/api/chat.delete", {"channel": DESK, "ts": receipt}, {"authorization": f"Bearer {BOT_TOKEN}"})
    again = card(assignee="Mara").model_copy(update={"receipt": receipt, "attempts": 2})
    assert channel.say(again) != receipt
    assert len(said(chat, DESK)) == 1


def test_an_alert_reaches_a_person_with_a_button_until_it_is_confirmed(chat: str, channel: SlackChannel) -> None:
    alert = meant(
        key="alert:3:0:slack", purpose="alert", audience="staff", place=f"slack:{TEAM_ID}/{MARA.user}", thread=None,
        text="<@U1> *Outage*", blocks=[{"alert": 3, "state": "open"}],
    )  # fmt: skip
    receipt = channel.say(alert)
    direct = f"D{MARA.user[1:]}"
    assert "confirm:3" in str(said(chat, direct)[0]["blocks"])
    done = {
        "receipt": receipt,
        "attempts": 2,
        "blocks": [{"alert": 3, "state": "confirmed"}],
        "text": "*Outage* Mara has it",
    }
    channel.say(alert.model_copy(update=done))
    (one,) = said(chat, direct)
    assert "confirm:3" not in str(one["blocks"])


@pytest.mark.parametrize(
    ("where", "why"),
    [("C0FOREIGN1", "invite"), ("C0ARCHIVE1", "archived"), ("C0NOWHERE1", "gone, or private")],
)
def test_what_slack_refuses_for_good_is_refused_in_plain_words(
    chat: str, channel: SlackChannel, where: str, why: str
) -> None:
    scopes = [one for one in BOT_SCOPES if one != "chat:write.public"]
    call("POST", f"{chat}/sandbox/workspace", {"scopes": scopes})
    with pytest.raises(Refused, match=f"(?i){why}"):
        channel.say(meant(place=f"slack:{TEAM_ID}/{where}", thread=None))


def test_a_text_too_long_is_refused(channel: SlackChannel) -> None:
    with pytest.raises(Refused, match="too long"):
        channel.say(meant(text="&" * 12_000))


@pytest.mark.parametrize(
    "how", [{"status": 503}, {"drop": True}, {"answer": "html"}, {"answer": "malformed"}, {"hang_seconds": 5.0}]
)
def test_a_slack_that_does_not_answer_is_tried_again(chat: str, channel: SlackChannel, how: dict[str, Any]) -> None:
    fault(chat, match="chat.postMessage", times=1, **how)
    with pytest.raises(Unavailable) as failure:
        channel.say(meant())
    assert failure.value.retry_after is None
    channel.say(meant(attempts=2, repeated=True))
    assert len(said(chat)) == 1


def test_a_pause_that_slack_asks_for_is_kept(chat: str, channel: SlackChannel) -> None:
    fault(chat, match="chat.postMessage", status=429, retry_after=7, times=1)
    with pytest.raises(Unavailable) as pause:
        channel.say(meant())
    assert pause.value.retry_after == 7
    with pytest.raises(Unavailable):
        channel.say(meant(key="ack:2"))
    channel.say(meant(key="ack:3", place=f"slack:{TEAM_ID}/{DESK}", thread=None))
    assert len(said(chat)) == 0
    assert len(said(chat, DESK)) == 1


def test_a_token_that_is_not_taken_any_more_loses_nothing(chat: str) -> None:
    channel = SlackChannel(WebApi("xoxb-old", f"{chat}/api/"), Pace(seconds=0.0))
    with pytest.raises(Unavailable, match="doctor"):
        channel.say(meant())


def test_who_somebody_is(channel: SlackChannel) -> None:
    ana = channel.profile(f"T0/{ANA.user}")
    assert ana is not None
    assert (ana.name, ana.email, ana.team, ana.bot, ana.language) == (
        "Ana Ruiz",
        "ana@acme.example",
        ANA.team,
        False,
        "en",
    )
    assert channel.profile("T0/U0NOBODY01") is None


def test_where_slack_is_not_there_it_is_tried_again() -> None:
    channel = SlackChannel(WebApi(BOT_TOKEN, "http://127.0.0.1:9/api/", timeout=1))
    with pytest.raises(Unavailable):
        channel.say(meant())
