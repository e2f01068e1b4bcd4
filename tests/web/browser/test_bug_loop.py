"""The bug loop in a real browser: eleven messages in three languages, one bug in a Redmine, closed there, eleven threads."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from bot import ticks
from bot.trackers.circuit import Circuit
from handlers.intake.receive import Author, Incoming, receive
from storage.accounts import customers
from storage.accounts.customers import Customer
from storage.desk import drafts, messages, tickets
from storage.insights import bugs
from tests.trackers.benches import RedmineBench, bench
from tests.trackers.redmine import THERE
from tests.web.browser.conftest import Desk, Site

PATIENCE_SECONDS = 60.0
TOLD = {
    "en": "The PDF invoice download stops at page {} with an error.",
    "es": "La descarga de la factura en PDF se detiene en la página {} con un error.",
    "ja": "請求書PDFのダウンロードが{}ページ目でエラーになって止まります。",
}


@pytest.fixture
def redmine(site: Site, request: pytest.FixtureRequest) -> Iterator[RedmineBench]:
    """The real one, else the stand-in, as this site's tracker."""
    with ExitStack() as stack:
        made = request.getfixturevalue("real_redmine") if THERE else stack.enter_context(bench("redmine"))
        assert isinstance(made, RedmineBench)
        before, site.earshot.outside.tracker = site.earshot.outside.tracker, Circuit(made.tracker())
        yield made
        site.earshot.outside.tracker = before


def until(site: Site, true: Callable[[], bool]) -> None:
    """Wait for the flows."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not true() and time.monotonic() < end:
        time.sleep(0.1)
    assert true()


def written(site: Site) -> list[int]:
    """Eleven customers write; their tickets, once they are understood."""
    kept: list[int] = []
    for number in range(11):
        language = ("en", "es", "ja")[number % 3]
        with site.earshot.work() as uow:
            one = Customer(key=f"loop-{number}", name=f"Loop {number}", language=language, created_at=uow.now())
            customers.add(uow.db, one)
            said = Incoming(
                door="support", external_id=uuid4().hex, place=f"support:loop-{number}", customer=one.key,
                text=TOLD[language].format(number + 2), sent_at=uow.now(), author=Author(f"Person {number}"),
            )  # fmt: skip
            kept.append(receive(uow, said) or 0)

    def ticket_ids() -> list[int | None]:
        with site.earshot.work() as uow:
            return [messages.get(uow.db, one).ticket_id for one in kept]

    until(site, lambda: None not in ticket_ids())
    return [one or 0 for one in ticket_ids()]


def test_one_defect_one_bug_and_the_news_comes_back(
    sit_down: Callable[..., Desk], site: Site, redmine: RedmineBench
) -> None:
    ticket_ids = written(site)

    def of_bugs() -> set[int | None]:
        with site.earshot.work() as uow:
            return {tickets.get(uow.db, one).bug_id for one in ticket_ids}

    until(site, lambda: len(of_bugs()) == 1 and None not in of_bugs())
    (bug_id,) = of_bugs()
    assert bug_id is not None
    ines = sit_down()
    ines.page.on("dialog", lambda dialog: dialog.accept())
    page = ines.open(f"/bugs/{bug_id}")
    expect(page.get_by_text(re.compile("^1[1-3] customers, "))).to_be_visible()
    page.get_by_label("Title").fill(f"PDF invoice download stops {time.time_ns()}")
    page.get_by_role("button", name="File bug").click()
    expect(page.get_by_role("heading", name="Proposed: file it?")).to_have_count(0)

    def key() -> str:
        with site.earshot.work() as uow:
            return bugs.get(uow.db, bug_id).external_key or ""

    until(site, lambda: bool(key()))
    redmine.says(key(), "customer: workaround: open it in the browser")
    redmine.closes(key())
    with site.earshot.work() as uow:
        ticks.ask_tracker(uow)

    def drafted() -> int:
        with site.earshot.work() as uow:
            return len(drafts.waiting(uow.db, bug_id=bug_id))

    until(site, lambda: drafted() >= 11)
    page.reload()
    expect(page.get_by_role("heading", name=re.compile("^1[1-3] drafts for customers"))).to_be_visible(timeout=60_000)
    ines.picture("loop-1-drafts")
    page.get_by_role("button", name="Approve and send the chosen").click()
    expect(page.locator(".drafted")).to_have_count(0)

    def heard() -> int:
        with site.earshot.work() as uow:
            said = [messages.of_ticket(uow.db, one) for one in ticket_ids]
        return sum(any(one.direction == "out" and "PDF" in one.text for one in theirs) for theirs in said)

    until(site, lambda: heard() == 11)
    assert ines.complaints == []
