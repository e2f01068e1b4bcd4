"""What the console asks of the tables, on both databases."""

from bot.engine import Inline
from bot.wiring import Earshot
from handlers.desk import resolve, snooze
from handlers.intake.receive import Author, Incoming, receive
from storage.accounts import access, customers, people, staff
from storage.accounts.access import Answered
from storage.accounts.customers import Customer
from storage.accounts.staff import Staff
from storage.desk import history, messages, views
from storage.insights import tallies, themes
from storage.insights.themes import Theme
from tests.conftest import Clock


def told(earshot: Earshot, number: int) -> None:
    """A message, worked through."""
    with earshot.work() as uow:
        text = f"The export number {number} hangs at 90 % and we lost the morning."
        receive(
            uow,
            Incoming(
                "support", f"1.{number}", "support:acme", text, uow.now(), Author(f"Ann {number}"), customer="acme"
            ),
        )
    assert isinstance(earshot.engine, Inline)
    earshot.engine.drain()


def test_views_counts_search_and_tallies_agree(wired: Earshot, clock: Clock) -> None:
    with wired.work() as uow:
        staff.add(uow.db, Staff(name="Inés Robledo", email="ines@ours.example", created_at=uow.now()))
        customers.add(uow.db, Customer(key="acme", name="Acme 100% Freight", created_at=uow.now()))
    for number in range(4):
        told(wired, number)
        clock.forward(hours=1)
    with wired.work() as uow:
        snooze.snooze(uow, 1, 1, uow.now().replace(year=2027))
        resolve.resolve(uow, 2, 1)
    with wired.work() as uow:
        counts = views.counts(uow.db, 1)
        assert {view: len(views.listed(uow.db, view, 1)) for view in views.VIEWS} == counts
        assert (counts["snoozed"], counts["done"], counts["unclaimed"]) == (1, 1, 2)
        theme = themes.add(uow.db, Theme(name="Exports", kind="bug", created_at=uow.now()))
        for ticket_id in (3, 4):
            ticket = uow.ticket(ticket_id)
            ticket.theme_id = theme.id
            uow.db.add(ticket)
        uow.db.flush()
        assert tallies.of_themes(uow.db)[theme.id or 0][1:3] == (1, 2)
        assert tallies.of_bugs(uow.db) == {} or sum(size[1] for size in tallies.of_bugs(uow.db).values()) > 0
        assert min(history.pulse(uow.db)) > 0
        assert messages.counts_from_customers(uow.db, clock.time.replace(month=1), clock.time) == {1: 4}
        assert set(customers.by_ids(uow.db, [1, None, 77])) == {1}
        assert people.by_ids(uow.db, []) == {}


def test_an_answer_is_kept_under_its_key_and_a_revoked_key_is_listed_no_more(wired: Earshot) -> None:
    with wired.work() as uow:
        access.issue_key(uow.db, "helpdesk", uow.now())
        access.issue_key(uow.db, "other", uow.now())
        kept = Answered(key_id=1, idempotency_key="k", request_digest="d", status=202, body="{}", created_at=uow.now())
        access.keep_answer(uow.db, kept)
    with wired.work() as uow:
        known = access.answered(uow.db, 1, "k")
        assert known is not None
        assert access.answered(uow.db, 2, "k") is None
        assert access.revoke_key(uow.db, "other", uow.now())
        assert not access.revoke_key(uow.db, "other", uow.now())
        assert [one.source for one in access.keys(uow.db)] == ["helpdesk"]
