"""Service levels and silence, on both databases: what is owed, what stands still, what is missed and who is told."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from bot.engine import Inline
from bot.wiring import Earshot
from handlers.bugs.tell import approve
from handlers.company.decide import decide
from handlers.company.owe import end, owe
from handlers.desk import clocks, overdue, silence
from handlers.desk.correct import correct
from handlers.desk.note import note
from handlers.desk.reply import newest_seen, reply
from handlers.desk.resolve import reopen, resolve
from handlers.desk.snooze import snooze
from handlers.errors import Refused
from handlers.intake.receive import Author, Incoming, receive
from handlers.outside import Outside
from storage.accounts import customers, staff
from storage.accounts.staff import Staff
from storage.desk import deliveries, drafts, history, tickets
from storage.routing import levels
from storage.routing.levels import Clock
from tests.conftest import Clock as Time
from tests.intake.conftest import acme, ada, write
from tests.intake.test_escalate import Pager

__all__ = ["acme", "ada", "write"]

Write = Callable[..., int | None]
SUPPORT = {"place": "support:acme", "door": "support", "customer": "acme"}
GOALS = {"first": 60, "next": 120, "resolution": 600}


def drain(wired: Earshot) -> None:
    assert isinstance(wired.engine, Inline)
    wired.engine.drain()


def set_level(wired: Earshot, **more: object) -> int:
    with wired.work() as uow:
        decide(uow, {"opening": "Mon-Fri 09:00-18:00"})
        number = owe(uow, "Team plan", {"plan": ["team"]}, GOALS, **more)  # type: ignore[arg-type]
    drain(wired)
    return number


def of(wired: Earshot, goal: str) -> list[Clock]:
    with wired.work() as uow:
        return [one for one in levels.of_ticket(uow.db, 1) if one.goal == goal]


def say(wired: Earshot, ada: int, text: str = "It runs again.", press: str = "one") -> None:
    with wired.work() as uow:
        reply(uow, 1, ada, text, seen=newest_seen(uow, 1), press=press)
    drain(wired)


def test_each_goal_runs_in_business_hours_stands_still_for_the_customer_and_is_met(
    wired: Earshot, write: Write, ada: int, clock: Time
) -> None:
    set_level(wired)
    clock.time = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)  # a Friday
    write("The export hangs again at 90 percent.", ts="1.1", **SUPPORT)
    (first,) = of(wired, "first")
    assert (first.state, first.due_at) == ("running", datetime(2026, 11, 23, 9, 30, tzinfo=UTC))
    with wired.work() as uow:
        assert (uow.ticket(1).due_at, uow.ticket(1).due_reason) == (first.due_at, "first answer")
    clock.time = datetime(2026, 11, 23, 9, 10, tzinfo=UTC)
    say(wired, ada)
    assert [one.state for one in of(wired, "first")] == ["met"]
    assert [one.state for one in of(wired, "resolution")] == ["paused"]
    clock.forward(hours=4)
    write("It still hangs.", ts="1.2", thread="1.1", **SUPPORT)
    (next_one,), (resolution,) = of(wired, "next"), of(wired, "resolution")
    assert (next_one.state, next_one.due_at) == ("running", datetime(2026, 11, 23, 15, 10, tzinfo=UTC))
    assert (resolution.state, resolution.paused_minutes) == ("running", 240)
    say(wired, ada, press="two")
    with wired.work() as uow:
        resolve(uow, 1, ada)
    drain(wired)
    assert [one.state for one in of(wired, "next")] == ["met"]
    assert [one.state for one in of(wired, "resolution")] == ["met"]
    with wired.work() as uow:
        reopen(uow, 1, ada)
    drain(wired)
    assert [one.state for one in of(wired, "resolution")] == ["running"]


def test_what_runs_out_is_warned_of_missed_with_a_reason_and_climbs_the_ladder(
    wire_on: Callable[..., Earshot], sqlite_url: str, clock: Time
) -> None:
    phone = Pager()
    wired = wire_on(sqlite_url, Outside(channels={"slack": phone}), slack_desk_channel="T0/CDESK")
    ann = _customer_and_listener(wired)
    set_level(wired, warn_minutes=15, ladder=[(30, ann)])
    _write_to(wired, clock)
    with wired.work() as uow:
        snooze(uow, 1, ann, datetime(2026, 11, 19, 9, 0, tzinfo=UTC))
    said: list[str] = []
    for minutes in (46, 15, 31, 31):
        clock.forward(minutes=minutes)
        with wired.work() as uow:
            clocks.watch(uow)
        drain(wired)
        with wired.work() as uow:
            said.append(uow.ticket(1).state)
    with wired.work() as uow:
        (first,) = [one for one in levels.of_ticket(uow.db, 1) if one.goal == "first"]
        told = [one for one in deliveries.pending(uow.db) if one.purpose == "level"]
        names = [one.name for one in history.of_ticket(uow.db, 1) if one.name.startswith("level")]
    assert said[0] == "open"  # what will be missed soon does not sleep
    assert names == ["level_warned", "level_missed", "level_told"]
    assert (first.missed_at, first.why) == (first.due_at, "Nobody had claimed it.")
    assert told == []
    assert [one.place for one in phone.said if one.purpose == "level"] == ["slack:T0/CDESK"] * 2 + ["slack:T0/UANN"]
    with wired.work() as uow:
        clocks.explain(uow, first.id or 0, ann, "The whole team was at the fair.")
    with wired.work() as uow:
        (missed,) = levels.missed(uow.db, first.due_at)
        assert (missed.why, missed.why_by) == ("The whole team was at the fair.", ann)
        assert levels.kept_and_missed(uow.db, first.due_at) == {(1, "first"): (0, 1)}


def test_without_slack_the_ladder_is_climbed_by_mail_by_webhook_and_in_the_console(
    wire_on: Callable[..., Earshot], sqlite_url: str, clock: Time
) -> None:
    post, hook = Pager(), Pager()
    wired = wire_on(sqlite_url, Outside(channels={"mail": post, "webhook": hook}))
    ann = _customer_and_listener(wired)
    with wired.work() as uow:
        engineer = Staff(name="Eva", email="eva@ours.example", role="engineer", created_at=uow.now())
        eva = staff.add(uow.db, engineer).id or 0
        decide(uow, {"rotation": [ann], "undo_seconds": 0})
    set_level(wired, warn_minutes=15, ladder=[(30, eva)])
    _write_to(wired, clock)
    shown: list[tuple[int, int]] = []
    for minutes in (46, 15, 31):
        clock.forward(minutes=minutes)
        with wired.work() as uow:
            clocks.watch(uow)
        drain(wired)
        with wired.work() as uow:
            shown.append((len(overdue.overdue(uow, ann)), len(overdue.overdue(uow, eva))))
    assert shown == [(0, 0), (1, 0), (1, 1)]
    assert [one.place for one in post.said] == ["mail:ann@us.example"] * 2 + ["mail:eva@ours.example"]
    assert [one.purpose for one in hook.said] == ["level"] * 2, "a warning calls nobody"
    assert hook.said[0].text.splitlines()[0] == (
        "ES-1001: first answer was due 18 Nov 2026, 10:00 UTC and is still owed"
    )
    assert "Acme" in post.said[0].text
    assert "Acme" not in post.said[2].text, "an engineer is told no customer's name"
    say(wired, ann)
    with wired.work() as uow:
        assert overdue.overdue(uow, ann) == []
        note(uow, 1, ann, "@Eva can you look? Acme is on the phone.")
    drain(wired)
    assert post.said[-1].place == "mail:eva@ours.example", "who is called by name hears of it without Slack as well"
    assert ("can you look?" in post.said[-1].text, "Acme" in post.said[-1].text) == (True, False)


def test_another_severity_another_level_and_no_level_are_followed(
    wired: Earshot, write: Write, ada: int, clock: Time
) -> None:
    general = set_level(wired)
    with wired.work() as uow:
        number = owe(uow, "Serious", {"severity": [1]}, {"first": 15})
        levels.keep(uow.db, _placed(levels.get(uow.db, number), 0))
    write("The export hangs again at 90 percent.", ts="1.1", **SUPPORT)
    assert [one.level_id for one in of(wired, "first")] == [general]
    with wired.work() as uow:
        correct(uow, 1, ada, "severity", 1)
    drain(wired)
    (first,) = of(wired, "first")
    assert (first.level_id, first.due_at) == (number, datetime(2026, 11, 18, 9, 15, tzinfo=UTC))
    assert [one.state for one in of(wired, "resolution")] == ["stopped"]
    with wired.work() as uow:
        assert uow.ticket(1).due_at == first.due_at
        end(uow, number)
        end(uow, general)
    drain(wired)
    assert {one.state for one in [*of(wired, "first"), *of(wired, "resolution")]} == {"stopped"}


def test_a_new_level_counts_for_open_tickets_but_blames_nobody_for_the_past(
    wired: Earshot, write: Write, clock: Time
) -> None:
    write("The export hangs again at 90 percent.", ts="1.1", **SUPPORT)
    clock.forward(hours=2)
    set_level(wired)
    assert of(wired, "first") == []
    assert [one.state for one in of(wired, "resolution")] == ["running"]


@pytest.mark.parametrize(
    ("conditions", "minutes", "more"),
    [
        ({"kind": "bug"}, {"first": 5}, {}),
        ({}, {}, {}),
        ({}, {"first": 5}, {"opening": "whenever"}),
        ({}, {"first": 5}, {"ladder": [(5, 999)]}),
    ],
)
def test_a_level_that_says_nothing_is_refused(
    wired: Earshot, conditions: dict[str, str], minutes: dict[str, int], more: dict[str, object]
) -> None:
    with wired.work() as uow, pytest.raises(Refused):
        owe(uow, "Odd", conditions, minutes, **more)  # type: ignore[arg-type]


def test_nobody_waits_for_days_without_a_word_and_the_draft_is_there_the_day_before(
    wired: Earshot, write: Write, ada: int, clock: Time
) -> None:
    write("La exportación se cuelga siempre al 90 por ciento.", ts="1.1", **SUPPORT)
    with wired.work() as uow:
        decide(uow, {"silence_days": 3})
    say(wired, ada, "Lo miramos.")
    for days, drafted in ((1, 0), (4, 1), (1, 1)):  # Thursday, Monday, Tuesday
        clock.forward(days=days)
        with wired.work() as uow:
            silence.watch(uow)
            assert len(drafts.waiting(uow.db, 1)) == drafted
    with wired.work() as uow:
        (draft,) = drafts.waiting(uow.db, 1)
        assert "ES-1001" in draft.text
        assert "respuesta" in draft.text
        due = tickets.get(uow.db, 1).due_at
        assert due is not None
        assert due <= datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
        assert approve(uow, draft.id or 0, ada) is not None
    drain(wired)
    with wired.work() as uow:
        silence.watch(uow)
        assert (drafts.waiting(uow.db, 1), tickets.get(uow.db, 1).state) == ([], "waiting")


def test_a_draft_against_silence_goes_when_somebody_has_written_themselves(
    wired: Earshot, write: Write, ada: int, clock: Time
) -> None:
    write("The export hangs again at 90 percent.", ts="1.1", **SUPPORT)
    clock.forward(days=5)
    with wired.work() as uow:
        assert silence.watch(uow) == 1
    clock.forward(minutes=1)
    say(wired, ada)
    with wired.work() as uow:
        silence.watch(uow)
        assert drafts.waiting(uow.db, 1) == []


def _placed(level: levels.Level | None, position: int) -> levels.Level:
    assert level is not None
    level.position = position
    return level


def _customer_and_listener(wired: Earshot) -> int:
    with wired.work() as uow:
        customers.add(uow.db, customers.Customer(key="acme", name="Acme Ltd", plan="team", created_at=uow.now()))
        ann = staff.Staff(name="Ann", email="ann@us.example", slack_id="T0/UANN", created_at=uow.now())
        return staff.add(uow.db, ann).id or 0


def _write_to(wired: Earshot, clock: Time) -> None:
    with wired.work() as uow:
        receive(
            uow,
            Incoming(
                door="support", external_id="acme/1", place="support:acme", sent_at=clock(), customer="acme",
                text="The export hangs again at 90 percent.", author=Author(name="Bo"),
            ),
        )  # fmt: skip
    drain(wired)
