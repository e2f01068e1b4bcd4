"""Sign in with Slack, against the stand-in; and the first steps after the first sign-in."""

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from starlette.testclient import TestClient

from bot.sandbox.chat import TEAM_ID, app
from bot.sandbox.chat.openid import CLIENT_ID, CLIENT_SECRET
from bot.sandbox.serve import running
from bot.web.app import create
from bot.wiring import Earshot
from handlers.company import admit, sign_in
from storage.accounts import customers, flags, staff
from storage.accounts.customers import Customer
from storage.accounts.staff import Staff
from storage.routing import policy
from tests.sandbox.wire import call
from tests.web.conftest import Web

HX = {"hx-request": "true"}
OURS = {"id": "U0OLU00001", "real_name": "Olu Ade", "email": "olu@ours.example"}
STRANGER = {"id": "U0EVE00001", "real_name": "Eve", "email": "olu@ours.example", "team_id": "T0ELSEWHERE"}


@pytest.fixture
def chat() -> Iterator[str]:
    with running(app()) as address:
        call("POST", f"{address}/sandbox/workspace", {"users": [OURS, STRANGER]})
        yield address


@pytest.fixture
def web(chat: str, wire_on: Callable[..., Earshot], sqlite_url: str) -> Web:
    earshot = wire_on(
        sqlite_url, SLACK_CLIENT_ID=CLIENT_ID, SLACK_CLIENT_SECRET=CLIENT_SECRET, slack_api_url=f"{chat}/api/",
        slack_authorize_url=f"{chat}/openid/connect/authorize",
    )  # fmt: skip
    with earshot.work() as uow:
        policy.save(uow.db, policy.Policy(home_teams=[TEAM_ID]))
        staff.add(uow.db, Staff(name="Olu", email="olu@ours.example", role="engineer", created_at=uow.now()))
    return Web(create(earshot), earshot)


def sits_there(chat: str, user: str | None, **claims: Any) -> None:
    call("POST", f"{chat}/sandbox/workspace", {"browser": user, "claims": claims})


def walk(browser: TestClient) -> Any:
    """To Slack and back."""
    there = browser.get("/sign-in/slack")
    assert there.status_code == 303
    back = urlsplit(httpx2.get(there.headers["location"], follow_redirects=False).headers["location"])
    return browser.get(f"{back.path}?{back.query}")


def test_who_is_on_the_team_signs_in_with_slack_and_is_known_by_their_slack_id_from_then_on(
    web: Web, chat: str
) -> None:
    browser = web.browser()
    assert "Sign in with Slack" in browser.get("/sign-in").text
    sits_there(chat, OURS["id"])
    assert walk(browser).headers["location"] == "/"
    assert "Olu" in browser.get("/digests").text
    with web.earshot.work() as uow:
        member = staff.by_email(uow.db, "olu@ours.example")
        assert member is not None
        assert member.slack_id == f"{TEAM_ID}/{OURS['id']}"


@pytest.mark.parametrize(
    ("user", "claims"),
    [
        (None, {}),
        (STRANGER["id"], {}),
        (OURS["id"], {"exp": 1}),
        (OURS["id"], {"aud": "somebody-else"}),
        (OURS["id"], {"iss": "https://elsewhere.example"}),
        (OURS["id"], {"nonce": "another"}),
        (OURS["id"], {"email_verified": False}),
        (OURS["id"], {"https://slack.com/user_id": None}),
    ],
)
def test_anybody_else_and_anything_odd_is_refused_in_words(
    web: Web, chat: str, user: str | None, claims: dict[str, Any]
) -> None:
    browser = web.browser()
    sits_there(chat, user, **claims)
    answer = walk(browser)
    assert answer.status_code == 403
    assert 'role="alert"' in answer.text
    assert browser.get("/digests").status_code == 303


def test_an_attempt_that_began_in_another_browser_is_refused(web: Web, chat: str) -> None:
    sits_there(chat, OURS["id"])
    there = web.browser().get("/sign-in/slack")
    back = urlsplit(httpx2.get(there.headers["location"], follow_redirects=False).headers["location"])
    other = web.browser()
    assert other.get(f"{back.path}?{back.query}").status_code == 403
    other.get("/sign-in/slack")
    assert other.get(f"{back.path}?{back.query}").status_code == 403


def test_the_first_run_leads_through_its_steps(web: Web) -> None:
    with web.earshot.work() as uow:
        admit.admit(uow, "Ines", "ines@ours.example", role="admin")
    browser = web.browser()
    with web.earshot.work() as uow:
        link = sign_in.invite(uow, "ines@ours.example")
    assert browser.post(link).headers["location"] == "/welcome"
    page = browser.get("/welcome").text
    for step in ("Connect Slack", "Import customers", "Set hours", "Flag the first customer", "sample company"):
        assert step in page
    wrong = browser.post("/welcome/customers", data={"text": "key,renewal_on\nacme,soon"}, headers=HX)
    assert json.loads(wrong.headers["hx-trigger"])["toast"]["text"].startswith("Line 2, renewal on")
    table = "key,name,domains,plan\nacme,Acme Ltd,acme.example;acme.test,business\nnord,Nord,,team"
    done = browser.post("/welcome/customers", files={"file": ("customers.csv", table, "text/csv")}, headers=HX)
    assert done.headers["hx-redirect"] == "/welcome"
    assert browser.post("/policy", data={"opening": "Mon-Fri 08:00-17:00"}, headers=HX).status_code == 204
    assert (
        browser.post("/welcome/flag", data={"customer": "acme", "why": "Writes daily"}, headers=HX).status_code == 204
    )
    with web.earshot.work() as uow:
        acme: Customer | None = customers.by_key(uow.db, "acme")
        assert acme is not None
        assert (acme.name, acme.plan, acme.domains) == ("Acme Ltd", "business", ["acme.example", "acme.test"])
        assert flags.current(uow.db, acme.id or 0, uow.now()) is not None
    assert "1 step left" in browser.get("/welcome").text
    assert browser.post("/welcome/end", headers=HX).headers["hx-redirect"] == "/"
