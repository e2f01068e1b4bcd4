"""Real webhook payloads, where they are at hand: nothing crashes, and every status change is read right."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.trackers.github import hooks as github
from bot.trackers.jira import hooks as jira

PAYLOADS = Path(__file__).parents[3] / "shared" / "data" / "payloads"
pytestmark = pytest.mark.skipif(not PAYLOADS.exists(), reason="needs the payloads in ../shared, which are not shipped")

MEANT = {
    "issue-updated-reopened": "new",
    "issue-updated-reopened-one-changelog": "new",
    "issue-updated-resolved": "fixed",
    "issue-updated-resolved-one-changelog": "fixed",
    "issue-updated-started-working": "in_progress",
    "server-issue-updated-closed": "fixed",
    "server-issue-updated-in-progress": "in_progress",
    "server-issue-updated-reopened": "new",
    "server-issue-updated-resolved": "fixed",
}
"""The Jira payloads that tell of a status or resolution."""


def test_every_jira_payload_is_read_and_every_status_change_right() -> None:
    files = sorted((PAYLOADS / "jira").glob("*.json"))
    read, moved, said, gone = 0, {}, 0, 0
    for file in files:
        told = json.loads(file.read_text())
        news = jira.read(told, "d", "https://jira.example", None)
        assert news.key or news.id, file.name
        assert not news.ignored
        items = (told.get("changelog") or {}).get("items", [])
        if any(one.get("field") in ("status", "resolution") for one in items):
            assert news.bug is not None
            moved[file.stem.removeprefix("webhook-")] = news.bug.state
        said += len(news.said)
        gone += news.gone
        read += 1
    assert read == 55
    assert moved == MEANT
    assert gone == 1
    assert said == sum("comment" in json.loads(file.read_text()) for file in files)


def test_every_github_payload_is_read() -> None:
    read: list[tuple[str, Any]] = []
    for event in ("issues", "issue_comment"):
        for told in json.loads((PAYLOADS / "github" / f"{event}.json").read_text()):
            news = github.read(told, event, "d", "octocat/hello-world", None)
            assert news.ignored or news.key
            if news.bug is not None:
                closed = told["issue"]["state"] == "closed"
                assert (news.bug.state in ("fixed", "declined", "duplicate")) is closed
            assert len(news.said) == ("comment" in told and not news.ignored)
            read.append((told["action"], news))
    assert len(read) == 38
    assert {action for action, news in read if news.gone} == {"deleted"}
    (moved,) = [news for action, news in read if action == "transferred"]
    assert moved.was
    assert moved.was != moved.key
