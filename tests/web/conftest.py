"""A web place on a fresh SQLite database whose flows run at once, with a customer and a signed-in listener."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from bot.engine import Inline
from bot.web.app import create
from bot.wiring import Earshot
from handlers.company import sign_in
from handlers.intake.receive import Author, Incoming, receive
from handlers.intake.route import set_default_rules
from storage.accounts import access, customers, staff
from storage.accounts.customers import Customer
from storage.accounts.staff import Staff
from storage.desk import messages
from tests.web.scene import play

HOME = "http://127.0.0.1:8000"
OWN = {"origin": HOME, "accept": "text/html"}


@dataclass
class Web:
    """An app and the Earshot behind it."""

    app: FastAPI
    earshot: Earshot

    def browser(self, **headers: str) -> TestClient:
        """A browser of its own, with no cookies."""
        return TestClient(
            self.app,
            base_url=HOME,
            headers={**OWN, **headers},
            follow_redirects=False,
            raise_server_exceptions=False,
        )

    def signed_in(self, email: str) -> TestClient:
        """The browser of a member of staff."""
        browser = self.browser()
        with self.earshot.work() as uow:
            path = sign_in.invite(uow, email)
        assert browser.post(path).status_code == 303
        return browser

    def drain(self) -> None:
        """Let the flows run that were left behind."""
        assert isinstance(self.earshot.engine, Inline)
        self.earshot.engine.drain()

    def add_customer(self, key: str, name: str, **more: Any) -> Customer:
        """A customer with a domain `<key>.example`."""
        with self.earshot.work() as uow:
            one = Customer(key=key, name=name, domains=[f"{key}.example"], created_at=uow.now(), **more)
            return customers.add(uow.db, one)

    def write(self, key: str, text: str, author: str = "Ann Lee", **more: Any) -> str:
        """A message of a customer by the support page, worked through; the reference of its ticket."""
        with self.earshot.work() as uow:
            message = Incoming(
                door="support",
                external_id=f"0.{uuid4().hex}",
                place=f"support:{key}",
                text=text,
                sent_at=uow.now(),
                author=Author(author),
                customer=key,
                **more,
            )
            message_id = receive(uow, message)
        self.drain()
        with self.earshot.work() as uow:
            ticket_id = messages.get(uow.db, message_id or 0).ticket_id
            return uow.reference(uow.ticket(ticket_id)) if ticket_id else ""


@pytest.fixture
def earshot(wire_on: Callable[..., Earshot], sqlite_url: str) -> Earshot:
    """Wired on SQLite, with the default rules and two colleagues, of whom Inés may do everything."""
    wired = wire_on(sqlite_url)
    with wired.work() as uow:
        set_default_rules(uow)
        for name, email, place, role in (
            ("Inés Robledo", "ines@ours.example", 1, "admin"),
            ("Marc Oliveras", "marc@ours.example", 2, "listener"),
        ):
            staff.add(uow.db, Staff(name=name, email=email, role=role, on_call=place, created_at=uow.now()))
    return wired


@pytest.fixture
def web(earshot: Earshot) -> Web:
    """The app."""
    return Web(create(earshot), earshot)


@pytest.fixture
def acme(web: Web) -> Customer:
    """A customer."""
    return web.add_customer("acme", "Acme Freight", plan="team", contract_value=24_000.0)


@pytest.fixture
def ines(web: Web) -> Iterator[TestClient]:
    """The listener's browser."""
    with web.signed_in("ines@ours.example") as browser:
        yield browser


@pytest.fixture
def marc(web: Web) -> Iterator[TestClient]:
    """A colleague's browser."""
    with web.signed_in("marc@ours.example") as browser:
        yield browser


@pytest.fixture
def api(web: Web) -> TestClient:
    """A program with a key."""
    with web.earshot.work() as uow:
        secret = access.issue_key(uow.db, "helpdesk", uow.now())
    client = web.browser(authorization=f"Bearer {secret}")
    client.headers["accept"] = "application/json"
    return client


@pytest.fixture
def scene(wire_on: Callable[..., Earshot], sqlite_url: str, clock: Any) -> Web:
    """The scene, not served."""
    earshot = wire_on(sqlite_url)

    def set_clock(moment: Any) -> None:
        clock.time = moment

    play(earshot, clock, set_clock)
    return Web(create(earshot), earshot)


@pytest.fixture
def listener(scene: Web) -> TestClient:
    """Inés in the scene."""
    return scene.signed_in("ines@ours.example")
