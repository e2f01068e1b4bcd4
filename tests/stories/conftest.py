"""The sample company lived through once, what it says on Slack going to the stand-in chat over HTTP."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from bot import settings, wiring
from bot.replay import cast
from bot.replay.play import Play
from bot.replay.times import Clock
from bot.replay.turns import Turns
from bot.sandbox.chat import BOT_TOKEN, app
from bot.sandbox.company.load import Company, load
from bot.sandbox.serve import running
from bot.slack.calls.pace import Pace
from bot.slack.calls.web_api import WebApi
from bot.slack.client import SlackChannel
from bot.web.app import create
from bot.wiring import Earshot
from handlers.outside import Outside
from storage.accounts import access
from tests.sandbox.wire import call

NOW = datetime(2026, 11, 18, 15, 40, tzinfo=UTC)
DESK, DIGEST = "CDESK00001", "CDIGEST001"
LOCALES = {"en": "en-GB", "es": "es-ES", "ja": "ja-JP"}


@dataclass
class Lived:
    """Six weeks that end on a Wednesday afternoon, and the doors to look in by."""

    company: Company
    earshot: Earshot
    turns: Turns
    messages: list[dict[str, Any]]
    calls: list[dict[str, Any]]
    secret: str

    def browser(self, **headers: str) -> TestClient:
        """Somebody outside."""
        home = self.earshot.settings.base_url
        return TestClient(create(self.earshot), base_url=home, headers=headers, follow_redirects=False)


def channel_of(company: Company, key: str) -> str:
    """A customer's channel as Slack names it."""
    return cast.slack_place(company, key).rpartition("/")[2]


def furnish(chat: str, company: Company) -> None:
    """Everybody of the sample and every channel, in the stand-in."""
    known = cast.profiles(company)
    language = {person.email: one.language for one in company.customers for person in one.people}
    users = [
        {
            "id": slack_id.rpartition("/")[2],
            "real_name": profile.name,
            "email": profile.email,
            "team_id": "TTHEIRS001",
            "is_stranger": True,
            "locale": LOCALES[language[profile.email or ""]],
        }
        for slack_id, profile in known.items()
    ]
    shared = [
        {"id": channel_of(company, one.key), "name": one.slack_channel, "is_ext_shared": True}
        for one in company.customers
        if one.slack_channel
    ]
    ours = [{"id": DESK, "name": "desk", "is_private": True}, {"id": DIGEST, "name": "weekly", "is_private": True}]
    call("POST", f"{chat}/sandbox/workspace", {"users": users, "channels": [*shared, *ours]})


@pytest.fixture(scope="session")
def lived(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    """The sample company, lived through; its chat is read out and closed."""
    path = tmp_path_factory.mktemp("story") / "sample.db"
    shutil.copy(sqlite_template, path)
    company, clock = load(), Clock(NOW)
    read = settings.read(
        database_url=f"sqlite:///{path}",
        slack_desk_channel=f"{cast.TEAM}/{DESK}",
        digest_slack_channel=f"{cast.TEAM}/{DIGEST}",
        _env_file=None,
    )
    earshot = wiring.wire(read, inline=True, outside=Outside(), clock=clock)
    with running(app()) as chat:
        furnish(chat, company)
        play = Play(earshot, company, clock, NOW)
        earshot.outside.channels["slack"] = SlackChannel(WebApi(BOT_TOKEN, f"{chat}/api/"), Pace(seconds=0.0))
        turns = play.run()
        messages = call("GET", f"{chat}/sandbox/messages", timeout=60).body["messages"]
        calls = call("GET", f"{chat}/sandbox/calls", timeout=60).body["calls"]
    with earshot.work() as uow:
        secret = access.issue_key(uow.db, cast.API_SOURCE, NOW)
    yield Lived(company, earshot, turns, messages, calls, secret)
    earshot.close()
