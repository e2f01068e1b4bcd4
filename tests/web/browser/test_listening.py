"""A listener's less usual moves, in a real browser: what was understood is set right, sleep, promises, languages, turns, keys."""

import re
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect
from pydantic import SecretStr

from bot.sandbox.chat import TEAM_ID, app
from bot.sandbox.chat.openid import CLIENT_ID, CLIENT_SECRET
from bot.sandbox.serve import running
from handlers.bugs import follow
from handlers.desk import claim, reply, snooze
from prompts.ask.translate import TranslationAnswer
from storage.accounts import staff
from storage.desk.tickets import FIRST_NUMBER
from storage.routing import policy
from tests.sandbox.wire import call
from tests.web.browser.conftest import SECONDS, Desk, Site, undo
from tests.web.browser.test_pages import findings

Sit = Callable[..., Desk]
Told = Callable[..., str]


def ticket_id(ref: str) -> int:
    return int(ref.rpartition("-")[2]) - FIRST_NUMBER


def test_what_was_understood_is_set_right_and_back(sit_down: Sit, told: Told) -> None:
    ref = told("The calendar shows Sunday twice in every week of the year.")
    desk = sit_down()
    page = desk.open(f"/tickets/{ref}")

    def press(group: str, button: str) -> None:
        page.locator("summary", has_text="Set right").click()
        page.locator(".sheet p.label", has_text=group).locator("+ p").get_by_role("button", name=button).click()

    def says(term: str) -> Any:
        return expect(page.locator(".understood dl div", has=page.locator("dt", has_text=term)).locator("dd"))

    press("Kind", "Billing")
    says("Kind").to_contain_text("Billing")
    says("Kind").to_contain_text("a person")
    undo(page, "that counts from now on")
    says("Kind").not_to_contain_text("a person")
    press("Severity", "1")
    says("Severity").to_contain_text("a person")
    press("Emergency", "Data loss")
    expect(page.locator("#head .notice.alarm").last).to_contain_text("data loss")
    page.get_by_role("button", name="It is none").click()
    expect(page.get_by_role("button", name="It is none")).to_have_count(0)
    page.locator("#log summary").click()
    expect(page.locator("#log")).to_contain_text("severity")
    assert findings(desk) == []
    assert desk.complaints == []


def test_it_sleeps_until_they_write(sit_down: Sit, told: Told) -> None:
    thread = uuid4().hex
    ref = told("The door sensor forgets its name.", name="Dora Sens", thread=thread)
    desk = sit_down()
    page = desk.open(f"/tickets/{ref}")
    page.keyboard.press("s")
    page.get_by_role("button", name="Until they write").click()
    expect(page.get_by_role("button", name="Wake")).to_be_visible()
    told("It has forgotten it again: the sensor is nameless.", name="Dora Sens", thread=thread)
    expect(page.locator("#talk")).to_contain_text("nameless")
    expect(page.locator("#snooze")).to_be_visible()
    assert desk.complaints == []


def test_it_sleeps_until_the_bug_changes_and_b_leads_to_the_bug(sit_down: Sit, told: Told, site: Site) -> None:
    ref = told("Our lasso selects pixels beyond its own outline.", "brightleaf", name="Rue Lerr")
    desk = sit_down()
    page = desk.open(f"/tickets/{ref}")
    page.keyboard.press("b")
    page.wait_for_url("**/bug")
    expect(page.get_by_label("Title")).to_be_visible()
    page.get_by_role("button", name="File it").click()
    page.wait_for_url(re.compile("/bugs/[0-9]+$"))
    bug_id = int(page.url.rpartition("/")[2])
    page = desk.open(f"/tickets/{ref}")
    page.keyboard.press("s")
    page.get_by_role("button", name="Until the bug changes").click()
    expect(page.get_by_role("button", name="Wake")).to_be_visible()
    with site.earshot.work() as uow:
        follow.changed(uow, bug_id, "in_progress")
    with site.earshot.work() as uow:
        assert snooze.wake_due(uow) == 1  # as every minute
    expect(page.locator("#snooze")).to_be_visible()
    page.keyboard.press("b")
    page.wait_for_url(f"**/bugs/{bug_id}")
    assert desk.complaints == []


def test_by_friday_becomes_a_promise_that_is_kept_in_sight_or_let_go(sit_down: Sit, told: Told) -> None:
    ref = told("When will the wall planner show public holidays?", name="Wally Plan")
    desk = sit_down()
    page = desk.open(f"/tickets/{ref}")
    page.get_by_label("Reply to the customer").fill("We will show them by Friday.")
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_role("button", name="Yes, remind us").click()
    expect(page.locator("#drafts")).to_contain_text("Promised:")
    expect(page.locator("#card")).to_contain_text("by Friday")
    expect(page.locator("#head .due")).to_contain_text("promise")
    assert findings(desk) == []
    desk.open("/day")
    expect(page.get_by_role("heading", name="Promised by you").locator("xpath=..")).to_contain_text(ref)
    desk.open(f"/tickets/{ref}")
    page.get_by_role("button", name="Not any more").click()
    expect(page.locator("#drafts")).not_to_contain_text("Promised:")
    undo(page, "promise")
    expect(page.locator("#drafts")).to_contain_text("Promised:")
    assert desk.complaints == []


class Translator:
    """A model that translates everything the same way."""

    def answer(self, shape: type[Any], system: str, user: str) -> Any:
        return shape.model_validate({"text": "The lift stops between floors."}) if shape is TranslationAnswer else None


@pytest.fixture
def translator(site: Site) -> Any:
    outside = site.earshot.outside
    before, outside.model = outside.model, Translator()
    yield
    outside.model = before


def test_a_message_and_ones_own_words_are_shown_in_ones_language(
    sit_down: Sit, told: Told, translator: None, site: Site
) -> None:
    site.earshot.outside.model, model = None, site.earshot.outside.model
    ref = told("El ascensor se para entre dos pisos desde ayer por la tarde.", name="Ascen Sor")
    site.earshot.outside.model = model
    desk = sit_down()
    page = desk.open(f"/tickets/{ref}")
    page.locator(".said.theirs").first.get_by_role("button", name="In my language").click()
    expect(page.locator(".said.theirs").first).to_contain_text("The lift stops between floors.")
    page.get_by_label("Reply to the customer").fill("Lo miramos ahora mismo.")
    page.locator("#composer").get_by_role("button", name="In my language").click()
    expect(page.locator("#composer")).to_contain_text("The lift stops between floors.")
    expect(page.get_by_label("Reply to the customer")).to_have_value("Lo miramos ahora mismo.")
    assert findings(desk) == []
    assert desk.complaints == []


def test_the_console_speaks_what_is_chosen_in_the_menu(sit_down: Sit) -> None:
    desk = sit_down(email="marc@ours.example")
    page = desk.open("/")
    page.locator("details.person summary").click()
    page.get_by_role("button", name="日本語").click()
    expect(page.locator("html")).to_have_attribute("lang", "ja")
    expect(page.get_by_role("link", name="顧客", exact=True)).to_be_visible()
    page.locator("details.person summary").click()
    page.get_by_role("button", name="Español").click()
    expect(page.get_by_role("link", name="Clientes", exact=True)).to_be_visible()
    page.locator("details.person summary").click()
    page.locator("details.person form[action='/language'] button[value='']").click()
    expect(page.get_by_role("link", name="Customers", exact=True)).to_be_visible()
    assert desk.complaints == []


@pytest.mark.parametrize(
    ("letter", "view"),
    [
        ("b", "buffer"), ("r", "regular"), ("m", "mine"), ("u", "unclaimed"), ("f", "look_first"), ("w", "for_us"),
        ("c", "for_customer"), ("e", "for_engineering"), ("s", "snoozed"), ("d", "done"),
    ],
)  # fmt: skip
def test_g_and_a_letter_goes_to_each_list(sit_down: Sit, letter: str, view: str) -> None:
    desk = sit_down()
    page = desk.open("/day")
    page.keyboard.press("g")
    page.keyboard.press(letter)
    page.wait_for_url(f"**/?view={view}")
    expect(page.locator(f"a[href='/?view={view}'][aria-current]")).to_be_visible()
    assert desk.complaints == []


def test_turns_are_set_and_stand_in_ones_day(sit_down: Sit) -> None:
    desk = sit_down()
    page = desk.open("/policy")
    page.get_by_label("1. turn").select_option("Inés Robledo")
    page.get_by_label("2. turn").select_option("Marc Oliveras")
    page.get_by_label("The first turn begins on").fill("2026-11-16")
    page.get_by_label("A turn lasts").fill("7")
    page.get_by_label("Days that somebody takes over").fill("2026-11-19 marc@ours.example")
    page.get_by_role("button", name="Keep these turns").click()
    expect(page.locator("#toasts")).to_contain_text("the turns from now on")
    desk.open("/day")
    duty = page.get_by_role("heading", name="On duty").locator("xpath=..")
    expect(duty).to_contain_text("Today: Inés")
    expect(duty.locator("li").nth(1)).to_contain_text("Marc")
    assert findings(desk) == []
    assert desk.complaints == []
    desk.open("/policy")
    page.get_by_label("Days that somebody takes over").fill("tomorrow marc")
    page.get_by_role("button", name="Keep these turns").click()
    expect(page.locator("#toasts .refused")).to_contain_text("nobody on the team with the address marc")


def test_after_bitter_conversations_in_a_row_a_pause_is_one_press(sit_down: Sit, told: Told, site: Site) -> None:
    with site.earshot.work() as uow:
        policy.save(uow.db, uow.policy.model_copy(update={"bitter_in_a_row": 2}))
        marc = staff.by_email(uow.db, "marc@ours.example")
        assert marc is not None
    for place in ("lift", "roof"):
        ref = told(
            f"This is a disgrace. Your useless {place} report is wrong again and nobody cares. I am furious!",
            name=place,
        )
        with site.earshot.work() as uow:
            ticket = uow.ticket(ticket_id(ref))
            ticket.sentiment = -1.0
            uow.db.add(ticket)
            claim.claim(uow, ticket.id or 0, marc.id or 0)
            reply.reply(
                uow,
                ticket.id or 0,
                marc.id or 0,
                "We look at it now.",
                seen=reply.newest_seen(uow, ticket.id or 0),
                press=uuid4().hex,
            )
    end = time.monotonic() + SECONDS
    desk = sit_down(email="marc@ours.example")
    page = desk.open("/day")
    while not page.get_by_role("button", name="I take one").count() and time.monotonic() < end:
        time.sleep(0.5)
        desk.open("/day")
    expect(page.get_by_text("2 bitter conversations in a row")).to_be_visible()
    assert findings(desk) == []
    page.get_by_role("button", name="I take one").click()
    expect(page.get_by_role("button", name="I take one")).to_have_count(0)
    undo(page, "See you in 15 minutes")
    expect(page.get_by_role("button", name="I take one")).to_be_visible()
    assert desk.complaints == []


def test_signing_in_with_slack_is_one_press_and_a_stranger_stays_outside(sit_down: Sit, site: Site) -> None:
    member = {"id": "U0MARC0001", "real_name": "Marc Oliveras", "email": "marc@ours.example"}
    settings = site.earshot.settings
    with running(app()) as chat:
        call("POST", f"{chat}/sandbox/workspace", {"users": [member]})
        settings.slack_client_id, settings.slack_client_secret = CLIENT_ID, SecretStr(CLIENT_SECRET)
        settings.slack_api_url, settings.slack_authorize_url = f"{chat}/api/", f"{chat}/openid/connect/authorize"
        settings.public_url = site.address
        with site.earshot.work() as uow:
            policy.save(uow.db, uow.policy.model_copy(update={"home_teams": [TEAM_ID]}))
        desk = sit_down(email="")
        page: Page = desk.open("/sign-in")
        page.get_by_role("link", name="Sign in with Slack").click()
        expect(page.get_by_role("alert")).to_contain_text("Slack did not let you sign in")
        call("POST", f"{chat}/sandbox/workspace", {"browser": member["id"]})
        desk.complaints.clear()  # the refusal was a 403, which a browser mentions
        page.get_by_role("link", name="Sign in with Slack").click()
        page.wait_for_url(re.compile(re.escape(site.address) + "/$"))
        expect(page.get_by_label("Marc Oliveras: menu")).to_be_visible()
        assert desk.complaints == []
