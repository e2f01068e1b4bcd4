"""The support page as customers meet it, in a real browser: files, words for the end, links that end, the keyboard alone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from handlers.customers import keep
from tests.web.browser.conftest import Desk, Site
from tests.web.browser.test_pages import findings, too_wide
from tests.web.browser.test_walks import link_of

Sit = Callable[..., Desk]


@pytest.fixture(scope="module")
def home(site: Site) -> str:
    """The support page of a customer who never wrote."""
    with site.earshot.work() as uow:
        keep.keep(uow, keep.Card(key="fresh", name="Fresh " + "Water " * 12, language="en"), by=1)
    return link_of(site, "fresh")


def write(page: Page, text: str) -> str:
    """Write it; its reference, once it is answered."""
    page.get_by_label("What would you like to tell us?").fill(text)
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".said.ours").first).to_be_visible()
    return page.locator(".said.ours").first.inner_text()


def test_by_keyboard_alone_on_a_phone_the_first_words_arrive(sit_down: Sit, home: str) -> None:
    desk = sit_down(width=375, email="")
    page = desk.open(home)
    desk.picture("support-empty-375")
    field = page.get_by_label("What would you like to tell us?")
    for _ in range(20):
        page.keyboard.press("Tab")
        if field.evaluate("one => one === document.activeElement"):
            break
    page.keyboard.type("A" * 300 + " does not fit into the name field.")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.get_by_role("button", name="Send").evaluate("one => one === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.locator(".said.ours").first).to_be_visible()
    assert not too_wide(desk)
    assert findings(desk) == []
    assert desk.complaints == []


def test_files_come_along_and_are_downloaded_at_the_desk(sit_down: Sit, home: str) -> None:
    ann, ines = sit_down(email=""), sit_down()
    page = ann.open(home)
    page.get_by_label("Files").set_input_files({"name": "log.txt", "mimeType": "text/plain", "buffer": b"line 500"})
    write(page, "The importer stops; the log is attached.")
    expect(page.locator(".files")).to_contain_text("log.txt")
    row = ines.open("/?q=log+attached").locator("[data-rows] a").first
    row.click()
    with ines.page.expect_download() as kept:
        ines.page.get_by_role("link", name="log.txt").click()
    assert kept.value.path().read_bytes() == b"line 500"
    assert (ann.complaints, ines.complaints) == ([], [])


def test_after_the_end_one_question_is_asked_and_its_answer_stands_at_the_desk(sit_down: Sit, home: str) -> None:
    ann, ines = sit_down(email=""), sit_down()
    page = ann.open(home)
    write(page, "How do I print the yearly plan?")
    ines.open("/?q=yearly+plan").locator("[data-rows] a").first.click()
    ines.page.get_by_label("Reply to the customer").fill("Choose File, then Print.")
    ines.page.get_by_label("After sending").select_option("resolve")
    ines.page.get_by_role("button", name="Send").click()
    expect(page.locator(".stage")).to_have_text("Done")
    page.reload()
    ann.picture("support-asked")
    assert findings(ann) == []
    page.get_by_role("radio", name="5").check()
    page.locator("#word").fill("Quick and kind")
    page.locator("#rating").get_by_role("button").click()
    expect(page.locator("#rating .notice")).to_be_visible()
    page.reload()
    expect(page.get_by_role("radio")).to_have_count(0)
    expect(ines.open("/ratings").locator("main")).to_contain_text("Quick and kind")
    assert (ann.complaints, ines.complaints) == ([], [])


def test_a_link_is_renewed_and_closed_and_the_old_one_says_so_kindly(sit_down: Sit, home: str, site: Site) -> None:
    ines, ann = sit_down(), sit_down(email="")
    ines.page.on("dialog", lambda dialog: dialog.accept())
    page = ines.open("/customers/fresh")
    page.get_by_role("button", name="Renew").click()
    expect(page.locator("#toasts")).to_contain_text("There is a new link")
    ann.open(home)
    expect(ann.page.get_by_role("heading", level=1)).to_be_visible()
    expect(ann.page.get_by_role("button", name="Send")).to_have_count(0)
    ann.open(link_of(site, "fresh"))
    expect(ann.page.get_by_role("button", name="Send")).to_be_visible()
    page.get_by_role("button", name="Close", exact=True).click()
    expect(page.get_by_text("Closed: there is no link that works.")).to_be_visible()
    page.get_by_role("button", name="Renew").click()
    expect(page.get_by_label("Support link")).to_be_visible()
    assert ines.complaints == []
