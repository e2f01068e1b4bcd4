"""What one does at the desk, in a real browser: lists, many at once, marks, words for later, one's day, the first steps."""

import csv
import re
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from storage.accounts import staff
from storage.accounts.staff import Staff
from tests.web.browser.conftest import Desk, Site, undo
from tests.web.browser.test_pages import findings

Sit = Callable[..., Desk]


def test_every_view_counts_what_it_lists(sit_down: Sit) -> None:
    desk = sit_down()
    page = desk.open("/?view=unclaimed")
    for address in [one.get_attribute("href") or "" for one in page.locator("nav.views a").all()]:
        desk.open(address)
        tally = page.locator("nav.views a[aria-current] .tally").inner_text()
        assert page.locator("[data-rows] > li").count() == int(tally), address
        assert (page.locator(".empty").count() == 1) == (tally == "0"), address
    assert desk.complaints == []


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("Lourdes", "ES-1002"),
        ("文字", "ES-1007"),
        ("ES-1006", "ES-1006"),
        ("customer:harbor is:snoozed", "ES-1006"),
        ("generous", "ES-1004"),
    ],
)
def test_it_is_found_by_person_two_characters_reference_operators_and_notes(
    sit_down: Sit, asked: str, found: str
) -> None:
    page = sit_down().open("/")
    page.get_by_role("searchbox").fill(asked)
    page.keyboard.press("Enter")
    expect(page.locator("[data-rows] a", has_text=found)).to_be_visible()


def test_a_view_is_narrowed_kept_found_again_and_let_go(sit_down: Sit) -> None:
    desk, name = sit_down(), f"Of Harborline {uuid4().hex[:4]}"
    page = desk.open("/?view=for_us")
    page.locator("summary", has_text="Narrow").click()
    page.get_by_label("Customer", exact=True).fill("harbor")
    page.get_by_role("button", name="Narrow").click()
    page.wait_for_url("**customer=harbor**")
    page.locator("summary", has_text="Keep view").click()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name="Keep", exact=True).click()
    desk.open("/").get_by_role("link", name=name).click()
    page.wait_for_url("**customer=harbor**")
    page.get_by_role("button", name=f"Let {name} go").click()
    expect(page.get_by_role("link", name=name)).to_have_count(0)
    assert desk.complaints == []


def test_many_are_chosen_by_keyboard_looked_at_done_and_taken_back(sit_down: Sit, told: Callable[..., str]) -> None:
    desk, word = sit_down(), f"many{uuid4().hex[:6]}"
    refs = [told(f"How do I rename a {word} board, please?", name=f"Ann {one}") for one in range(2)]
    page = desk.open(f"/?q={word}")
    for _ in refs:
        page.keyboard.press("j")
        page.keyboard.press("x")
    page.get_by_role("button", name="Resolve", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/bulk?**")
    for ref in refs:
        expect(page.locator("[data-rows]")).to_contain_text(ref)
    desk.picture("bulk-preview")
    page.get_by_role("button", name="Resolve", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Resolve: 2")
    page.keyboard.press("u")
    expect(page.locator("#toasts")).to_contain_text("Taken back")
    page = desk.open(f"/?q={word}+is:open")
    expect(page.locator("[data-rows] > li")).to_have_count(2)
    assert desk.complaints == []


def test_who_else_reads_and_writes_is_seen_at_once(sit_down: Sit, told: Callable[..., str]) -> None:
    ref = told("Where do I change my password?")
    ines, marc = sit_down(), sit_down(email="marc@ours.example")
    ines.open(f"/tickets/{ref}")
    marc.open(f"/tickets/{ref}")
    expect(ines.page.locator("#here")).to_contain_text("Marc")
    marc.page.get_by_label("Reply to the customer").fill("In your profile")
    expect(ines.page.locator("#here")).to_contain_text(re.compile("Marc.*writ"))
    assert (ines.complaints, marc.complaints) == ([], [])


def test_a_ticket_is_handed_over_with_a_word_and_back(sit_down: Sit, told: Callable[..., str]) -> None:
    ines, ref = sit_down(), told("The date filter forgets what I chose.")
    page = ines.open(f"/tickets/{ref}")
    page.locator("summary", has_text="More").click()
    page.get_by_label("Hand over to").select_option("Marc Oliveras")
    page.get_by_label("A word for them").fill("You know the filter best.")
    page.get_by_role("button", name="Hand over").click()
    expect(page.get_by_text("Marc Oliveras has this one")).to_be_visible()
    expect(page.locator("#log")).to_contain_text("You know the filter best.")
    undo(page, "Handed over.")
    expect(page.get_by_role("button", name="Claim")).to_be_visible()
    assert ines.complaints == []


def test_tags_links_merges_and_splits_are_put_on_and_taken_back(sit_down: Sit, told: Callable[..., str]) -> None:
    first, second = told("The map shows no roads."), told("And the map has no rivers either.", name="Bo Reed")
    desk = sit_down()
    page = desk.open(f"/tickets/{second}")

    def mark(label: str, value: str, button: str) -> None:
        page.locator("summary", has_text="Mark").click()
        page.get_by_label(label, exact=True).fill(value)
        page.get_by_role("button", name=button, exact=True).click()

    mark("Tag", "maps", "Tag")
    expect(page.locator("#head .tags").first).to_contain_text("#maps")
    undo(page, "Tagged.")
    expect(page.get_by_text("#maps")).to_have_count(0)
    mark("Belongs to ticket", first, "Link")
    expect(page.locator("#head .tags").first).to_contain_text(first)
    undo(page, "Linked.")
    expect(page.get_by_role("button", name=f"Unlink {first}")).to_have_count(0)
    mark("Merge into ticket", first, "Merge")
    expect(page.get_by_text("Merged; what is written goes on there:")).to_be_visible()
    undo(page, "Merged.")
    expect(page.get_by_text("Merged; what is written goes on there:")).to_have_count(0)
    mark("Merge into ticket", "ES-1001", "Merge")
    expect(page.locator("#toasts .refused")).to_contain_text("not the same customer")
    mark("Merge into ticket", first, "Merge")
    expect(page.locator("#toasts")).to_contain_text("Merged.")
    page = desk.open(f"/tickets/{first}")
    expect(page.locator("#talk")).to_contain_text("no rivers")
    page.locator(".said", has_text="no rivers").get_by_role("button", name="Own ticket from here").click()
    expect(page.locator("#talk")).not_to_contain_text("no rivers")
    undo(page, "Split off.")
    expect(page.locator("#talk")).to_contain_text("no rivers")
    assert findings(desk) == []
    assert [one for one in desk.complaints if "409" not in one] == []


def test_a_reply_is_sent_later_sooner_and_taken_back(sit_down: Sit, told: Callable[..., str]) -> None:
    desk, ref = sit_down(), told("Could you tell me where invoices are kept?")
    page = desk.open(f"/tickets/{ref}")
    reply = page.get_by_label("Reply to the customer")
    reply.fill("Under Billing; we will show you by Friday.")
    page.locator("summary", has_text="Later").click()
    page.get_by_label("Send at").fill("2026-11-20T09:00")
    page.get_by_role("button", name="Send then").click()
    undo(page, "It goes out")
    expect(reply).to_have_value("Under Billing; we will show you by Friday.")
    expect(page.locator(".planned")).to_have_count(0)
    page.locator("summary", has_text="Later").click()
    page.get_by_label("Send at").fill("2026-11-20T09:00")
    page.get_by_role("button", name="Send then").click()
    page.locator(".planned").get_by_role("button", name="Send now").click()
    expect(page.locator("#talk .said.ours:not(.planned)").last).to_contain_text("Under Billing")
    expect(page.locator("#drafts")).to_contain_text("by Friday")
    page.get_by_role("button", name="Yes, remind us").click()
    expect(page.locator("#drafts")).to_contain_text("Promised:")
    desk.picture("promise-accepted")
    expect(desk.open("/day").get_by_role("region", name="Promised by you").or_(page.locator("main"))).to_contain_text(
        "by Friday"
    )
    assert desk.complaints == []


def test_a_saved_reply_is_kept_used_with_names_filled_in_and_let_go(sit_down: Sit, told: Callable[..., str]) -> None:
    desk, name, ref = (
        sit_down(),
        f"Reset {uuid4().hex[:4]}",
        told("I forgot how to log out.", "harbor", "Moira Tennant"),
    )
    page = desk.open("/replies")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Words").fill("Press your picture; your reference is {reference}.")
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    page = desk.open(f"/tickets/{ref}")
    page.locator("summary", has_text="Saved").click()
    page.get_by_role("button", name=name).click()
    expect(page.get_by_label("Reply to the customer")).to_have_value(f"Press your picture; your reference is {ref}.")
    page = desk.open("/replies")
    expect(page.locator("li", has_text=name)).to_contain_text("used")
    page.get_by_role("button", name=f"Let {name} go").click()
    expect(page.get_by_role("heading", name=name)).to_have_count(0)
    assert desk.complaints == []


def test_going_away_and_coming_back_is_two_presses(sit_down: Sit) -> None:
    desk = sit_down(email="marc@ours.example")
    page = desk.open("/day")
    page.get_by_label("Until").fill("2026-11-23T09:00")
    page.get_by_role("button", name="Go", exact=True).click()
    expect(page.get_by_role("heading", name=re.compile("^Away until"))).to_be_visible()
    assert findings(desk) == []
    page.get_by_role("button", name="I am back").click()
    expect(page.get_by_role("heading", name="Going away?")).to_be_visible()
    assert desk.complaints == []


def test_an_engineer_finds_digests_and_bugs_and_no_customer(sit_down: Sit, site: Site) -> None:
    with site.earshot.work() as uow:
        if staff.by_email(uow.db, "eng@ours.example") is None:
            one = Staff(name="Uma Eng", email="eng@ours.example", role="engineer", created_at=uow.now())
            staff.add(uow.db, one)
    desk = sit_down(email="")
    desk.page.goto(site.sign_in_link("eng@ours.example"))
    desk.page.get_by_role("button").click()
    desk.page.wait_for_url("**/digests")
    tabs = desk.page.locator("#counts a")
    expect(tabs).to_have_text([re.compile(one) for one in ("Themes", "Bugs", "Digests", "Alerts")])
    for number in range(4):
        tabs.nth(number).click()
        desk.page.wait_for_load_state()
        expect(desk.page.locator("main")).not_to_contain_text("Harborline")
        assert findings(desk) == []
    assert desk.complaints == []


def test_the_audit_log_is_filtered_and_taken_away(sit_down: Sit) -> None:
    desk = sit_down()
    page = desk.open("/audit")
    page.get_by_label("What").select_option("snoozed")
    page.get_by_role("button", name="Filter").click()
    page.wait_for_url("**what=snoozed**")
    assert set(page.locator("tbody td:nth-child(3)").all_inner_texts()) == {"snoozed"}
    with page.expect_download() as kept:
        page.get_by_role("link", name="Take away as CSV").click()
    lines = list(csv.reader(Path(kept.value.path()).read_text("utf-8").splitlines()))
    assert {one[3] for one in lines[1:]} == {"snoozed"}


def test_the_first_steps_take_customers_hours_and_a_flag_and_say_what_is_wrong_with_a_file(sit_down: Sit) -> None:
    desk, key = sit_down(), f"acme-{uuid4().hex[:4]}"
    page = desk.open("/welcome")
    page.get_by_label("A table (CSV)").set_input_files(
        {"name": "a.png", "mimeType": "image/png", "buffer": b"\x89PNG\xff"}
    )
    page.get_by_role("button", name="Import").click()
    expect(page.locator("#toasts .refused")).to_contain_text("not a table")
    table = f"key,name,domains\n{key},Acme {'long ' * 12},{key}.example\n".encode()
    page.get_by_label("A table (CSV)").set_input_files({"name": "a.csv", "mimeType": "text/csv", "buffer": table})
    page.get_by_role("button", name="Import").click()
    expect(page.locator("#toasts")).to_contain_text("Kept: 1 customer.")
    page.get_by_label("Opening hours").fill("whenever")
    page.get_by_role("region", name=re.compile("Set hours")).get_by_role("button", name="Keep").click()
    expect(page.locator("#toasts .refused")).to_be_visible()
    page.reload()
    page.get_by_label("Whose complaints take whole days?").select_option(key)
    page.get_by_label(re.compile("^Why")).fill("Writes all day")
    page.get_by_role("button", name="Flag", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("Flagged.")
    page.get_by_role("button", name=re.compile("To the desk|Enough for now")).click()
    page.wait_for_url(re.compile(r"/$"))
    assert [one for one in desk.complaints if "409" not in one and "422" not in one] == []
