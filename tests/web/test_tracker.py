"""The tracker's page and the page of thanks."""

from storage.accounts import staff
from storage.accounts.staff import Staff
from tests.web.conftest import Web


def test_the_pages_of_the_tracker_and_of_thanks_show_and_keep(web: Web) -> None:
    with web.earshot.work() as uow:
        staff.add(uow.db, Staff(name="Kim", email="kim@us.example", role="manager", created_at=uow.now()))
    browser = web.signed_in("kim@us.example")
    assert "What engineers write for customers" in browser.get("/tracker").text
    assert "Nobody yet" in browser.get("/bugs/thanks").text
    assert browser.post("/tracker/prefix", data={"prefix": "kunde:"}).status_code in (204, 303)
    assert "kunde:" in browser.get("/tracker").text
    assert browser.post("/tracker/states", data={"mapping": "x"}, headers={"hx-request": "true"}).status_code == 409
