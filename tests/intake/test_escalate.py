"""Emergencies go straight through: one incident, one alert, to whoever is on call, and on to the next."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.engine import Inline
from bot.wiring import Earshot
from handlers.errors import Refused
from handlers.intake import escalate
from handlers.outside import Intent, Outside, Profile
from storage.accounts import staff
from storage.accounts.staff import Staff
from storage.desk import deliveries, tickets
from storage.routing import alerts
from tests.conftest import Clock

Write = Callable[..., int | None]

LEAK = "This is urgent: we can see another company's invoices and customer data in our account. This is a data breach!"


class Pager:
    """A channel that keeps what it was told."""

    def __init__(self) -> None:
        self.said: list[Intent] = []

    def say(self, intent: Intent) -> str:
        self.said.append(intent)
        return f"r{len(self.said)}"

    def profile(self, slack_id: str) -> Profile | None:
        return None


@pytest.fixture
def pager(wired: Earshot) -> Pager:
    pager = Pager()
    wired.outside.channels["slack"] = pager
    return pager


def drain(wired: Earshot) -> None:
    assert isinstance(wired.engine, Inline)
    wired.engine.drain()


def alerts_said(pager: Pager) -> list[Intent]:
    return [intent for intent in pager.said if intent.purpose == "alert"]


def test_a_breach_pages_the_person_on_call_and_keeps_its_queue(
    wired: Earshot, write: Write, ada: int, pager: Pager
) -> None:
    write(LEAK, ts="1.1")
    with wired.work() as uow:
        ticket = tickets.get(uow.db, 1)
        assert (ticket.band, ticket.emergency) == ("certain", "security")
        assert ticket.alert_id == 1
    page = alerts_said(pager)[0]
    assert page.place == "slack:T0/UADA"
    assert "<@UADA>" in page.text
    assert page.audience == "staff"


def test_one_incident_is_one_alert_that_updates_itself(wired: Earshot, write: Write, ada: int, pager: Pager) -> None:
    write(LEAK, ts="1.1")
    write(LEAK + " Please hurry!", ts="2.1", place="slack:T0/C2", email="bob@acme.example")
    with wired.work() as uow:
        assert len(alerts.unfinished(uow.db)) == 1
        assert [one.alert_id for one in (tickets.get(uow.db, 1), tickets.get(uow.db, 2))] == [1, 1]
        assert len(deliveries.of_alerts(uow.db)) == 1
    assert "2 reports" in alerts_said(pager)[-1].text
    assert alerts_said(pager)[-1].receipt == "r2"  # told by changing what was said, not by saying it again


def test_nobody_confirms_in_time_and_the_next_person_is_called(
    wired: Earshot, write: Write, ada: int, pager: Pager, clock: Clock
) -> None:
    with wired.work() as uow:
        staff.add(
            uow.db,
            Staff(name="Ben", email="ben@us.example", slack_id="T0/UBEN", on_call=2, created_at=uow.now()),
        )
    write(LEAK, ts="1.1")
    clock.forward(minutes=11)
    call_next(wired, 1)
    assert alerts_said(pager)[-1].place == "slack:T0/UBEN"
    with wired.work() as uow:
        escalate.confirm(uow, 1, ada)
    clock.forward(minutes=11)
    before = len(alerts_said(pager))
    call_next(wired, 1)
    drain(wired)
    assert {intent.place for intent in alerts_said(pager)[before:]} <= {"slack:T0/UBEN"}
    with wired.work() as uow:
        assert alerts.get(uow.db, 1).state == "confirmed"


def call_next(wired: Earshot, alert_id: int) -> None:
    with wired.work() as uow:
        escalate.call_next(uow, alert_id)
    drain(wired)


@pytest.fixture
def mail(wired: Earshot) -> Pager:
    mail = Pager()
    wired.outside.channels["mail"] = mail
    return mail


def test_without_slack_who_is_on_call_gets_a_mail_once_in_plain_words(
    wired: Earshot, write: Write, ada: int, mail: Pager, clock: Clock
) -> None:
    with wired.work() as uow:
        staff.add(uow.db, Staff(name="Ben", email="ben@us.example", on_call=2, created_at=uow.now()))
    write(LEAK, ts="1.1")
    (page,) = alerts_said(mail)
    assert (page.place, page.audience) == ("mail:ada@us.example", "staff")
    subject, _, rest = page.text.partition("\n")
    assert subject.startswith("Security at Acme Ltd: “")
    assert "another company's invoices" in subject
    assert "*" not in page.text
    assert "&" not in page.text
    assert "/alerts" in rest
    write(LEAK + " Please hurry!", ts="2.1", place="slack:T0/C2", email="bob@acme.example")
    with wired.work() as uow:
        escalate.confirm(uow, 1, ada)
    drain(wired)
    assert len(alerts_said(mail)) == 1  # a mail cannot be changed, and one for each report would be noise
    with wired.work() as uow:
        escalate.take_back(uow, 1, ada)
    clock.forward(minutes=11)
    call_next(wired, 1)
    assert [one.place for one in alerts_said(mail)] == ["mail:ada@us.example", "mail:ben@us.example"]


def test_who_is_not_in_slack_is_called_by_mail_and_the_desk_is_told(
    wired: Earshot, write: Write, ada: int, pager: Pager, mail: Pager
) -> None:
    with wired.work() as uow:
        me = staff.get(uow.db, ada)
        me.slack_id = None
        uow.db.add(me)
    wired.settings.slack_desk_channel = "T0/CDESK"
    write(LEAK, ts="1.1")
    assert [one.place for one in alerts_said(mail)] == ["mail:ada@us.example"]
    assert [one.place for one in alerts_said(pager)] == ["slack:T0/CDESK"]


def test_confirming_twice_names_who_was_faster(wired: Earshot, write: Write, ada: int, pager: Any) -> None:
    write(LEAK, ts="1.1")
    with wired.work() as uow:
        escalate.confirm(uow, 1, ada)
    with wired.work() as uow, pytest.raises(Refused, match="Ada has confirmed this one already"):
        escalate.confirm(uow, 1, ada)


def test_without_any_way_to_call_the_alert_stands_for_the_console(wired: Earshot, write: Write, ada: int) -> None:
    wired.outside = Outside()
    write(LEAK, ts="1.1")
    with wired.work() as uow:
        assert [one.state for one in alerts.unfinished(uow.db)] == ["open"]
