import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.chat import BOT_TOKEN, BOT_USER, GENERAL, app
from bot.sandbox.chat.views import new_trigger
from bot.sandbox.serve import running, started
from tests.sandbox.wire import call

MODAL = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Reply"},
    "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "Hello"}}],
}


@pytest.fixture
def chat() -> Iterator[str]:
    with running(app()) as address:
        yield address


def ask(address: str, method: str, token: str = BOT_TOKEN, **arguments: Any) -> dict[str, Any]:
    """What slack_sdk's own client gets."""

    async def once() -> dict[str, Any]:
        client = AsyncWebClient(token=token, base_url=f"{address}/api/", trust_env_in_session=False)
        try:
            answer = await client.api_call(method, json=arguments)
        except SlackApiError as refused:
            answer = refused.response
        assert isinstance(answer.data, dict)
        return answer.data

    return asyncio.run(once())


def refusal(address: str, method: str, token: str = BOT_TOKEN, **arguments: Any) -> str:
    answer = ask(address, method, token, **arguments)
    assert answer["ok"] is False
    return str(answer["error"])


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def test_the_clients_own_methods_work_against_the_stand_in(chat: str) -> None:
    async def walk() -> None:
        client = AsyncWebClient(token=BOT_TOKEN, base_url=f"{chat}/api/")
        who = await client.auth_test()
        assert who["user_id"] == BOT_USER
        assert "chat:write" in who.headers["x-oauth-scopes"].split(",")
        first = await client.chat_postMessage(channel=GENERAL, text="one", blocks=[section("one")])
        await client.chat_postMessage(
            channel=GENERAL, text="two", thread_ts=first["ts"], username="Ana", icon_emoji=":a:"
        )
        await client.chat_update(channel=GENERAL, ts=first["ts"], text="uno")
        await client.reactions_add(channel=GENERAL, timestamp=first["ts"], name="eyes")
        thread = await client.conversations_replies(channel=GENERAL, ts=first["ts"])
        root, reply = thread["messages"]
        assert (root["text"], root["reply_count"], root["reactions"][0]["name"]) == ("uno", 1, "eyes")
        assert "blocks" not in root
        assert (reply["username"], reply["subtype"]) == ("Ana", "bot_message")
        history = await client.conversations_history(channel=GENERAL)
        assert [one["text"] for one in history["messages"]] == ["uno"]
        link = await client.chat_getPermalink(channel=GENERAL, message_ts=reply["ts"])
        assert call("GET", link["permalink"]).body["messages"][0]["text"] == "uno"
        assert (await client.team_info())["team"]["name"] == "Sandbox"
        assert (await client.conversations_info(channel=GENERAL))["channel"]["name"] == "general"
        assert [one["id"] for one in (await client.conversations_list())["channels"]] == [GENERAL]
        assert (await client.conversations_members(channel=GENERAL))["members"] == [BOT_USER]
        assert len((await client.users_list())["members"]) == 1

    asyncio.run(walk())


def test_metadata_comes_back_only_when_asked_for(chat: str) -> None:
    marker = {"event_type": "earshot_ticket", "event_payload": {"ticket": 7}}
    ts = ask(chat, "chat.postMessage", channel=GENERAL, text="received", metadata=marker)["ts"]
    plain = ask(chat, "conversations.replies", channel=GENERAL, ts=ts)["messages"][0]
    full = ask(chat, "conversations.replies", channel=GENERAL, ts=ts, include_all_metadata=True)["messages"][0]
    assert "metadata" not in plain
    assert full["metadata"] == marker
    assert refusal(chat, "chat.postMessage", channel=GENERAL, text="x", metadata={"event_type": "x"}) == (
        "invalid_metadata_schema"
    )
    heavy = {"event_type": "x", "event_payload": {"a": "b" * 9000}}
    assert refusal(chat, "chat.postMessage", channel=GENERAL, text="x", metadata=heavy) == "metadata_too_large"


def test_a_long_thread_is_read_in_pages_without_losing_or_repeating_a_message(chat: str) -> None:
    ts = ask(chat, "chat.postMessage", channel=GENERAL, text="0")["ts"]
    for number in range(1, 8):
        ask(chat, "chat.postMessage", channel=GENERAL, text=str(number), thread_ts=ts)
    seen, cursor = [], ""
    while True:
        page = ask(chat, "conversations.replies", channel=GENERAL, ts=ts, limit=3, cursor=cursor)
        seen += [message["text"] for message in page["messages"]]
        cursor = page["response_metadata"]["next_cursor"]
        if not page["has_more"]:
            break
    assert seen == [str(number) for number in range(8)]
    assert refusal(chat, "conversations.replies", channel=GENERAL, ts=ts, cursor="%%%") == "invalid_cursor"
    assert refusal(chat, "conversations.replies", channel=GENERAL, ts="1.000000") == "thread_not_found"


def test_it_refuses_with_slacks_own_codes(chat: str) -> None:
    assert refusal(chat, "auth.test", token="xoxb-wrong") == "invalid_auth"
    assert call("POST", f"{chat}/api/auth.test", {}).body == {"ok": False, "error": "not_authed"}
    assert refusal(chat, "chat.postMessage", channel="C0NOWHERE1", text="x") == "channel_not_found"
    assert refusal(chat, "chat.postMessage", channel=GENERAL) == "no_text"
    assert refusal(chat, "chat.postMessage", channel=GENERAL, text="x" * 40_001) == "msg_too_long"
    assert refusal(chat, "users.info", user="U0NOBODY") == "user_not_found"
    assert refusal(chat, "users.lookupByEmail", email="nobody@example.com") == "users_not_found"
    assert refusal(chat, "no.such") == "unknown_method"
    ts = ask(chat, "chat.postMessage", channel=GENERAL, text="x")["ts"]
    assert refusal(chat, "chat.update", channel=GENERAL, ts=ts, text="é" * 2_001) == "msg_too_long"
    assert refusal(chat, "apps.connections.open") == "not_allowed_token_type"
    raw = call("POST", f"{chat}/api/chat.postMessage", b"{not json", {"authorization": f"Bearer {BOT_TOKEN}"})
    assert raw.body["error"] == "invalid_json"


def test_a_missing_scope_is_named_and_hides_what_it_protects(chat: str) -> None:
    person = {"id": "U0ANA", "email": "Ana@Example.com", "real_name": "Ana", "tz": "Asia/Tokyo"}
    call("POST", f"{chat}/sandbox/workspace", {"users": [person]})
    assert ask(chat, "users.lookupByEmail", email="ana@example.com")["user"]["id"] == "U0ANA"
    call("POST", f"{chat}/sandbox/workspace", {"scopes": ["chat:write", "users:read"]})
    answer = ask(chat, "users.lookupByEmail", email="ana@example.com")
    assert (answer["error"], answer["needed"]) == ("missing_scope", "users:read.email")
    assert "email" not in ask(chat, "users.info", user="U0ANA")["user"]["profile"]
    assert refusal(chat, "chat.postMessage", channel=GENERAL, text="x", username="Ana") == "missing_scope"


def test_channels_the_app_is_not_in_are_closed_to_it(chat: str) -> None:
    channels = [
        {"id": "C0PUBLIC1", "is_member": False},
        {"id": "C0SECRET1", "is_member": False, "is_private": True},
        {"id": "C0OLD0001", "is_archived": True},
    ]
    call("POST", f"{chat}/sandbox/workspace", {"channels": channels})
    assert ask(chat, "chat.postMessage", channel="C0PUBLIC1", text="x")["ok"]
    assert refusal(chat, "conversations.history", channel="C0PUBLIC1") == "not_in_channel"
    assert refusal(chat, "chat.postMessage", channel="C0SECRET1", text="x") == "channel_not_found"
    assert refusal(chat, "chat.postMessage", channel="C0OLD0001", text="x") == "is_archived"


def test_one_post_a_second_a_channel_when_the_limit_is_on(chat: str) -> None:
    call(
        "POST",
        f"{chat}/sandbox/workspace",
        {"rate_limit": {"per_channel_seconds": 60}, "channels": [{"id": "C0OTHER01"}]},
    )
    token = {"authorization": f"Bearer {BOT_TOKEN}"}
    posts = [call("POST", f"{chat}/api/chat.postMessage", {"channel": GENERAL, "text": "x"}, token) for _ in range(2)]
    assert [post.status for post in posts] == [200, 429]
    assert posts[1].body["error"] == "ratelimited"
    assert 1 <= int(posts[1].headers["retry-after"]) <= 60
    assert call("POST", f"{chat}/api/chat.postMessage", {"channel": "C0OTHER01", "text": "x"}, token).status == 200
    assert len(call("GET", f"{chat}/sandbox/messages").body["messages"]) == 2


def test_only_the_person_addressed_sees_an_ephemeral_message(chat: str) -> None:
    call("POST", f"{chat}/sandbox/workspace", {"users": [{"id": "U0ANA"}]})
    assert ask(chat, "chat.postEphemeral", channel=GENERAL, user="U0ANA", text="only you")["message_ts"]
    assert ask(chat, "conversations.history", channel=GENERAL)["messages"] == []
    assert call("GET", f"{chat}/sandbox/messages").body["messages"][0]["to"] == "U0ANA"
    direct = ask(chat, "chat.postMessage", channel="U0ANA", text="hello")
    assert direct["channel"] == "D0ANA"


def test_a_modal_opens_once_per_trigger_and_within_three_seconds(chat: str) -> None:
    trigger = new_trigger()
    view = ask(chat, "views.open", trigger_id=trigger, view=MODAL)["view"]
    assert refusal(chat, "views.open", trigger_id=trigger, view=MODAL) == "exchanged_trigger_id"
    assert refusal(chat, "views.open", trigger_id="1700000000000.1.ab", view=MODAL) == "expired_trigger_id"
    assert refusal(chat, "views.open", trigger_id="nonsense", view=MODAL) == "invalid_trigger_id"
    changed = ask(chat, "views.update", view_id=view["id"], hash=view["hash"], view=MODAL)["view"]
    assert changed["hash"] != view["hash"]
    assert refusal(chat, "views.update", view_id=view["id"], hash=view["hash"], view=MODAL) == "hash_conflict"
    for _ in range(2):
        assert ask(chat, "views.push", trigger_id=new_trigger(), view=MODAL)["view"]["root_view_id"] == view["id"]
    assert refusal(chat, "views.push", trigger_id=new_trigger(), view=MODAL) == "push_limit_reached"


def test_a_home_tab_is_published_per_person_and_replaced(chat: str) -> None:
    call("POST", f"{chat}/sandbox/workspace", {"users": [{"id": "U0ANA"}]})
    home = {"type": "home", "blocks": [section("old")]}
    ask(chat, "views.publish", user_id="U0ANA", view=home)
    ask(chat, "views.publish", user_id="U0ANA", view=home | {"blocks": [section("new")]})
    (view,) = call("GET", f"{chat}/sandbox/views").body["views"]
    assert (view["user"], view["blocks"][0]["text"]["text"]) == ("U0ANA", "new")
    assert refusal(chat, "views.publish", user_id="U0NOBODY", view=home) == "invalid_arguments"


def test_what_was_recorded_outlives_the_stand_in(tmp_path: Path) -> None:
    state = tmp_path / "chat.db"
    with started("chat", state) as (program, address):
        call("POST", f"{address}/sandbox/workspace", {"channels": [{"id": "C0KEPT001"}]})
        ts = ask(address, "chat.postMessage", channel="C0KEPT001", text="kept")["ts"]
        program.kill()
        program.wait()
    with running(app(state)) as address:
        (message,) = call("GET", f"{address}/sandbox/messages").body["messages"]
        assert (message["ts"], message["text"]) == (ts, "kept")
        calls = call("GET", f"{address}/sandbox/calls?path=postMessage").body["calls"]
        assert [(one["method"], one["outcome"]) for one in calls] == [("chat.postMessage", "ok")]


def test_people_write_too_and_the_same_message_is_kept_once(chat: str) -> None:
    words = {"channel": GENERAL, "user": "U0ANA", "text": "it hangs", "ts": "1700000000.000100"}
    assert [call("POST", f"{chat}/sandbox/messages", words).status for _ in range(2)] == [201, 200]
    ask(chat, "chat.postMessage", channel=GENERAL, text="received", thread_ts=words["ts"])
    by_app = call("GET", f"{chat}/sandbox/messages?by=app&thread_ts={words['ts']}").body["messages"]
    assert [message["text"] for message in by_app] == ["received"]
    call("DELETE", f"{chat}/sandbox/messages")
    assert call("GET", f"{chat}/sandbox/messages").body["messages"] == []


def test_an_answer_to_a_response_url_is_recorded(chat: str) -> None:
    call("POST", f"{chat}/respond/abc", {"text": "done", "response_type": "ephemeral"})
    (message,) = call("GET", f"{chat}/sandbox/messages?channel=respond:abc").body["messages"]
    assert message["text"] == "done"
