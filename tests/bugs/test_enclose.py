"""A customer's file on the bug's issue, in a Jira on a real port."""

from collections.abc import Callable

from bot import ticks
from bot.sandbox.serve import running
from bot.sandbox.tracker import API_TOKEN, EMAIL, PROJECT, app
from bot.trackers.jira import Jira
from bot.wiring import Earshot
from handlers.bugs import file, outward
from handlers.outside import Outside
from storage.desk import messages
from storage.desk.messages import Attachment
from storage.insights import enclosures
from tests.bugs.conftest import House, Line
from tests.conftest import Clock
from tests.sandbox.wire import call
from tests.trackers.benches import client


def test_a_file_whose_answer_was_lost_is_put_there_once(
    wire_on: Callable[..., Earshot], sqlite_url: str, clock: Clock
) -> None:
    with running(app()) as site:
        jira = Jira(site, EMAIL, API_TOKEN, PROJECT, settle_seconds=0.0, http=client())
        house = House(wire_on(sqlite_url, Outside(channels={"slack": Line()}, tracker=jira)), clock)
        bug_id = house.proposed(0, 1)
        house.does(file.file_now, bug_id, house.ines)
        with house.work() as uow:
            png = Attachment(message_id=1, name="screen.png", media_type="image/png", size=4, content=b"\x89PNG")
            messages.attach(uow.db, png)
            uow.db.flush()
            picture = png.id
        call("POST", f"{site}/sandbox/faults", {"match": "/attachments", "times": 2, "drop_after_commit": True})
        for _ in range(2):
            house.does(outward.enclose, bug_id, picture, house.ines)
        for _ in range(4):
            clock.forward(minutes=1)
            house.does(ticks.tell_tracker)
        (issue,) = call("GET", f"{site}/sandbox/issues").body["issues"]
        assert [one["filename"] for one in issue["fields"]["attachment"]] == ["screen.png"]
        with house.work() as uow:
            assert [one.state for one in enclosures.of_bug(uow.db, bug_id)] == ["sent"]
