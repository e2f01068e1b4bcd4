"""The shield: what the buffer took for each engineer, and each interruption that got through, on both databases."""

from collections.abc import Callable

import pytest

from bot.engine import Inline
from bot.wiring import Earshot
from handlers.bugs import file, remark
from handlers.desk.correct import correct
from handlers.insights import shield
from storage.accounts import staff
from storage.accounts.staff import Staff
from storage.desk import tickets
from storage.insights import bugs
from tests.intake.conftest import acme, ada, write

__all__ = ["acme", "ada", "write"]

Write = Callable[..., int | None]
SUPPORT = {"place": "support:acme", "door": "support", "customer": "acme"}


@pytest.fixture
def engineers(wired: Earshot, acme: str) -> dict[str, int]:
    """Two engineers, one of them on call."""
    with wired.work() as uow:
        return {
            name: staff.add(
                uow.db,
                Staff(
                    name=name, email=f"{name}@us.example", role="engineer", slack_id=f"T0/U{name.upper()}",
                    on_call=1 if name == "Olu" else None, created_at=uow.now(),
                ),
            ).id
            or 0
            for name in ("Olu", "Pia")
        }  # fmt: skip


def lines(wired: Earshot) -> dict[str, tuple[int, float, dict[str, int]]]:
    with wired.work() as uow:
        return {one.name: (one.own, one.share, one.through) for one in shield.week(uow).lines}


def test_messages_in_the_buffer_are_absorbed_for_who_has_the_bug_and_shared_otherwise(
    wired: Earshot, write: Write, engineers: dict[str, int], ada: int
) -> None:
    write("The export hangs again at 90 percent. This is unacceptable!", ts="1.1", **SUPPORT)
    write("The dashboard is slow again, I am fed up with it.", ts="2.1", **SUPPORT)
    with wired.work() as uow:
        for number in (1, 2):
            ticket = tickets.get(uow.db, number)
            ticket.queue = "buffer"
            uow.db.add(ticket)
        bug_id = file.file_ticket(uow, 1, ada, {"title": "Export hangs"})
        bug = bugs.get(uow.db, bug_id)
        bug.assignee = "pia"
        uow.db.add(bug)
    nothing = {"straight": 0, "mention": 0, "tracker": 0}
    assert lines(wired) == {"Olu": (0, 0.5, nothing), "Pia": (1, 0.5, nothing)}
    with wired.work() as uow:
        remark.comment(uow, bug_id, "Any news? They ask every day.", by=ada)
        remark.comment(uow, bug_id, "Looking at it.", by=engineers["Pia"])
    assert lines(wired)["Pia"][2] == {"straight": 0, "mention": 0, "tracker": 1}


def test_an_emergency_and_a_mention_are_counted_once_for_whom_they_reached(
    wired: Earshot, write: Write, engineers: dict[str, int], ada: int
) -> None:
    message = write("The export hangs again at 90 percent.", ts="1.1", **SUPPORT)
    assert message is not None
    with wired.work() as uow:
        staff.get(uow.db, ada).on_call = None
        uow.db.add(staff.get(uow.db, ada))
        correct(uow, 1, ada, "emergency", "outage", "they are down")
    assert isinstance(wired.engine, Inline)
    wired.engine.drain()
    for _ in range(2):
        with wired.work() as uow:
            shield.mentioned(uow, message, ["T0/UPIA", "T0/UADA", "T0/USTRANGER"])
    assert {name: through for name, (_, _, through) in lines(wired).items()} == {
        "Olu": {"straight": 1, "mention": 0, "tracker": 0},
        "Pia": {"straight": 0, "mention": 1, "tracker": 0},
    }
    with wired.work() as uow:
        assert [len(one.through) for one in shield.recent(uow, 2)] == [2, 0]
