"""The shield page."""

from starlette.testclient import TestClient

from handlers.insights import shield
from storage.accounts import staff
from storage.accounts.customers import Customer
from tests.web.conftest import Web


def test_each_interruption_that_got_through_stands_on_the_page_with_what_to_do(
    web: Web, ines: TestClient, acme: Customer
) -> None:
    assert "No engineers yet" in ines.get("/shield").text
    with web.earshot.work() as uow:
        member = staff.Staff(
            name="Olu", email="olu@ours.example", role="engineer", slack_id="T0/UOLU", created_at=uow.now()
        )
        staff.add(uow.db, member)
    ref = web.write("acme", "Olu, the export hangs at 90 percent.")
    with web.earshot.work() as uow:
        assert shield.mentioned(uow, 1, ["T0/UOLU"]) == 1
    page = ines.get("/shield").text
    assert f"/tickets/{ref}" in page
    assert "Mentioned by a customer" in page
    olu = web.signed_in("olu@ours.example").get("/shield").text
    assert "the export hangs" not in olu
    assert "in a customer's channel" in olu
    assert ines.get("/shield?week=never", headers={"accept": "text/html"}).status_code == 404
