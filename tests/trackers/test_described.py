"""Every call that our trackers make, held against what Atlassian and GitHub publish of their interfaces."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from handlers.tracking import Tracker
from prompts.report import bug as words
from tests.trackers.benches import Bench, bench, client
from tests.trackers.described import GITHUB, JIRA, Described

MARKER = "earshot-7"


def walked(side: Bench, tracker: Tracker) -> None:
    """Everything that a tracker is asked."""
    block = words.block("2 customers.", MARKER, "https://earshot.example/bugs/7")
    body = words.body("It stops. @kim <b>", "It ends.", "1. Open\n2. Export", "Chrome", block, ["no puedo *nada*"])
    assert tracker.check()
    tracker.wanted()
    bug = tracker.file(MARKER, "CSV export stops", body, 2, fields=chosen(tracker), repeated=True)
    assert tracker.find(MARKER)
    tracker.comment(bug.key, "earshot-comment-1", "Also in Firefox. (earshot-comment-1)")
    tracker.comment(bug.key, "earshot-comment-1", "Also in Firefox. (earshot-comment-1)", repeated=True)
    tracker.link(bug.key, words.block("9 customers.", MARKER, "https://earshot.example/bugs/7"))
    if side.attaches:
        tracker.attach(bug.key, "earshot-file-1", "screen.png", "image/png", b"\x89PNG")
    assert tracker.read(bug.key).said
    assert tracker.changed(datetime.now(UTC) - timedelta(minutes=1))


def chosen(tracker: Tracker) -> dict[str, str]:
    return {one.id: one.choices[0] if one.choices else "Blue" for one in tracker.wanted() if one.name == "Team"}


def calls(name: str) -> list[httpx2.Response]:
    """What the tracker of that name asked on its walk, each with its answer."""
    made: list[httpx2.Response] = []
    with bench(name) as side:
        if name == "jira":
            side.needs("Team")
        http = client(event_hooks={"response": [made.append]})
        walked(side, side.tracker(http=http))
        for one in made:
            one.read()
    return made


def wrong(described: Described, one: httpx2.Response, *, answer: bool) -> list[str]:
    asked, path = one.request, one.request.url.path
    is_json = asked.headers.get("content-type", "").startswith("application/json")
    body: Any = json.loads(asked.content) if is_json and asked.content else None
    found = described.sent(asked.method, path, dict(asked.url.params), body)
    if answer:
        found += described.answered(asked.method, path, one.status_code, one.json() if one.content else None)
    return [f"{asked.method} {path}: {what}" for what in found]


@pytest.mark.skipif(not JIRA.exists(), reason="needs Jira's OpenAPI file in ../shared, which is not shipped")
def test_every_call_to_jira_and_every_answer_of_its_stand_in_is_what_atlassian_describes() -> None:
    made, described = calls("jira"), Described(JIRA)
    assert {one.request.method for one in made} == {"GET", "POST", "PUT"}
    assert [what for one in made for what in wrong(described, one, answer=True)] == []
    assert described.sent("POST", "/rest/api/3/issue", {}, {"fields": {"summary": "x"}})
    assert described.sent("GET", "/rest/api/3/myself", {"who": "me"}, None) == ["?who is unknown"]


def test_every_call_to_github_is_what_github_describes() -> None:
    made, described = calls("github"), Described(GITHUB)
    assert {one.request.method for one in made} == {"GET", "POST", "PATCH"}
    assert [what for one in made for what in wrong(described, one, answer=False)] == []
    path = "/repos/acme/product/issues"
    assert described.sent("POST", path, {}, {"body": "without a title"})
    assert described.sent("POST", path, {}, {"title": "x", "severity": 1}) == ["severity is no field of it"]
    assert described.sent("GET", path, {"per_page": "many"}, None)
