"""Six weeks of the sample company: every byte that reached a customer is looked at, and what was promised was kept."""

import html
import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from bot.replay.summary import summary
from handlers.unit_of_work import UnitOfWork
from prompts.markup import slack_text
from storage.accounts import customers
from storage.accounts.customers import Customer
from storage.desk.deliveries import Delivery
from storage.desk.messages import Message
from storage.desk.tickets import Ticket
from storage.insights.bugs import Bug
from storage.insights.digests import Digest
from storage.insights.themes import Theme
from storage.routing import alerts
from tests.stories.conftest import DESK, DIGEST, Lived, channel_of
from tests.stories.unsaid import INTERNAL, TELLING, found_in, leaves, secrets_of, without, words_of

SIGNS = {
    "en": r"\b(?:Your reference is|For your reference:|Its reference is) {}",
    "es": r"\bSu referencia(?: es|:) {}",
    "ja": r"受付番号(?:は|：)? ?{}",
}


@pytest.fixture
def uow(lived: Lived) -> Iterator[UnitOfWork]:
    """The database afterwards."""
    with lived.earshot.work() as work:
        yield work


@pytest.fixture
def by_hand(lived: Lived) -> list[str]:
    """What the sample's staff typed themselves into answers."""
    return [turn.text for turn in lived.company.turns if turn.action == "reply" and turn.text]


def test_nothing_internal_stands_in_any_customers_slack_channel(
    lived: Lived, uow: UnitOfWork, by_hand: list[str]
) -> None:
    looked_at = 0
    for played in lived.company.customers:
        channel, customer = channel_of(lived.company, played.key), customers.by_key(uow.db, played.key)
        own, secrets = words_of(uow.db, customer) + by_hand, secrets_of(lived, uow.db, played.key)
        reached = [one for one in lived.messages if one["channel"] == channel]
        sent = [one["arguments"] for one in lived.calls if one["arguments"].get("channel") == channel]
        assert len(sent) == len(reached)
        for one in [*reached, *sent]:
            added = [without(text, own) for text in leaves(one)]
            assert [found_in(text, secrets) for text in added] == [[]] * len(added), one
            assert not one.get("blocks")
        looked_at += len(reached)
    assert looked_at > 500


def test_what_marks_a_message_says_nothing_and_its_sender_is_a_person_of_ours_or_the_app(lived: Lived) -> None:
    staff = {one.name for one in lived.company.staff}
    for one in lived.messages:
        assert set(one["metadata"]) == {"event_type", "event_payload"}
        assert one["metadata"]["event_type"] == "earshot_delivery"
        assert re.fullmatch("[0-9a-f]{24}", one["metadata"]["event_payload"]["id"])
        assert one.get("username", "") in staff | {""}
    assert len({one["metadata"]["event_payload"]["id"] for one in lived.messages}) == len(lived.messages)


def test_the_desk_and_the_digest_do_carry_such_words_and_only_there(lived: Lived) -> None:
    inside = [one for one in lived.messages if one["channel"] in (DESK, DIGEST)]
    assert INTERNAL.search(json.dumps(inside, ensure_ascii=False))
    with_blocks = {one["channel"] for one in lived.messages if one.get("blocks")}
    assert with_blocks == {DESK, DIGEST}
    theirs = {channel_of(lived.company, one.key) for one in lived.company.customers if one.slack_channel}
    assert {one["channel"] for one in lived.messages} <= theirs | {DESK, DIGEST}


def test_nothing_internal_stands_on_any_customers_support_page(
    lived: Lived, uow: UnitOfWork, by_hand: list[str]
) -> None:
    pages = 0
    browser = lived.browser(accept="text/html")
    for played in lived.company.customers:
        customer = customers.by_key(uow.db, played.key)
        assert customer
        own, secrets = words_of(uow.db, customer) + by_hand, secrets_of(lived, uow.db, played.key)
        for answer in every_page(browser, f"/support/{customer.support_token}"):
            pages += 1
            told = [html.unescape(answer.text), *(f"{name}: {value}" for name, value in answer.headers.items())]
            added = [without(text, own) for text in told]
            assert [found_in(text, secrets) for text in added] == [[]] * len(added), answer.url
    assert pages > 60


def every_page(browser: TestClient, home: str) -> Iterator[Any]:
    """The page and each conversation, in three languages."""
    start = browser.get(home)
    inner = sorted(set(re.findall(rf'href="({re.escape(home)}/[0-9a-f]{{32}})', start.text)))
    for path in [home, *inner]:
        for language in ("en", "es", "ja"):
            answer = browser.get(path, params={"lang": language})
            assert answer.status_code == 200
            yield answer


def test_what_the_support_page_loads_does_not_tell_how_we_sort_customers(lived: Lived, uow: UnitOfWork) -> None:
    customer = customers.by_key(uow.db, lived.company.customers[0].key)
    assert customer
    browser = lived.browser(accept="text/html")
    page = browser.get(f"/support/{customer.support_token}").text
    loaded = [one for one in re.findall(r'(?:href|src)="(/static/[^"]+)"', page) if "htmx" not in one]
    assert len(loaded) >= 3
    for path in loaded:
        assert TELLING.findall(browser.get(path).text) == [], path


def test_the_api_answers_with_nothing_internal(lived: Lived, uow: UnitOfWork, by_hand: list[str]) -> None:
    program = lived.browser(authorization=f"Bearer {lived.secret}")
    by_api = list(uow.db.exec(select(Ticket).where(Ticket.door == "api")))
    assert len(by_api) >= 8
    for ticket in by_api:
        customer = uow.db.get(Customer, ticket.customer_id) if ticket.customer_id else None
        own = words_of(uow.db, customer) + by_hand
        secrets = secrets_of(lived, uow.db, customer.key if customer else None)
        first = uow.db.exec(select(Message).where(Message.ticket_id == ticket.id)).first()
        assert first
        for path in (f"tickets/{uow.reference(ticket)}", f"messages/{first.id}"):
            answer = program.get(f"/api/v1/{path}")
            assert answer.status_code == 200, (path, answer.text)
            added = [without(text, own) for text in (*leaves(answer.json()), *leaves(dict(answer.headers)))]
            assert [found_in(text, secrets) for text in added] == [[]] * len(added), answer.json()


def test_what_came_by_slack_or_the_page_is_not_told_to_a_program(lived: Lived, uow: UnitOfWork) -> None:
    program = lived.browser(authorization=f"Bearer {lived.secret}")
    for door in ("slack", "support"):
        ticket = uow.db.exec(select(Ticket).where(Ticket.door == door)).first()
        assert ticket
        assert program.get(f"/api/v1/tickets/{uow.reference(ticket)}").status_code == 404


def test_every_ticket_has_one_acknowledgement_in_its_language_with_its_reference(lived: Lived, uow: UnitOfWork) -> None:
    meant = list(uow.db.exec(select(Delivery).where(Delivery.purpose == "acknowledgement")))
    assert {one.state for one in meant} == {"sent"}
    told = Counter(one.ticket_id for one in meant)
    everything = list(uow.db.exec(select(Ticket)))
    assert told == Counter({one.id: 1 for one in everything})
    by_ticket = {one.ticket_id: one for one in meant}
    for ticket in everything:
        text = by_ticket[ticket.id].text
        assert re.search(SIGNS[ticket.language].format(uow.reference(ticket)), text), text


def test_the_language_of_the_answer_is_the_one_they_wrote_in(lived: Lived, uow: UnitOfWork) -> None:
    written = {one.text.strip(): one.language for one in lived.company.messages}
    languages = []
    for ticket in uow.db.exec(select(Ticket)):
        opening = uow.db.exec(select(Message).where(Message.ticket_id == ticket.id).order_by("id")).first()
        assert opening
        languages.append((ticket.language, written[opening.text.strip()]))
    assert [one for one in languages if one[0] != one[1]] == []
    assert {one[0] for one in languages} == {"en", "es", "ja"}


def test_each_acknowledgement_by_slack_stands_in_the_customers_thread_once(lived: Lived, uow: UnitOfWork) -> None:
    standing = Counter((one["channel"], one.get("thread_ts"), one["text"]) for one in lived.messages)
    meant = select(Delivery).where(Delivery.purpose == "acknowledgement", Delivery.door == "slack")
    for one in uow.db.exec(meant):
        place = (one.place.rpartition("/")[2], (one.thread or "").rpartition("/")[2], slack_text(one.text))
        assert standing[place] == 1, place


def test_a_certain_emergency_of_a_flagged_customer_paged_whoever_is_on_call(lived: Lived, uow: UnitOfWork) -> None:
    flagged = {one.key for one in lived.company.customers if one.flag}
    true = {
        one.text.strip()
        for one in lived.company.messages
        if one.emergency and one.emergency.startswith("certain") and one.customer in flagged
    }
    assert true
    for text in true:
        message = next(one for one in uow.db.exec(select(Message)) if one.text.strip() == text)
        ticket = uow.ticket(message.ticket_id or 0)
        assert (ticket.band, ticket.queue) == ("certain", "buffer")
        assert ticket.alert_id
        called = alerts.get(uow.db, ticket.alert_id).called_id
        assert called
        page = next(one for one in uow.db.exec(select(Delivery)) if one.key.startswith(f"alert:{ticket.alert_id}:"))
        assert (page.state, page.place.rpartition("/")[2]) == ("sent", DESK)
        standing = [one for one in lived.messages if one["channel"] == DESK and uow.reference(ticket) in one["text"]]
        assert any("/alerts" in one["text"] for one in standing)


def test_the_week_was_told_six_times_on_slack(lived: Lived, uow: UnitOfWork) -> None:
    posted = [one["text"] for one in lived.messages if one["channel"] == DIGEST]
    told = [one for one in posted if one.startswith("What customers said in week")]
    assert len(set(told)) == len(told) == len(uow.db.exec(select(Digest)).all()) == 6


def test_the_figures_of_the_summary_are_what_the_tables_say(lived: Lived, uow: UnitOfWork) -> None:
    shown = summary(uow)
    everything = list(uow.db.exec(select(Ticket)))
    incoming = uow.db.exec(select(Message).where(Message.direction == "in")).all()
    assert shown["messages"] == len(incoming) == len(lived.company.messages)
    queues = Counter(one.queue for one in everything)
    paged = sum(one.band == "certain" for one in everything)
    assert shown["tickets"] == {"buffer": queues["buffer"], "regular": queues["regular"], "straight_through": paged}
    kinds = Counter(one.kind for one in everything)
    assert {name: number for name, number in shown["kinds"].items() if number} == dict(kinds)
    assert shown["acknowledgements"] == len(everything)
    bugs = uow.db.exec(select(Bug)).all()
    assert shown["bugs"] == sum(one.state != "proposed" for one in bugs)
    assert shown["proposed_bugs"] == sum(one.state == "proposed" for one in bugs)
    assert shown["themes"] == sum(one.merged_into is None for one in uow.db.exec(select(Theme)))
    assert shown["digests"] == 6


def test_what_the_staff_could_not_do_is_only_that_a_colleague_was_faster(lived: Lived) -> None:
    assert all(one.endswith("has taken this one.") for one in lived.turns.refused)
    assert len(lived.turns.refused) <= 1
