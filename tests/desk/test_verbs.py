"""The listener's verbs and their opposites, on both databases."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.engine import Inline
from bot.wiring import Earshot
from handlers.bugs import file, follow
from handlers.customers.flag import flag, unflag
from handlers.desk.claim import AlreadyClaimed, claim, hand_over, release
from handlers.desk.correct import correct
from handlers.desk.note import note
from handlers.desk.reply import newest_seen, reply
from handlers.desk.resolve import reopen, resolve
from handlers.desk.snooze import snooze, wake, wake_due
from handlers.errors import Changed, NotFound, Refused
from storage.accounts import flags, staff
from storage.accounts.staff import Staff
from storage.desk import deliveries, history, messages, notes, tickets
from tests.conftest import Clock
from tests.intake.conftest import acme, ada, write

__all__ = ["acme", "ada", "write"]

Write = Callable[..., int | None]


@pytest.fixture
def ben(wired: Earshot) -> int:
    with wired.work() as uow:
        return staff.add(uow.db, Staff(name="Ben", email="ben@us.example", created_at=uow.now())).id or 0


@pytest.fixture
def ticket(write: Write) -> int:
    write("The export hangs again at 90 percent.", ts="1.1", place="support:acme", door="support", customer="acme")
    return 1


def drain(wired: Earshot) -> None:
    assert isinstance(wired.engine, Inline)
    wired.engine.drain()


def test_many_claim_at_once_one_has_it_and_the_others_are_told_who(
    wired: Earshot, ticket: int, ada: int, ben: int
) -> None:
    refusals: list[str] = []
    together = threading.Barrier(6)

    def press(who: int) -> None:
        together.wait()
        try:
            with wired.work() as uow:
                claim(uow, ticket, who)
        except AlreadyClaimed as refusal:
            refusals.append(str(refusal))

    presses = [threading.Thread(target=press, args=(who,)) for who in (ada, ben) * 3]
    for one in presses:
        one.start()
    for one in presses:
        one.join()
    with wired.work() as uow:
        winner = staff.get(uow.db, tickets.get(uow.db, ticket).assignee_id or 0).name
        claims = [event for event in history.of_ticket(uow.db, ticket) if event.name == "claimed"]
    assert (len(claims), set(refusals)) == (1, {f"{winner} has taken this one."})
    assert len(refusals) == 3  # the winner's own second press is no news


def test_release_is_for_who_has_it(wired: Earshot, ticket: int, ada: int, ben: int) -> None:
    with wired.work() as uow:
        claim(uow, ticket, ada)
    with wired.work() as uow, pytest.raises(Refused, match="Ada has this one"):
        release(uow, ticket, ben)
    with wired.work() as uow:
        release(uow, ticket, ada)
        claim(uow, ticket, ben)
        hand_over(uow, ticket, ben, ada, "you know them")
        assert tickets.get(uow.db, ticket).assignee_id == ada
    with wired.work() as uow, pytest.raises(NotFound):
        hand_over(uow, ticket, ada, 99)


def test_a_reply_goes_out_once_however_often_it_is_pressed(wired: Earshot, ticket: int, ada: int) -> None:
    for _ in range(3):
        with wired.work() as uow:
            reply(uow, ticket, ada, "It runs again.", seen=newest_seen(uow, ticket), press="form-1")
        drain(wired)
    with wired.work() as uow:
        said = [one for one in messages.of_ticket(uow.db, ticket) if one.staff_id == ada]
        assert [one.text for one in said] == ["It runs again."]
        assert tickets.get(uow.db, ticket).state == "waiting"
        assert tickets.get(uow.db, ticket).due_reason == "next word"


def test_a_reply_begun_before_the_customer_wrote_again_is_stopped_and_shown_what_is_new(
    wired: Earshot, write: Write, ticket: int, ada: int
) -> None:
    with wired.work() as uow:
        seen = newest_seen(uow, ticket)
    write(
        "Wait, the import is broken as well!",
        ts="1.2",
        thread="1.1",
        place="support:acme",
        door="support",
        customer="acme",
    )
    with wired.work() as uow, pytest.raises(Changed) as stopped:
        reply(uow, ticket, ada, "It runs again.", seen=seen, press="form-1")
    assert stopped.value.news == ["Wait, the import is broken as well!"]
    with wired.work() as uow:
        reply(uow, ticket, ada, "Both run again.", seen=stopped.value.seen, press="form-1")
        assert len([one for one in deliveries.of_ticket(uow.db, ticket) if one.purpose == "reply"]) == 1


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 20_000])
def test_nothing_and_too_much_are_refused_in_plain_words(wired: Earshot, ticket: int, ada: int, text: str) -> None:
    with wired.work() as uow, pytest.raises(Refused, match=r"nothing to send|at most 12,000"):
        reply(uow, ticket, ada, text, seen=99, press="form-1")


def test_a_note_is_kept_apart_and_never_goes_out(wired: Earshot, ticket: int, ada: int) -> None:
    with wired.work() as uow:
        note(uow, ticket, ada, "Careful, they are cross.")
    drain(wired)
    with wired.work() as uow:
        assert [one.text for one in notes.of_ticket(uow.db, ticket)] == ["Careful, they are cross."]
        assert not any("cross" in one.text for one in messages.of_ticket(uow.db, ticket))
        assert not any("cross" in one.text for one in deliveries.of_ticket(uow.db, ticket))


def test_a_ticket_that_sleeps_until_its_bug_changes_wakes_then_and_after_a_month_at_most(
    wired: Earshot, ticket: int, ada: int, clock: Clock
) -> None:
    with wired.work() as uow, pytest.raises(Refused, match="no bug to wait for"):
        snooze(uow, ticket, ada, sooner="bug")
    with wired.work() as uow:
        fields = {"title": "Export stops", "happens": "It stops.", "expected": "", "steps": ""}
        bug_id = file.file_ticket(uow, ticket, ada, fields)
    drain(wired)
    clock.forward(minutes=1)
    with wired.work() as uow:
        snooze(uow, ticket, ada, sooner="bug")
        assert wake_due(uow) == 0
    clock.forward(minutes=1)
    with wired.work() as uow:
        follow.changed(uow, bug_id, "in_progress")
        assert wake_due(uow) == 1
        woken = tickets.get(uow.db, ticket)
        assert (woken.state, woken.due_reason, woken.due_at) == ("open", "bug changed", uow.now())
        snooze(uow, ticket, ada, sooner="reply")
        follow.changed(uow, bug_id, "accepted")
        assert wake_due(uow) == 0, "this one waits for a reply"
    clock.forward(hours=30 * 24)
    with wired.work() as uow:
        assert wake_due(uow) == 1


def test_a_snoozed_ticket_wakes_when_its_time_comes_or_the_customer_writes(
    wired: Earshot, write: Write, ticket: int, ada: int, clock: Clock
) -> None:
    with wired.work() as uow, pytest.raises(Refused, match="passed already"):
        snooze(uow, ticket, ada, uow.now() - timedelta(minutes=1))
    with wired.work() as uow:
        snooze(uow, ticket, ada, uow.now() + timedelta(hours=2))
        assert wake_due(uow) == 0
    clock.forward(hours=3)
    with wired.work() as uow:
        assert wake_due(uow) == 1
        snooze(uow, ticket, ada, uow.now() + timedelta(hours=2))
    write(
        "Any news about the broken export?",
        ts="1.5",
        thread="1.1",
        place="support:acme",
        door="support",
        customer="acme",
    )
    with wired.work() as uow:
        assert tickets.get(uow.db, ticket).state == "open"
        wake(uow, ticket, ada)
        assert tickets.get(uow.db, ticket).state == "open"


def test_resolve_and_reopen_are_opposites(wired: Earshot, ticket: int, ada: int) -> None:
    with wired.work() as uow:
        resolve(uow, ticket, ada)
        resolve(uow, ticket, ada)
        assert tickets.get(uow.db, ticket).state == "resolved"
        reopen(uow, ticket, ada)
        assert tickets.get(uow.db, ticket).state == "open"
        names = [event.name for event in history.of_ticket(uow.db, ticket)]
        assert (names.count("resolved"), names.count("reopened")) == (1, 1)


def test_a_persons_correction_wins_is_kept_and_is_an_example_from_then_on(
    wired: Earshot, write: Write, ticket: int, ada: int
) -> None:
    with wired.work() as uow:
        correct(uow, ticket, ada, "kind", "billing")
    drain(wired)
    with wired.work() as uow:
        corrected = tickets.get(uow.db, ticket)
        assert (corrected.kind, corrected.origins["kind"], corrected.unsure) == ("billing", "person", False)
        assert [one.value for one in history.corrections(uow.db)] == ["billing"]
    write("The export hangs again at 90 percent.", ts="9.1", place="slack:T0/C7", email="bob@acme.example")
    with wired.work() as uow:
        assert tickets.get(uow.db, 2).kind == "billing"


@pytest.mark.parametrize(("field", "value"), [("kind", "banana"), ("severity", 7), ("password", "x")])
def test_a_correction_to_nonsense_is_refused(wired: Earshot, ticket: int, ada: int, field: str, value: object) -> None:
    with wired.work() as uow, pytest.raises(Refused):
        correct(uow, ticket, ada, field, value)


def test_a_flag_has_a_reason_an_end_and_a_history(wired: Earshot, acme: str, clock: Clock) -> None:
    with wired.work() as uow, pytest.raises(Refused, match="needs a reason"):
        flag(uow, acme, by="Ada", why=" ")
    with wired.work() as uow:
        kept = flag(uow, acme, by="Ada", why="writes daily", evidence="ES-1001")
        assert (kept.expires_at - kept.set_at).days == 90
    with wired.work() as uow, pytest.raises(Refused, match="flagged already"):
        flag(uow, acme, by="Ben", why="again")
    with wired.work() as uow:
        unflag(uow, acme, by="Ben", why="calm now")
        flag(uow, acme, by="Ada", why="not calm", days=2)
        assert len(flags.history(uow.db, 1)) == 2
    clock.forward(days=3)
    with wired.work() as uow:
        assert flags.current(uow.db, 1, uow.now()) is None
