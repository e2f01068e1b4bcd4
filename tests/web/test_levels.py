"""Service levels from the console: set, changed, moved, removed, a miss explained, and shown on the ticket."""

import json
from typing import Any

from starlette.testclient import TestClient

from handlers.desk import clocks
from storage.accounts import staff
from storage.accounts.customers import Customer
from storage.routing import levels
from tests.web.conftest import Web

HX = {"hx-request": "true"}


def said(answer: Any) -> str:
    return str(json.loads(answer.headers["hx-trigger"])["toast"]["text"])


def test_a_level_is_set_shown_on_the_ticket_and_its_miss_explained(web: Web, ines: TestClient, acme: Customer) -> None:
    with web.earshot.work() as uow:
        who = next(one.id for one in staff.everyone(uow.db))
    form = {"name": "Everybody", "first": "1", "resolution": "60", "warn_minutes": "0", "after": "5", "who": str(who)}
    form["opening"] = "Mon-Sun 00:00-24:00"
    assert ines.post("/levels", data=form, headers=HX).headers["hx-redirect"] == "/levels"
    ref = web.write("acme", "The export hangs at 90 percent.")
    page = ines.get(f"/tickets/{ref}").text
    assert "First answer:" in page
    with web.earshot.work() as uow:
        first = levels.of_ticket(uow.db, 1)[0]
        first.look_at = first.due_at = uow.now()
        levels.keep(uow.db, first)
    with web.earshot.work() as uow:
        clocks.watch(uow)
    banner = ines.get("/").text.split('id="banner"')[1].split("<main")[0]
    assert "Overdue by service level" in banner
    assert f'<a href="/tickets/{ref}">{ref}</a> first answer' in banner
    assert "Nobody had claimed it." in ines.get("/levels").text
    assert said(ines.put(f"/levels/misses/{first.id}", data={"why": ""}, headers=HX)).startswith("Say why")
    assert said(ines.put(f"/levels/misses/{first.id}", data={"why": "A fire drill"}, headers=HX)) == "Kept."
    assert "A fire drill" in ines.get("/levels").text


def test_levels_are_refused_in_words_moved_changed_and_removed(web: Web, ines: TestClient) -> None:
    assert (
        said(ines.post("/levels", data={"name": "x", "first": "soon"}, headers=HX)) == "“soon” is not a whole number."
    )
    assert said(ines.post("/levels", data={"name": "x"}, headers=HX)).startswith("Say how soon")
    for name in ("one", "two"):
        ines.post("/levels", data={"name": name, "next": "30", "severity": ["1", "2"]}, headers=HX)
    ines.post("/levels/2/place", data={"to": "1"}, headers=HX)
    ines.put("/levels/1", data={"name": "uno", "first": "10"}, headers=HX)
    with web.earshot.work() as uow:
        assert [(one.name, one.minutes) for one in levels.in_force(uow.db)] == [
            ("two", {"next": 30}),
            ("uno", {"first": 10}),
        ]
    assert "uno" in ines.get("/levels?edit=1").text
    ines.delete("/levels/2", headers=HX)
    assert ines.delete("/levels/2", headers=HX).status_code == 404
