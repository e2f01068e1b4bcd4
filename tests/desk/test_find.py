"""Lists, counts and search, on both databases."""

import random
from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.wiring import Earshot
from handlers.analysis.wording import query
from handlers.analysis.wording.terms import terms
from handlers.customers.flag import flag
from handlers.desk import claim, correct, find, note, reply, resolve, snooze
from handlers.errors import Refused
from handlers.intake.receive import revise
from storage.accounts import customers, people, staff
from storage.accounts.customers import Customer
from storage.accounts.staff import Staff
from storage.desk import tickets, views
from storage.desk.views import Narrow
from tests.conftest import Clock
from tests.intake.conftest import acme, ada, write

__all__ = ["acme", "ada", "write"]

Write = Callable[..., int | None]
SAID = (
    "The export hangs again at 90 percent and we lost the morning.",
    "請求書の設定が保存できません。至急ご確認ください。",
    "Buenos días, la facturación de noviembre está mal calculada.",
    "How do I add a colleague to our account?",
)


@pytest.fixture
def four(write: Write, clock: Clock) -> None:
    """Four tickets of four people, an hour apart: ids 1 to 4."""
    for number, text in enumerate(SAID, 1):
        write(text, ts=f"{number}.1", email=f"p{number}@acme.example")
        clock.forward(hours=1)


def ids(wired: Earshot, text: str, staff_id: int = 1) -> list[int]:
    """The tickets that are found."""
    with wired.work() as uow:
        return [one.id or 0 for one in find.find(uow, staff_id, text).tickets]


FINDS: tuple[tuple[str, list[int]], ...] = (
    ("export", [1]), ("EXPORT morning", [1]), ('"lost the morning"', [1]), ('"the lost morning"', []),
    ("請求", [2]), ("設定", [2]), ("請求書", [2]), ("定設", []), ("facturacion", [3]), ("noviembre ", [3]),
    ("collea", [4]), ("co", []), ("zebra", []), ("acme", [4, 3, 2, 1]), ("p3@acme.example", [3]), ("ES-1002", [2]), ("1004", [4]),
    ("language:ja", [2]), ("is:open language:es", [3]), ("customer:acme export", [1]), ("customer:Ltd", [4, 3, 2, 1]),
    ("before:2026-11-19", [4, 3, 2, 1]), ("after:2026-11-19", []), ("is:unclaimed 請求", [2]), ("is:mine", []),
    ("is:done", []), ("re:export", []), ("'", []), ('"', []), ("* AND (", [1]), ("* (", []), ("_", []), ("ΑΒΓ", []),
)  # fmt: skip


def test_tickets_are_found_by_words_references_people_and_operators(wired: Earshot, four: None) -> None:
    assert [(text, ids(wired, text)) for text, _ in FINDS] == list(FINDS)


def test_what_changed_a_moment_ago_is_found_as_it_is_now(wired: Earshot, four: None, ada: int) -> None:
    assert ids(wired, "generous") == []
    with wired.work() as uow:
        note.note(uow, 1, ada, "Be generous: their CFO called.")
        claim.claim(uow, 1, ada)
        resolve.resolve(uow, 2, ada)
        revise(uow, "slack", "T0/C1/3.1", None)
        customer = customers.by_key(uow.db, "acme")
        assert customer is not None
        customer.name = "Zephyr Freight"
        uow.db.add(customer)
    assert ids(wired, "generous") == [1]
    assert ids(wired, "is:mine", ada) == [1]
    assert ids(wired, "is:done") == [2]
    assert ids(wired, "facturación") == []
    assert ids(wired, "zephyr") == [4, 3, 2, 1]


def test_a_question_that_cannot_be_read_is_answered_in_words(wired: Earshot, four: None) -> None:
    with wired.work() as uow:
        assert find.find(uow, 1, "before:yesterday").wrong == (
            "“before:yesterday” is no day; an example is before:2026-11-01.",
        )
        assert find.find(uow, 1, "customer:nobody x").wrong == ("“customer:nobody” is nothing we know.",)


def test_what_is_found_comes_page_by_page_and_only_once(wired: Earshot, four: None) -> None:
    with wired.work() as uow:
        first = find.find(uow, 1, "acme", limit=3)
        rest = find.find(uow, 1, "acme", limit=3, below=first.below)
    assert [one.id for one in (*first.tickets, *rest.tickets)] == [4, 3, 2, 1]
    assert rest.below is None


def test_terms_are_the_same_however_they_are_written() -> None:
    assert terms("Ｆａｃｔｕｒａｃｉóｎ_2") == ["facturacion", "2"]
    assert terms("がぎ設定ー") == list("がぎ設定ー")
    read = query.read('is:open "two words" customer:"Acme Ltd" http://x.example before:2026-11')
    assert read.phrases == ("two words", "http://x.example")
    assert read.asked == {"is": ("open",), "customer": ("Acme Ltd",)}


def test_counts_and_pages_agree_with_the_tickets_whatever_is_pressed(
    wired: Earshot, write: Write, four: None, ada: int, clock: Clock
) -> None:
    chance = random.Random(7)
    with wired.work() as uow:
        flag(uow, "acme", by="Ada", why="writes daily")
        ben = staff.add(uow.db, Staff(name="Ben", email="ben@us.example", created_at=uow.now())).id or 0
    for number in range(5, 16):
        write("The import is broken again, this is a disgrace.", ts=f"{number}.1", email=f"p{number}@acme.example")
    for _ in range(80):
        clock.forward(minutes=7)
        press(wired, chance, chance.randrange(1, 16), chance.choice((ada, ben)))
    for who in (ada, ben):
        with wired.work() as uow:
            counts = views.counts(uow.db, who)
            for view in views.VIEWS:
                whole = [one.id for one in views.listed(uow.db, view, who, limit=99)]
                assert len(whole) == counts[view] == views.counted(uow.db, view, who, Narrow(customer_id=1)), view
                for narrow in (Narrow(language="en"), Narrow(customer_id=1, language="es"), Narrow(theme_id=1)):
                    some = views.listed(uow.db, view, who, narrow=narrow, limit=99)
                    assert len(some) == views.counted(uow.db, view, who, narrow), (view, narrow)
                assert turned(uow.db, view, who) == whole, view
    with wired.work() as uow:
        active = views.listed(uow.db, "buffer", ada, limit=99)
        order = [(views.mark("buffer", one).urgency, views.mark("buffer", one).at) for one in active]
        assert order == sorted(order)


def press(wired: Earshot, chance: random.Random, ticket_id: int, who: int) -> None:
    """Something a listener does."""
    try:
        with wired.work() as uow:
            what = chance.randrange(7)
            if what == 0:
                claim.claim(uow, ticket_id, who)
            elif what == 1:
                claim.release(uow, ticket_id, who)
            elif what == 2:
                snooze.snooze(uow, ticket_id, who, uow.now() + timedelta(hours=chance.randrange(1, 9)))
            elif what == 3:
                resolve.resolve(uow, ticket_id, who)
            elif what == 4:
                resolve.reopen(uow, ticket_id, who)
            elif what == 5:
                seen = reply.newest_seen(uow, ticket_id)
                reply.reply(uow, ticket_id, who, "Soon.", seen=seen, press=f"p{chance.random()}")
            else:
                correct.correct(uow, ticket_id, who, "emergency", chance.choice(("outage", "none")))
    except Refused:
        pass


def turned(db: object, view: str, who: int) -> list[int | None]:
    """A view read two tickets at a time, from mark to mark."""
    found: list[int | None] = []
    after = None
    while page := views.listed(db, view, who, after=after, limit=2):  # type: ignore[arg-type]
        found += [one.id for one in page]
        after = views.read_mark(str(views.mark(view, page[-1])))
        assert after is not None
    return found


def test_at_the_same_moment_promises_come_before_first_answers(wired: Earshot, four: None) -> None:
    with wired.work() as uow:
        due = uow.now()
        for ticket_id, why in ((1, "next answer"), (2, "first answer"), (3, "promise"), (4, "first answer")):
            ticket = tickets.get(uow.db, ticket_id)
            ticket.due_at, ticket.due_reason, ticket.band = due, why, "none"
            uow.db.add(ticket)
    with wired.work() as uow:
        assert [one.id for one in views.listed(uow.db, "unclaimed", 1)] == [3, 2, 4, 1]
        assert turned(uow.db, "unclaimed", 1) == [3, 2, 4, 1]
        assert people.by_ids(uow.db, []) == {}
        assert customers.named(uow.db, "%") == []
        assert isinstance(customers.named(uow.db, "acme")[0], Customer)
