"""The same on the durable engine, with a Jira on a real port that loses answers."""

import time
from collections.abc import Iterator

import httpx2
import pytest

from bot import settings, wiring
from bot.engine import Durable
from bot.sandbox.serve import running
from bot.sandbox.tracker import API_TOKEN, EMAIL, PROJECT, app
from bot.trackers.jira import Jira
from handlers.bugs import file, propose
from handlers.outside import Outside
from storage.insights import bugs
from tests.bugs.conftest import House, Line
from tests.conftest import Clock
from tests.sandbox.wire import call

PATIENCE_SECONDS = 60.0


@pytest.fixture
def site() -> Iterator[str]:
    with running(app()) as address:
        yield address


@pytest.fixture
def durable(site: str, sqlite_url: str, clock: Clock) -> Iterator[House]:
    http = httpx2.Client(trust_env=False)
    tracker = Jira(site, EMAIL, API_TOKEN, PROJECT, timeout_seconds=1.0, settle_seconds=0.0, http=http)
    read = settings.read(database_url=sqlite_url, _env_file=None)
    earshot = wiring.wire(read, outside=Outside(channels={"slack": Line()}, tracker=tracker), clock=clock)
    assert isinstance(earshot.engine, Durable)
    earshot.engine.launch()
    yield House(earshot, clock)
    earshot.close()


def test_bugs_whose_answers_are_lost_are_tried_again_by_themselves_and_filed_once(durable: House, site: str) -> None:
    for fault in ({"drop_after_commit": True}, {"answer": "html"}, {"status": 500}):
        call("POST", f"{site}/sandbox/faults", {"match": "/rest/api/3/issue", "method": "POST", "times": 1, **fault})
    ticket_ids = [durable.told(number, theme_id=None) for number in range(3)]
    for ticket_id in ticket_ids:
        with durable.work() as uow:
            shown = propose.draft_for(uow, ticket_id)
            file.file_ticket(uow, ticket_id, durable.ines, shown)
    until = time.monotonic() + PATIENCE_SECONDS
    while any(bug.external_key is None for bug in durable.bugs()) and time.monotonic() < until:
        time.sleep(0.1)
    with durable.work() as uow:
        assert bugs.unfiled(uow.db) == []
    issues = call("GET", f"{site}/sandbox/issues").body["issues"]
    assert sorted(issue["key"] for issue in issues) == sorted(str(bug.external_key) for bug in durable.bugs())
    assert len(issues) == 3
