"""The walk of a message: kept once, joined to its conversation, answered once."""

from collections.abc import Callable
from datetime import timedelta

from sqlmodel import Session, select

from bot.flows import messages as flows
from bot.wiring import Earshot
from handlers.desk.resolve import resolve
from handlers.intake import identify
from handlers.intake.receive import Author, Incoming, receive
from storage.accounts import customers
from storage.accounts.flags import Flag
from storage.desk import deliveries, messages, tickets
from storage.desk.deliveries import Delivery
from storage.desk.tickets import Ticket
from storage.routing import policy
from tests.conftest import Clock

Write = Callable[..., int | None]


def all_tickets(db: Session) -> list[Ticket]:
    return list(db.exec(select(Ticket).order_by("id")))


def answers(db: Session) -> list[Delivery]:
    return list(db.exec(select(Delivery).where(Delivery.purpose == "acknowledgement").order_by("id")))


def test_the_same_message_delivered_twice_opens_one_ticket_and_is_answered_once(wired: Earshot, write: Write) -> None:
    first = write("The export hangs again at 90 percent.", ts="1.1")
    second = write("The export hangs again at 90 percent.", ts="1.1")
    with wired.work() as uow:
        assert (first is not None, second) == (True, None)
        assert (len(all_tickets(uow.db)), len(answers(uow.db))) == (1, 1)


def test_the_answer_names_what_was_understood_a_reference_and_a_time_in_opening_hours(
    wired: Earshot, write: Write
) -> None:
    write("The export hangs again at 90 percent.", ts="1.1")
    with wired.work() as uow:
        ticket, answer = all_tickets(uow.db)[0], answers(uow.db)[0]
        assert "ES-1001" in answer.text
        assert "export hangs" in answer.text
        assert ticket.promised_at is not None
        assert 9 <= ticket.promised_at.hour <= 18
        assert ticket.promised_at > uow.now()


def test_a_follow_up_in_the_thread_joins_and_is_not_answered_again(wired: Earshot, write: Write) -> None:
    write("The export hangs again at 90 percent.", ts="1.1")
    write("It now also fails for my colleague.", ts="1.2", thread="1.1")
    with wired.work() as uow:
        assert (len(all_tickets(uow.db)), len(answers(uow.db))) == (1, 1)
        assert len(messages.of_ticket(uow.db, 1)) == 2


def test_a_reply_that_arrives_before_its_root_joins_the_same_ticket(wired: Earshot, write: Write) -> None:
    write("And it is broken for my colleague too.", ts="1.2", thread="1.1")
    write("The export hangs again at 90 percent.", ts="1.1")
    with wired.work() as uow:
        assert (len(all_tickets(uow.db)), len(answers(uow.db))) == (1, 1)


def test_the_same_person_within_the_window_goes_on_with_the_ticket_and_later_opens_a_new_one(
    wired: Earshot, write: Write, clock: Clock
) -> None:
    write("The export hangs again at 90 percent.", ts="1.1")
    clock.forward(minutes=10)
    write("It says error 504 gateway timeout.", ts="1.2")
    clock.forward(minutes=90)
    write("The invoice of October shows the wrong VAT number.", ts="1.3")
    with wired.work() as uow:
        assert len(all_tickets(uow.db)) == 2
        assert len(messages.of_ticket(uow.db, 1)) == 2


def test_a_thread_under_a_message_that_joined_by_the_window_stays_in_the_same_ticket(
    wired: Earshot, write: Write, clock: Clock
) -> None:
    write("The export hangs again at 90 percent.", ts="1.1")
    clock.forward(minutes=10)
    write("It says error 504 gateway timeout.", ts="1.2")
    clock.forward(hours=3)
    write("Still the same error 504 here.", ts="1.3", thread="1.2")
    with wired.work() as uow:
        assert len(all_tickets(uow.db)) == 1


def test_thanks_after_the_end_do_not_reopen_but_a_new_complaint_in_the_thread_does(
    wired: Earshot, write: Write, ada: int
) -> None:
    write("The export hangs again at 90 percent.", ts="1.1")
    with wired.work() as uow:
        resolve(uow, 1, ada)
    write("Thanks!", ts="1.2", thread="1.1")
    with wired.work() as uow:
        assert tickets.get(uow.db, 1).state == "resolved"
    write("It hangs again, the same export as before is broken.", ts="1.3", thread="1.1")
    with wired.work() as uow:
        assert tickets.get(uow.db, 1).state == "open"


def test_chatter_is_kept_and_opens_nothing(wired: Earshot, write: Write) -> None:
    assert write("ok thanks!", ts="1.1") is not None
    with wired.work() as uow:
        assert (messages.count(uow.db), all_tickets(uow.db), deliveries.pending(uow.db)) == (1, [], [])


def test_an_absence_notice_is_kept_and_never_answered(wired: Earshot, write: Write) -> None:
    write("Automatic reply: I am out of the office until Monday and the export is broken.", ts="1.1")
    with wired.work() as uow:
        assert (messages.count(uow.db), all_tickets(uow.db), answers(uow.db)) == (1, [], [])


def test_flagged_or_not_the_same_message_gets_the_same_words_and_the_same_time(
    wired: Earshot, write: Write, clock: Clock
) -> None:
    write("The export hangs again at 90 percent.", ts="1.1")
    with wired.work() as uow:
        flag = Flag(
            customer_id=1,
            set_by="Ada",
            why="writes daily",
            set_at=uow.now(),
            review_at=uow.now() + timedelta(days=30),
            expires_at=uow.now() + timedelta(days=90),
        )
        uow.db.add(flag)
    write("The export hangs again at 90 percent.", ts="2.1", place="slack:T0/C2", email="bob@acme.example")
    with wired.work() as uow:
        plain, flagged = all_tickets(uow.db)
        first, second = (answer.text for answer in answers(uow.db))
        assert (plain.queue, flagged.queue) == ("regular", "buffer")
        assert plain.promised_at == flagged.promised_at
        assert flagged.routed_by == "rule 1: flagged customer, complaint → buffer"
        assert "ES-1001" in second  # the repetition is noticed, as it would be for anybody
        assert "buffer" not in (first + second).lower()


def test_a_stranger_is_kept_answered_neutrally_and_shown(wired: Earshot, write: Write) -> None:
    write("Where can I see my report?", ts="1.1", email="joe@nowhere.example")
    with wired.work() as uow:
        ticket = all_tickets(uow.db)[0]
        assert ticket.customer_id is None
        assert "ES-1001" in answers(uow.db)[0].text


def test_imported_history_is_understood_and_never_answered(wired: Earshot, write: Write) -> None:
    write("URGENT: all our data is gone!", ts="1.1", door="import", place="import:acme", customer="acme", history=True)
    with wired.work() as uow:
        ticket = all_tickets(uow.db)[0]
        assert (ticket.history, ticket.alert_id, answers(uow.db)) == (True, None, [])


def test_an_address_of_ours_in_a_foreign_workspace_does_not_make_somebody_staff(wired: Earshot, acme: str) -> None:
    with wired.work() as uow:
        decisions = uow.policy
        decisions.staff_domains = ["us.example"]
        policy.save(uow.db, decisions)
    for account, expected in (("T9/UEVE", "in"), ("T0/UCAT", "out")):
        incoming = Incoming(
            door="slack",
            external_id=f"T0/C1/{account}",
            place="slack:T0/C1",
            text="The export hangs again at 90 percent.",
            sent_at=wired.clock(),
            author=Author(slack_id=account, team=account.partition("/")[0]),
        )
        with wired.work() as uow:
            message_id = receive(uow, incoming) or 0
        with wired.work() as uow:
            identify.identify(uow, message_id, {"name": "Cat", "email": f"{account[3:].lower()}@us.example"})
            identify.settle(uow, message_id)
            assert messages.get(uow.db, message_id).direction == expected


def test_who_tells_the_same_thing_again_in_a_new_thread_is_told_the_first_reference(
    wired: Earshot, write: Write
) -> None:
    write("The export hangs again at 90 percent.", ts="1.1")
    write("The import hangs at 90 percent.", ts="2.1", place="slack:T0/C2", email="bob@acme.example")
    write("Export is stuck at 90% again.", ts="3.1", place="slack:T0/C3", email="cy@acme.example")
    with wired.work() as uow:
        _, other, again = answers(uow.db)
        assert "ES-1001" not in other.text
        assert "ES-1001" in again.text
        assert "ES-1002" not in again.text


def test_words_that_could_be_any_language_are_answered_in_the_customers_own(wired: Earshot, write: Write) -> None:
    with wired.work() as uow:
        customer = customers.by_key(uow.db, "acme")
        assert customer is not None
        customer.language = "es"
        uow.db.add(customer)
    write("PDF 404", ts="1.1")
    write("The export hangs again at 90 percent.", ts="2.1", email="bob@acme.example")
    with wired.work() as uow:
        assert [ticket.language for ticket in all_tickets(uow.db)] == ["es", "en"]


def test_a_crash_between_meaning_to_answer_and_answering_has_the_answer_looked_for_and_said(
    wired: Earshot, clock: Clock
) -> None:
    author = Author(name="Ann", slack_id="T1/U1", team="T2")
    message = Incoming("slack", "T1/C1/1.1", "slack:T1/C1", "The export hangs", clock(), author=author)
    with wired.work() as uow:
        message_id = receive(uow, message)
    assert message_id is not None
    with wired.work() as uow:
        identify.identify(uow, message_id, None)
    with wired.work() as uow:
        first = flows.hear(uow, message_id)
    with wired.work() as uow:
        again = flows.hear(uow, message_id)
    assert (first["intent"]["repeated"], again["intent"]["repeated"]) == (False, True)
    assert {**again["intent"], "repeated": False, "attempts": 1} == first["intent"]
