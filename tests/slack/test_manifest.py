"""The manifest that people paste says what the code uses, neither less nor more."""

import re
from pathlib import Path
from typing import Any

import yaml

from bot.slack import app, checks, intake
from bot.slack.actions import marking
from prompts import marks
from prompts import slack as words

ROOT = Path(__file__).parents[2]
MANIFEST: dict[str, Any] = yaml.safe_load((ROOT / "slack-manifest.yaml").read_text(encoding="utf-8"))


def test_it_asks_for_the_scopes_that_are_needed_and_says_so_to_the_doctor() -> None:
    scopes = MANIFEST["oauth_config"]["scopes"]["bot"]
    assert scopes == sorted(scopes)
    assert set(scopes) == set(checks.SCOPES) | set(checks.NICE)


def test_it_subscribes_to_the_events_that_are_heard() -> None:
    events = {one.partition(".")[0] for one in MANIFEST["settings"]["event_subscriptions"]["bot_events"]}
    assert events == set(intake.KINDS)


def test_every_kind_of_message_has_the_scope_to_hear_it() -> None:
    kinds = {one.partition(".")[2] for one in MANIFEST["settings"]["event_subscriptions"]["bot_events"] if "." in one}
    assert {f"{kind}:history" for kind in kinds} <= set(MANIFEST["oauth_config"]["scopes"]["bot"])


def test_the_shortcuts_and_the_command_are_the_ones_that_are_answered() -> None:
    found = [(one["callback_id"], one["name"], one["type"]) for one in MANIFEST["features"]["shortcuts"]]
    assert found == [
        (app.SHORTCUT, words.SHORTCUT, "message"),
        (marking.KEEP, marks.KEEP, "message"),
        (marking.LINK, marks.LINK, "message"),
        (app.REPORT, words.REPORT_SHORTCUT, "global"),
    ]
    (command,) = MANIFEST["features"]["slash_commands"]
    assert command["command"] == app.COMMAND
    assert MANIFEST["settings"]["socket_mode_enabled"] is True
    assert MANIFEST["settings"]["interactivity"]["is_enabled"] is True


def test_what_guests_can_read_of_it_holds_no_internal_word() -> None:
    shown = str(MANIFEST["features"]) + str(MANIFEST["display_information"])
    assert re.findall(r"flag|buffer|queue|note|listener|high.maintenance|triage|escalat", shown, re.IGNORECASE) == []


def test_it_keeps_slacks_limits() -> None:
    assert len(MANIFEST["display_information"]["name"]) <= 35
    assert len(MANIFEST["display_information"]["description"]) <= 140
    assert all(len(one["name"]) <= 24 for one in MANIFEST["features"]["shortcuts"])
    assert all(len(one["description"]) <= 150 for one in MANIFEST["features"]["shortcuts"])
