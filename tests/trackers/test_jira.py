"""Jira, asked over real HTTP: filed once whatever happens to the answer, and every failure a sentence."""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from bot import settings, trackers
from bot.sandbox.serve import running
from bot.sandbox.tracker import API_TOKEN, EMAIL, PROJECT, app
from bot.trackers.jira import Jira
from bot.trackers.jira.rich_text import document
from handlers.errors import Refused, Unavailable
from handlers.tracking import FiledBug, Tracker
from prompts.report import bug as words
from tests.sandbox.wire import call

MARKER = "earshot-7"
BODY = "It stops at 90 %.\n\n## How to get there\n1. Open a report\n2. Export it\n\n## In customers' words\n> no puedo exportar *nada*"


class Hands:
    """A clock that only moves when told."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def site() -> Iterator[str]:
    with running(app()) as address:
        yield address


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def tracker(site: str, clock: Hands) -> Jira:
    return connected(site, now=clock)


def connected(site: str, **more: Any) -> Jira:
    usual: dict[str, Any] = {"email": EMAIL, "token": API_TOKEN, "project": PROJECT, "timeout_seconds": 2.0}
    return Jira(site, http=httpx2.Client(trust_env=False), **{**usual, **more})


def filed(tracker: Tracker, marker: str = MARKER, *, repeated: bool = False) -> FiledBug:
    return tracker.file(marker, "CSV export stops at 90 %", BODY, 2, repeated=repeated)


def spoil(site: str, match: str = "/issue", **fault: object) -> None:
    call("POST", f"{site}/sandbox/faults", {"match": match, "method": "POST", "times": 1, **fault})


def kept(site: str) -> list[Any]:
    found: list[Any] = call("GET", f"{site}/sandbox/issues").body["issues"]
    return found


def test_a_bug_is_filed_with_its_text_and_marker_and_found_again(tracker: Jira, site: str) -> None:
    bug = filed(tracker)
    (issue,) = kept(site)
    assert (bug.key, bug.url, bug.state) == (issue["key"], f"{site}/browse/{issue['key']}", "new")
    assert issue["fields"]["summary"] == "CSV export stops at 90 %"
    assert MARKER in issue["fields"]["labels"]
    assert "no puedo exportar *nada*" in issue["description_text"]
    found = tracker.find(MARKER)
    assert found is not None
    assert (found.key, found.id, found.url) == (bug.key, bug.id, bug.url)
    assert tracker.find("earshot-8") is None


def test_its_state_is_read_from_the_workflow(tracker: Jira, site: str) -> None:
    bug = filed(tracker)
    http = httpx2.Client(trust_env=False, auth=(EMAIL, API_TOKEN))
    for transition, state in (("21", "in_progress"), ("41", "fixed"), ("11", "new")):
        moved = http.post(f"{site}/rest/api/3/issue/{bug.key}/transitions", json={"transition": {"id": transition}})
        assert moved.status_code == 204
        found = tracker.find(MARKER)
        assert found is not None
        assert found.state == state


def test_while_the_search_lags_a_lost_bug_is_looked_for_and_not_filed_again(
    tracker: Jira, site: str, clock: Hands
) -> None:
    call("POST", f"{site}/sandbox/settings", {"index_delay_seconds": 3600})
    spoil(site, drop_after_commit=True)
    for attempt in range(3):
        with pytest.raises(Unavailable):
            filed(tracker, repeated=attempt > 0)
        clock.seconds += 15
    assert len(kept(site)) == 1
    call("POST", f"{site}/sandbox/settings", {"index_delay_seconds": 0})
    assert filed(tracker, repeated=True).key == kept(site)[0]["key"]


def test_after_a_restart_in_the_middle_of_filing_it_is_looked_for_first(tracker: Jira, site: str, clock: Hands) -> None:
    with pytest.raises(Unavailable, match="may have this bug already"):
        filed(tracker, repeated=True)
    assert kept(site) == []
    clock.seconds += 61
    assert filed(tracker, repeated=True).key
    assert len(kept(site)) == 1


def test_after_a_429_nothing_was_done_so_it_is_filed_at_the_next_try(tracker: Jira, site: str) -> None:
    spoil(site, status=429)
    with pytest.raises(Unavailable):
        filed(tracker)
    assert filed(tracker).key
    assert len(kept(site)) == 1


def test_a_search_in_trouble_files_nothing(tracker: Jira, site: str) -> None:
    for fault in ({"status": 500}, {"answer": "html"}, {"drop": True}):
        spoil(site, "/search", **fault)
        with pytest.raises(Unavailable):
            filed(tracker)
    assert kept(site) == []


def test_wrong_credentials_project_and_type_are_told_in_plain_words(site: str) -> None:
    with pytest.raises(Refused, match="does not accept the e-mail address and token"):
        filed(connected(site, token="wrong"))
    with pytest.raises(Refused, match="project"):
        filed(connected(site, project="NOPE"))
    with pytest.raises(Refused, match="issue type"):
        filed(connected(site, issue_type="Defect"))
    with pytest.raises(Refused, match="has no issue type Defect"):
        connected(site, issue_type="Defect").check()
    assert kept(site) == []


def test_a_missing_setting_is_named() -> None:
    read = settings.read(_env_file=None, tracker="jira", jira_url="https://x.example", jira_email="a@x.example")
    (finding,) = trackers.check(read)
    assert finding == (False, "The tracker is jira, so EARSHOT_JIRA_TOKEN and EARSHOT_JIRA_PROJECT must be set.")


def test_the_text_of_a_bug_becomes_a_document_of_headings_steps_and_quotations() -> None:
    whom = type("Whom", (), {"customers": 2, "contract_value": 1000.0, "names": ["Acme"]})()
    block = words.block(words.affected(whom, named=False), "earshot-7", "https://earshot.example/bugs/7")
    body = words.body("It stops.", "", "1. Open\n2. Export", "Chrome 120", block, ["it is *stuck*"])
    kinds = [block["type"] for block in document(body)["content"]]
    assert kinds == [
        "paragraph", "heading", "orderedList", "heading", "paragraph", "heading", "paragraph", "paragraph", "paragraph",
        "heading", "blockquote",
    ]  # fmt: skip


def test_whatever_customers_write_stays_text() -> None:
    nasty = "> [x](javascript:alert(1)) @all\n{code}\n## \n\n1. \n" + "y" * 40_000
    made = document(nasty)
    assert made["content"]
    assert document("")["content"]
    assert "javascript" not in str([block.get("marks") for block in made["content"]])
