"""The digest in Slack: its chart as a picture, its themes with a place to answer."""

from typing import Any

from bot.sandbox.chat import BOT_TOKEN, TEAM_ID
from bot.slack.calls.pace import Pace
from bot.slack.calls.web_api import WebApi
from bot.slack.client import SlackChannel
from handlers.outside import Intent
from prompts.report.slack_digest import as_slack
from storage.insights import digests, reactions, themes
from storage.insights.digests import Digest
from storage.insights.themes import Theme
from tests.sandbox.wire import call
from tests.slack.conftest import CHANNEL, Town

THEME: dict[str, Any] = {
    "id": 1, "title": "Exports hang", "trend": "growing", "customers": 4, "complaints": 6, "unflagged_customers": 3,
    "contract_value": 1000.0, "before": [0, 1, 1, 2], "heard": 4, "quotes": [], "bugs": [],
}  # fmt: skip
WEEK = {"week": "2026-W46", "from": "2026-11-09", "to": "2026-11-15", "totals": {}, "themes": [THEME]}


def post(chat: str) -> list[dict[str, Any]]:
    """The digest's head as it stands in the channel."""
    channel = SlackChannel(WebApi(BOT_TOKEN, f"{chat}/api/", timeout=5), Pace(seconds=0.0))
    channel.say(
        Intent(id=1, key="digest:2026-W46", purpose="digest", audience="staff", door="slack", attempts=1,
               place=f"slack:{TEAM_ID}/{CHANNEL}", text="The week", blocks=as_slack(WEEK))
    )  # fmt: skip
    [said] = call("GET", f"{chat}/sandbox/messages?channel={CHANNEL}&by=app").body["messages"]
    blocks: list[dict[str, Any]] = said["blocks"]
    return blocks


def test_the_chart_is_a_picture_that_slack_keeps(chat: str) -> None:
    [picture] = [one for one in post(chat) if one["type"] == "image"]
    assert picture["slack_file"]["id"].startswith("F")
    assert "customers a week, oldest first: 0, 1, 1, 2, now 4" in picture["alt_text"]


def test_where_pictures_are_not_permitted_the_words_stand_alone(chat: str) -> None:
    call("POST", f"{chat}/sandbox/workspace", {"scopes": ["chat:write", "channels:history", "chat:write.public"]})
    assert [one["type"] for one in post(chat)] == ["header", "context", "section"]


def test_engineers_answer_with_one_press_and_name_a_version_in_a_modal(town: Town) -> None:
    with town.earshot.work() as uow:
        themes.add(uow.db, Theme(name="Exports hang", kind="bug", created_at=uow.now()))
        digests.keep(uow.db, Digest(week="2026-W46", content=WEEK, created_at=uow.now()))
    assert town.press("known:1", value="2026-W46").accepted
    with town.earshot.work() as uow:
        assert [one.said for one in reactions.of_week(uow.db, 1, "2026-W46")] == ["known"]
    town.press("fixed:1", value="2026-W46")
    assert town.submit(town.modal(), version="4.2") is None
    with town.earshot.work() as uow:
        [one] = reactions.of_week(uow.db, 1, "2026-W46")
        assert (one.said, one.version) == ("fixed", "4.2")
