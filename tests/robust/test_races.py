"""What happens at the same moment: two deliveries, two first words of a stranger, two pages for one outage."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import func, select

from bot.wiring import Earshot
from handlers.desk.correct import correct
from handlers.intake import refine, route
from handlers.intake.receive import Author, Incoming, receive, revise
from handlers.outside import Profile
from storage.accounts import customers, staff
from storage.accounts.customers import Customer
from storage.accounts.people import Person
from storage.accounts.staff import Staff
from storage.desk import deliveries, messages
from storage.desk.messages import Message
from storage.desk.tickets import Ticket
from storage.routing import policy
from storage.routing.alerts import Alert
from tests.robust.conftest import Chat, incoming

Together = Callable[..., list[Any]]
Settled = Callable[[], None]
AT_ONCE = 8


def count(live: Earshot, table: type[Any]) -> int:
    with live.work() as uow:
        return int(uow.db.exec(select(func.count()).select_from(table)).one())


def hear(live: Earshot, what: Incoming) -> int | None:
    with live.work() as uow:
        return receive(uow, what)


def known_customer(live: Earshot) -> int:
    with live.work() as uow:
        acme = Customer(key="acme", name="Acme", domains=["acme.example"], created_at=uow.now())
        return customers.add(uow.db, acme).id or 0


def test_the_same_message_as_several_events_at_once_is_kept_and_answered_once(
    live: Earshot, chat: Chat, together: Together, settled: Settled
) -> None:
    known_customer(live)
    kept = together(*[lambda: hear(live, incoming("The export hangs.", "1.1"))] * AT_ONCE)
    settled()
    assert sorted(one is None for one in kept) == [False] + [True] * (AT_ONCE - 1)
    assert (count(live, Message) - 1, count(live, Ticket)) == (1, 1)  # the answer is a message too
    assert len(chat.texts("acknowledgement")) == 1


def test_a_stranger_who_writes_in_many_places_at_once_is_one_person(
    live: Earshot, together: Together, settled: Settled
) -> None:
    words = [incoming("The export hangs.", f"1.{number}", channel=f"C{number}") for number in range(AT_ONCE)]
    kept = together(*[lambda one=one: hear(live, one) for one in words])
    settled()
    assert all(isinstance(one, int) for one in kept), kept
    assert (count(live, Person), count(live, Ticket)) == (1, AT_ONCE)


def test_a_new_colleague_who_writes_in_many_places_at_once_is_one_colleague(
    live: Earshot, together: Together, settled: Settled
) -> None:
    with live.work() as uow:
        policy.save(uow.db, policy.load(uow.db).model_copy(update={"home_teams": ["T1"]}))
    ours = Author(name="Kim", slack_id="T1/UKIM", team="T1")
    words = [incoming("Hello", f"1.{number}", channel=f"C{number}", author=ours) for number in range(AT_ONCE)]
    kept = together(*[lambda one=one: hear(live, one) for one in words])
    settled()
    assert all(isinstance(one, int) for one in kept), kept
    assert (count(live, Staff), count(live, Ticket)) == (1, 0)


def test_a_colleague_first_known_by_their_profile_opens_no_ticket_with_any_of_their_first_words(
    live: Earshot, chat: Chat, together: Together, settled: Settled
) -> None:
    with live.work() as uow:
        policy.save(uow.db, policy.load(uow.db).model_copy(update={"staff_domains": ["us.example"]}))
    chat.profiles["T1/UKIM"] = Profile(name="Kim", email="kim@us.example", team="T1")
    kim = Author(slack_id="T1/UKIM", team="T1")
    words = [incoming("I will look.", f"1.{n}", channel=f"C{n}", author=kim) for n in range(AT_ONCE)]
    together(*[lambda one=one: hear(live, one) for one in words])
    settled()
    assert (count(live, Ticket), count(live, Staff)) == (0, 1)
    assert chat.said == []
    with live.work() as uow:
        assert {one.direction for one in uow.db.exec(select(Message))} == {"out"}


def test_every_first_word_of_a_customer_known_by_their_profile_is_theirs(
    live: Earshot, chat: Chat, together: Together, settled: Settled
) -> None:
    acme = known_customer(live)
    chat.profiles["T2/U1"] = Profile(name="Ann", email="ann@acme.example", team="T2")
    together(*[lambda n=n: hear(live, incoming("It hangs.", f"1.{n}", channel=f"C{n}")) for n in range(AT_ONCE)])
    settled()
    with live.work() as uow:
        assert {one.customer_id for one in uow.db.exec(select(Ticket))} == {acme}
        assert {one.customer_id for one in uow.db.exec(select(Message))} == {acme}


def test_an_outage_told_by_many_at_once_is_one_alert_that_counts_them_all(
    live: Earshot, chat: Chat, together: Together, settled: Settled
) -> None:
    with live.work() as uow:
        ada = Staff(name="Ada", email="ada@us.example", slack_id="T1/UADA", on_call=1, created_at=uow.now())
        staff.add(uow.db, ada)
    words = [incoming("All is down.", f"1.{n}", channel=f"C{n}", user=f"U{n}") for n in range(AT_ONCE)]
    together(*[lambda one=one: hear(live, one) for one in words])
    settled()
    assert (count(live, Ticket), count(live, Alert)) == (AT_ONCE, 1)
    pages = [one for one in chat.said if one.purpose == "alert"]
    assert len([one for one in pages if one.receipt is None and not one.repeated]) == 1  # a repeated one is looked for
    with live.work() as uow:
        assert uow.db.exec(select(Alert)).one().revision == AT_ONCE
        page = next(one for one in uow.db.exec(select(deliveries.Delivery)) if one.purpose == "alert")
    assert max(pages, key=lambda one: one.attempts).text == page.text
    assert str(AT_ONCE) in page.text


def test_a_persons_correction_wins_over_the_model_that_answers_at_the_same_moment(
    live: Earshot, together: Together, settled: Settled
) -> None:
    known_customer(live)
    answer = {
        "language": "en", "kind": "praise", "complaint": False, "sentiment": 0.5, "severity": 4, "gist": "Thanks",
        "emergency": "none",
        "confidence": dict.fromkeys(("language", "kind", "complaint", "sentiment", "severity", "gist", "emergency"), 0.9),
    }  # fmt: skip
    for turn in range(10):
        hear(live, incoming("It hangs.", f"{turn}.1", channel=f"C{turn}", user=f"U{turn}"))
    settled()
    with live.work() as uow:
        ids = [one.id or 0 for one in uow.db.exec(select(Ticket))]
        ada = staff.add(uow.db, Staff(name="Ada", email="ada@us.example", created_at=uow.now())).id or 0

    def by_model(ticket_id: int) -> None:
        with live.work() as uow:
            refine.refine(uow, ticket_id, {"answer": answer})
            route.route(uow, ticket_id)

    def by_person(ticket_id: int) -> None:
        with live.work() as uow:
            correct(uow, ticket_id, ada, "kind", "billing")

    for ticket_id in ids:
        raised = together(lambda: by_model(ticket_id), lambda: by_person(ticket_id))  # noqa: B023 both end in this turn
        assert raised == [None, None]
    settled()
    with live.work() as uow:
        assert {(one.kind, one.origins["kind"]) for one in uow.db.exec(select(Ticket))} == {("billing", "person")}


def test_many_replies_before_their_root_and_the_root_itself_at_once_open_one_ticket(
    live: Earshot, chat: Chat, together: Together, settled: Settled
) -> None:
    known_customer(live)
    replies = [incoming("And again.", f"2.{n}", user=f"U{n}", thread="1.1") for n in range(AT_ONCE)]
    words = [*replies, incoming("The export hangs.", "1.1")]
    together(*[lambda one=one: hear(live, one) for one in words])
    settled()
    assert (count(live, Ticket), len(chat.texts("acknowledgement"))) == (1, 1)
    with live.work() as uow:
        assert len([one for one in messages.of_ticket(uow.db, 1) if one.direction == "in"]) == AT_ONCE + 1


def test_an_old_edit_delivered_again_does_not_bring_the_old_words_back(live: Earshot, settled: Settled) -> None:
    known_customer(live)
    hear(live, incoming("The exprot hangs.", "1.1"))
    settled()
    now = datetime.now(UTC)
    words = [
        (now, "The export hangs."),
        (now + timedelta(seconds=5), "The export hangs at 90 %."),
        (now, "The export hangs."),
    ]
    for at, text in words:
        with live.work() as uow:
            revise(uow, "slack", "T1/C1/1.1", text, at)
    with live.work() as uow:
        message = messages.by_external_id(uow.db, "slack", "T1/C1/1.1")
        assert message is not None
        assert message.text == "The export hangs at 90 %."


def test_words_that_were_taken_back_stay_taken_back_when_an_edit_is_delivered_late(
    live: Earshot, settled: Settled
) -> None:
    known_customer(live)
    hear(live, incoming("Our password is 1234.", "1.1"))
    settled()
    with live.work() as uow:
        assert revise(uow, "slack", "T1/C1/1.1", None)
    with live.work() as uow:
        assert not revise(uow, "slack", "T1/C1/1.1", "Our password is 12345.")
        message = messages.by_external_id(uow.db, "slack", "T1/C1/1.1")
        assert message is not None
        assert message.text == "Our password is 1234."


def test_bare_thanks_edited_into_an_outage_is_heard(live: Earshot, chat: Chat, settled: Settled) -> None:
    known_customer(live)
    hear(live, incoming("thanks", "1.1"))
    settled()
    assert count(live, Ticket) == 0
    with live.work() as uow:
        assert revise(uow, "slack", "T1/C1/1.1", "All is down.", datetime.now(UTC))
    settled()
    assert (count(live, Ticket), count(live, Alert)) == (1, 1)
    assert len(chat.texts("acknowledgement")) == 1


def test_a_report_edited_into_an_outage_is_paged_and_not_answered_again(
    live: Earshot, chat: Chat, settled: Settled
) -> None:
    known_customer(live)
    hear(live, incoming("The export hangs.", "1.1"))
    settled()
    with live.work() as uow:
        assert revise(uow, "slack", "T1/C1/1.1", "The export hangs and now all is down.", datetime.now(UTC))
    settled()
    assert (count(live, Ticket), count(live, Alert)) == (1, 1)
    assert len(chat.texts("acknowledgement")) == 1


def test_words_no_database_can_keep_are_kept_as_well_as_can_be(live: Earshot, settled: Settled) -> None:
    evil = "a\x00b\ud800c"
    author = Author(name=evil, email=f"{evil}@acme.example", slack_id=f"T2/{evil}", team=evil)
    what = incoming(evil, "1.1", author=author, files=({"name": evil},), raw={evil: [evil]})
    assert hear(live, what) is not None
    settled()
    assert count(live, Ticket) == 1


def test_who_waits_for_a_ticket_keeps_nobody_from_asking_what_the_company_decided(
    live: Earshot, settled: Settled
) -> None:
    known_customer(live)
    hear(live, incoming("The export hangs.", "1.1"))
    settled()
    waits = threading.Event()

    def waiter() -> None:
        with live.work() as uow:
            uow.ticket(1).gist = "second"
            waits.set()
            assert not uow.has_levels  # what was changed is written first, and has to wait

    with ThreadPoolExecutor(1) as pool:
        with live.work() as uow:
            uow.ticket(1).gist = "first"
            uow.db.flush()
            second = pool.submit(waiter)
            waits.wait()
            wait([second], timeout=0.2)
            assert not uow.has_levels
        second.result()
    with live.work() as uow:
        assert uow.ticket(1).gist == "second"
