"""What the doctor says of Slack."""

from collections.abc import Callable
from typing import Any

import pytest

from bot import settings
from bot.sandbox.chat.workspace import BOT_SCOPES
from bot.slack.checks import check
from tests.sandbox.wire import call
from tests.slack.conftest import CHANNEL

Ask = Callable[..., list[tuple[bool, str]]]


@pytest.fixture
def ask(slack_settings: dict[str, Any]) -> Ask:
    return lambda **changed: check(settings.read(_env_file=None, **{**slack_settings, **changed}))


@pytest.fixture
def full(chat: str) -> None:
    call("POST", f"{chat}/sandbox/workspace", {"scopes": [*BOT_SCOPES, "im:read", "mpim:history"]})


@pytest.mark.usefixtures("full")
def test_everything_is_fine(ask: Ask) -> None:
    lines = ask()
    assert all(fine for fine, _ in lines), lines
    assert any("#buffer" in words for _, words in lines)


def test_a_missing_scope_is_named_with_what_it_is_for(chat: str, ask: Ask) -> None:
    call("POST", f"{chat}/sandbox/workspace", {"scopes": [one for one in BOT_SCOPES if one != "users:read.email"]})
    wrong = [words for fine, words in ask() if not fine]
    assert len(wrong) == 1
    assert "users:read.email" in wrong[0]
    assert "install again" in wrong[0]


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"SLACK_BOT_TOKEN": None}, "SLACK_BOT_TOKEN"),
        ({"SLACK_BOT_TOKEN": "xoxb-wrong"}, "copy the token"),
        ({"SLACK_APP_TOKEN": "xapp-wrong"}, "connections:write"),
        ({"SLACK_APP_TOKEN": None, "SLACK_SIGNING_SECRET": None}, "Nothing can come in"),
        ({"slack_desk_channel": "C0NOWHERE1"}, "cannot be reached"),
        ({"slack_desk_channel": "C0FOREIGN1"}, "/invite"),
        ({"slack_desk_channel": CHANNEL}, "shared with others"),
        ({"slack_api_url": "http://127.0.0.1:9/api/"}, "cannot be reached"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(ask: Ask, changed: dict[str, Any], said: str) -> None:
    wrong = [words for fine, words in ask(**changed) if not fine]
    assert len(wrong) == 1, wrong
    assert said in wrong[0]
