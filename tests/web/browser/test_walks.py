"""Walks in a real browser: from a customer's message to the answer they read, by mouse and by keyboard alone."""

import re
from collections.abc import Callable
from uuid import uuid4

from playwright.sync_api import expect

from storage.accounts import customers
from tests.web.browser.conftest import Desk, Site

Sit = Callable[..., Desk]


def link_of(site: Site, key: str) -> str:
    """A customer's support page."""
    with site.earshot.work() as uow:
        customer = customers.by_key(uow.db, key)
        assert customer is not None
        return f"/support/{customer.support_token}"


def test_a_message_is_answered_claimed_replied_to_and_read_without_anybody_reloading(sit_down: Sit, site: Site) -> None:
    ines, ann = sit_down(), sit_down(email="")
    ines.open("/?view=regular")
    page = ann.open(link_of(site, "noria"))
    page.get_by_label("What would you like to tell us?").fill("The CSV import refuses my file since this morning.")
    page.get_by_label(re.compile("Your name")).fill("Ann Lee")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".said.theirs").first).to_contain_text("refuses my file")
    expect(page.locator(".said.ours").first).to_contain_text("Hi Ann,")
    row = ines.page.locator("[data-rows] a", has_text="refuses my file")
    expect(row).to_be_visible()
    row.click()
    ines.page.get_by_role("button", name="Claim").click()
    expect(ines.page.get_by_role("button", name="Release")).to_be_visible()
    expect(page.locator(".stage")).to_have_text("Being looked at")
    ines.page.get_by_label("Note for the team").fill("Never to be read outside")
    ines.page.get_by_role("button", name="Keep note").click()
    expect(ines.page.locator(".memo")).to_contain_text("Never to be read outside")
    ines.page.get_by_label("Reply to the customer").fill("Please try again: we have just repaired it.")
    ines.page.get_by_role("button", name="Send").click()
    expect(ines.page.locator(".said.ours").last).to_contain_text("we have just repaired it")
    expect(ines.page.get_by_label("Reply to the customer")).to_have_value("")
    expect(page.locator(".said.ours").last).to_contain_text("we have just repaired it")
    expect(page.locator(".stage")).to_have_text("Answered")
    assert "Never to be read outside" not in page.content()
    ann.picture("walk-customer")
    ines.picture("walk-listener")
    assert (ines.complaints, ann.complaints) == ([], [])


def test_two_listeners_see_each_others_claim_and_the_slower_one_is_told(sit_down: Sit) -> None:
    ines, marc = sit_down(), sit_down(email="marc@ours.example")
    ines.open("/tickets/ES-1007")
    marc.open("/tickets/ES-1007")
    ines.page.get_by_role("button", name="Claim").click()
    expect(marc.page.get_by_text("Inés Robledo has this one")).to_be_visible()
    expect(marc.page.get_by_role("button", name="Claim")).to_have_count(0)
    ines.page.get_by_role("button", name="Undo").click()
    expect(marc.page.get_by_role("button", name="Claim")).to_be_visible()
    assert (ines.complaints, marc.complaints) == ([], [])


def test_a_reply_begun_before_the_customer_wrote_again_is_stopped_with_its_words_kept(
    sit_down: Sit, site: Site
) -> None:
    ann, ines = sit_down(email=""), sit_down()
    page = ann.open(link_of(site, "mitsumori") + "?lang=en")
    page.get_by_label("What would you like to tell us?").fill("How can I add a colleague to our account?")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".said.ours").first).to_be_visible()
    reference = re.search(r"ES-\d+", page.locator("h1").inner_text())
    assert reference
    ines.open(f"/tickets/{reference[0]}")
    ines.page.get_by_label("Reply to the customer").fill("Under Settings, then People.")
    page.get_by_role("textbox", name="Add something").fill("And how do I remove one again?")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".said.theirs").last).to_contain_text("remove one again")
    expect(ines.page.locator("#talk .said.theirs").last).to_contain_text("remove one again")
    expect(ines.page.get_by_label("Reply to the customer")).to_have_value("Under Settings, then People.")
    ines.page.get_by_role("button", name="Send").click()
    expect(ines.page.locator("#composer .news")).to_contain_text("remove one again")
    expect(ines.page.get_by_label("Reply to the customer")).to_have_value("Under Settings, then People.")
    ines.picture("reply-stopped")
    ines.page.get_by_role("button", name="Send anyway").click()
    expect(page.locator(".said.ours").last).to_contain_text("Under Settings")


def test_the_keyboard_alone_is_enough(sit_down: Sit) -> None:
    desk = sit_down()
    page = desk.open("/?view=regular")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    first = page.locator("[data-rows] a").first
    expect(first).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/tickets/*")
    page.keyboard.press("c")
    expect(page.get_by_role("button", name="Release")).to_be_visible()
    page.keyboard.press("u")
    expect(page.get_by_role("button", name="Claim")).to_be_visible()
    page.keyboard.press("c")
    expect(page.get_by_role("button", name="Release")).to_be_visible()
    page.keyboard.press("n")
    expect(page.get_by_label("Note for the team")).to_be_focused()
    page.keyboard.type("c r e b")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".memo").last).to_contain_text("c r e b")
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    expect(page.get_by_label("Reply to the customer")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    expect(page.get_by_role("button", name="In an hour")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    expect(page.get_by_role("button", name="Reopen")).to_be_visible()
    page.keyboard.press("e")
    expect(page.get_by_role("button", name="Resolve")).to_be_visible()
    page.keyboard.press("c")
    expect(page.get_by_role("button", name="Claim")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Keyboard")).to_be_visible()
    desk.picture("keyboard-help")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("export")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=export")
    page.keyboard.press("g")
    page.keyboard.press("d")
    page.wait_for_url("**/?view=done")
    assert desk.complaints == []


def test_light_and_dark_is_chosen_and_remembered(sit_down: Sit) -> None:
    desk = sit_down(scheme="light")
    page = desk.open("/customers")
    background = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(background)
    page.get_by_label("Inés Robledo: menu").click()
    page.get_by_role("button", name="Light or dark").click()
    assert page.evaluate(background) != light
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_a_rule_is_tried_then_kept_and_a_secret_is_shown_once(sit_down: Sit) -> None:
    desk = sit_down()
    page = desk.open("/rules")
    page.get_by_label("Billing").check()
    page.get_by_label("Then it goes to").select_option("buffer")
    page.get_by_role("button", name="Try it on the last 30 days").click()
    expect(page.locator("#moved")).to_contain_text("When it is about billing")
    page.get_by_role("button", name="Add it, last").click()
    expect(page.locator(".rule", has_text="it is about billing")).to_be_visible()
    page = desk.open("/policy")
    page.get_by_label(re.compile("Source")).fill(f"desk-{uuid4().hex[:6]}")
    page.get_by_role("button", name="Issue a key").click()
    expect(page.locator("#new-key input")).to_have_value(re.compile("^ek_"))
    assert desk.complaints == []


def test_on_a_phone_a_ticket_is_worked_with_a_thumb(sit_down: Sit) -> None:
    desk = sit_down(width=375)
    page = desk.open("/?view=regular")
    page.locator("[data-rows] a").first.click()
    page.wait_for_url("**/tickets/*")
    page.get_by_role("button", name="Snooze").or_(page.locator("summary", has_text="Snooze")).first.click()
    page.get_by_role("button", name="Tomorrow").click()
    expect(page.get_by_role("button", name="Wake")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("summary", has_text="Snooze")).to_be_visible()
    assert desk.complaints == []
