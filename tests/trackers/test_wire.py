"""Jira's stand-in tells a served Earshot by signed webhooks; some get lost, and asking makes it right."""

import time
from collections.abc import Callable
from typing import Any

from bot import ticks
from bot.sandbox.serve import running
from bot.web.app import create
from bot.wiring import Earshot
from handlers.bugs import file
from handlers.outside import Outside
from storage.insights import comments
from tests.bugs.conftest import House, Line
from tests.conftest import Clock
from tests.sandbox.wire import call
from tests.trackers.benches import SECRET, JiraBench, bench

PATIENCE_SECONDS = 30.0


def listening(side: JiraBench, house_address: str) -> None:
    hook = {"url": f"{house_address}/hooks/tracker", "secret": SECRET}
    assert call("POST", f"{side.site}/sandbox/webhooks", hook).status == 200


def told(side: JiraBench) -> None:
    """Wait until the stand-in has told everything."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        sent: list[dict[str, Any]] = call("GET", f"{side.site}/sandbox/deliveries").body["deliveries"]
        if all(one["done"] for one in sent):
            assert {one["status"] for one in sent} <= {200}
            return
        time.sleep(0.05)
    raise AssertionError("not everything was told")


def test_news_by_webhook_and_what_got_lost_by_asking(
    wire_on: Callable[..., Earshot], sqlite_url: str, clock: Clock
) -> None:
    with bench("jira") as side:
        assert isinstance(side, JiraBench)
        house = House(wire_on(sqlite_url, Outside(channels={"slack": Line()}, tracker=side.tracker())), clock)
        bug_id = house.proposed(0, 5)
        house.does(file.file_now, bug_id, house.ines)
        key = house.bug(bug_id).external_key or ""

        def said() -> list[str]:
            house.does(lambda uow: None)
            with house.work() as uow:
                return [one.text for one in comments.of_bug(uow.db, bug_id)]

        with running(create(house.earshot)) as address:
            listening(side, address)
            first = side.says(key, "Seen.")
            side.edits(key, first, "Seen it.")
            second = side.says(key, "Oops")
            side.removes(key, second)
            side.says(key, "customer: workaround: export as XLSX")
            side.closes(key)
            told(side)
            assert said() == ["Seen it.", "customer: workaround: export as XLSX"]
            assert house.bug(bug_id).state == "fixed"
            assert [("XLSX" in one.text, one.language) for one in house.drafts(bug_id)] == [(True, "en"), (True, "es")]
            call("DELETE", f"{side.site}/sandbox/webhooks")
            side.reopens(key)
            side.edits(key, first, "Not it.")
            side.says(key, "Back again.")
            assert house.bug(bug_id).state == "fixed"
            house.does(ticks.ask_tracker)
            assert said() == ["Not it.", "customer: workaround: export as XLSX", "Back again."]
            assert house.bug(bug_id).state == "new"
            listening(side, address)
            side.closes(key, "declined")
            told(side)
            said()
            assert house.bug(bug_id).state == "declined"
