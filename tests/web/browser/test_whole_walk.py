"""The whole walk in a real browser: three customers tell of one defect, and the digest tells that it is fixed."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from playwright.sync_api import Page, expect

from prompts.pages import strings
from storage.accounts import customers
from tests.web.browser.conftest import Desk, Site
from tests.web.browser.test_pages import findings

SECRET = "Between us: the new parser counts header lines as well."
TITLE = "The CSV import stops at row 500"
Sit = Callable[..., Desk]


@dataclass(frozen=True)
class Teller:
    """A customer who tells of the defect, and the words in which they are answered."""

    key: str
    locale: str
    name: str
    text: str
    answered: str
    fixed: str

    @property
    def words(self) -> dict[str, str]:
        """What is written on their support page."""
        return dict(strings(self.locale[:2]))


TELLERS = (
    Teller(
        "brightleaf", "en-GB", "Priya Raman", "The CSV import stops at row 500 with an error.",
        "Your reference is {}.", "Good news about {}. What you reported is fixed in version 4.3.0",
    ),
    Teller(
        "noria", "es-ES", "Andrés Soler", "La importación de CSV se detiene en la fila 500 con un error.",
        "Su referencia es {}.", "Buenas noticias sobre {}. Lo que nos comunicó ya está corregido en la versión 4.3.0",
    ),
    Teller(
        "mitsumori", "ja-JP", "大西 亮", "CSVのインポートが500行目でエラーになって止まります。",
        "受付番号は {} です。", "{} の件でご報告申し上げます。お知らせいただいた次の事象は、バージョン 4.3.0 にて修正が完了",
    ),
)  # fmt: skip


@dataclass
class Told:
    """A customer in front of their conversation."""

    teller: Teller
    desk: Desk
    reference: str

    @property
    def page(self) -> Page:
        """Their support page."""
        return self.desk.page


def test_from_three_customers_words_to_the_digest_that_says_it_is_fixed(sit_down: Sit, site: Site) -> None:
    told = [tell(sit_down(email="", locale=one.locale), site, one) for one in TELLERS]
    assert len({one.reference for one in told}) == 3
    ines = sit_down()
    ines.page.on("dialog", lambda dialog: dialog.accept())
    look_at_the_list(ines, told)
    answer_the_first(ines, told[0])
    theme = see_the_theme(ines)
    bug = file_the_proposed_bug(ines, told)
    fix_and_tell(ines, bug, told)
    for one in told:
        hear_the_news(one, [other.reference for other in told if other is not one])
    read_the_digest(ines, theme)
    assert [one.desk.complaints for one in told] == [[], [], []]
    assert ines.complaints == []


def tell(desk: Desk, site: Site, teller: Teller) -> Told:
    """Write on the support page and see the answer arrive in one's own language; the page is marked, to see it stay."""
    with site.earshot.work() as uow:
        customer = customers.by_key(uow.db, teller.key)
        assert customer is not None
        page = desk.open(f"/support/{customer.support_token}")
    expect(page.locator("html")).to_have_attribute("lang", teller.locale[:2])
    page.get_by_label(teller.words["write_label"]).fill(teller.text)
    page.get_by_label(teller.words["name_label"]).fill(teller.name)
    page.get_by_role("button", name=teller.words["send"]).click()
    expect(page.locator(".said.theirs")).to_contain_text(teller.text)
    page.evaluate("window.stayed = true")
    expect(page.locator(".said.ours")).to_contain_text(re.compile(r"ES-\d+"))
    reference = re.search(r"ES-\d+", page.locator("h1").inner_text())
    assert reference
    expect(page.locator(".said.ours")).to_contain_text(teller.answered.format(reference[0]))
    desk.picture(f"walk-1-answered-{teller.locale[:2]}")
    return Told(teller, desk, reference[0])


def look_at_the_list(ines: Desk, told: list[Told]) -> None:
    """All three are in it, and what is due first comes first."""
    page = ines.open("/?view=unclaimed")
    for one in told:
        row = page.locator("[data-rows] a", has_text=one.reference)
        expect(row).to_contain_text(one.teller.text)
    calm = page.locator("[data-rows] > li:not(.urgent) .due[title]")
    due = [one.get_attribute("title") or "" for one in calm.all()]
    moments = [datetime.strptime(one.partition(" due ")[2] + "+0000", "%A %d %B %Y, %H:%M UTC%z") for one in due]
    assert len(moments) >= 3
    assert moments == sorted(moments)
    urgent = [("urgent" in (one.get_attribute("class") or "")) for one in page.locator("[data-rows] > li").all()]
    assert urgent == sorted(urgent, reverse=True)
    ines.picture("walk-2-list")
    page.locator("[data-rows] a", has_text=told[0].reference).click()
    page.wait_for_url(f"**/tickets/{told[0].reference}*")


def answer_the_first(ines: Desk, first: Told) -> None:
    """Claim, reply, note: the customer sees the first two, never the third."""
    page = ines.page
    page.get_by_role("button", name="Claim").click()
    expect(page.get_by_role("button", name="Release")).to_be_visible()
    expect(first.page.locator(".stage")).to_have_text(first.teller.words["state_looking"])
    page.get_by_label("Note for the team").fill(SECRET)
    page.get_by_role("button", name="Keep note").click()
    expect(page.locator(".memo")).to_contain_text(SECRET)
    page.get_by_label("Reply to the customer").fill("We see the same here and are looking for the cause.")
    page.get_by_role("button", name="Send").click()
    expect(first.page.locator(".said.ours").last).to_contain_text("We see the same here")
    expect(first.page.locator(".stage")).to_have_text(first.teller.words["state_answered"])
    assert SECRET not in first.page.content()
    expect(page.locator("#talk .said.ours").last).to_contain_text("We see the same here")
    ines.picture("walk-3-ticket")
    first.desk.picture("walk-3-replied")


def see_the_theme(ines: Desk) -> str:
    """Three customers, one theme; its address."""
    page = ines.open("/themes")
    row = page.get_by_role("row").filter(has_text="CSV").filter(has_text="proposed")
    expect(row).to_have_count(1)
    row.get_by_role("link").first.click()
    page.wait_for_url("**/themes/*")
    figure = page.locator("dl.figures > div").filter(has=page.get_by_text("Customers", exact=True))
    expect(figure.locator("dd")).to_have_text("3")
    for one in TELLERS:
        expect(page.locator("[data-rows]")).to_contain_text(one.text)
    ines.picture("walk-4-theme")
    return page.url.removeprefix(ines.site.address)


def file_the_proposed_bug(ines: Desk, told: list[Told]) -> str:
    """From the theme to what is proposed, put into better words and filed; its address."""
    page = ines.page
    page.locator("p.notice", has_text="proposed").get_by_role("link").click()
    page.wait_for_url("**/bugs/*")
    expect(page.get_by_role("heading", name="Proposed: file it?")).to_be_visible()
    expect(page.get_by_text(re.compile("^3 customers, "))).to_be_visible()
    ines.picture("walk-5-proposed")
    page.get_by_label("Title").fill(TITLE)
    page.get_by_label("What should happen").fill("Every row of the file is imported.")
    page.get_by_role("button", name="File bug").click()
    expect(page.get_by_role("heading", name="Proposed: file it?")).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(page.get_by_text("Every row of the file is imported.")).to_be_visible()
    for one in told:
        expect(page.get_by_role("link", name=one.reference)).to_be_visible()
        expect(one.page.locator(".stage")).to_have_text(one.teller.words["state_fix"])
    ines.picture("walk-6-filed")
    assert findings(ines) == []
    return page.url


def fix_and_tell(ines: Desk, bug: str, told: list[Told]) -> None:
    """Fixed in a version: a draft per customer in their language, all sent with one press."""
    page = ines.page
    page.get_by_label("State").select_option("fixed")
    page.get_by_label("Fixed in version").fill("4.3.0")
    page.get_by_role("region", name="What became of it").get_by_role("button", name="Keep").click()
    expect(page.get_by_role("heading", name="3 drafts for customers")).to_be_visible()
    for one in told:
        drafted = page.locator(".drafted", has_text=one.reference)
        text = drafted.get_by_role("textbox", name="Draft for the customer")
        expect(text).to_have_value(re.compile(re.escape(one.teller.fixed.format(one.reference))))
        expect(text).to_have_attribute("lang", one.teller.locale[:2])
        expect(one.page.get_by_text("4.3.0")).to_have_count(0)
    ines.picture("walk-7-drafts")
    assert findings(ines) == []
    page.get_by_role("button", name="Approve and send the chosen").click()
    expect(page.locator(".drafted")).to_have_count(0)
    assert page.url == bug
    ines.picture("walk-8-told")
    assert findings(ines) == []


def hear_the_news(one: Told, references_of_others: list[str]) -> None:
    """In their own conversation, once, on the page that was open all the time."""
    news = one.page.locator(".said.ours", has_text=one.teller.fixed.format(one.reference))
    expect(news).to_have_count(1)
    expect(one.page.locator(".stage")).to_have_text(one.teller.words["state_done"])
    assert one.page.evaluate("window.stayed") is True
    content = one.page.content()
    assert [other for other in (SECRET, *references_of_others) if other in content] == []
    one.desk.picture(f"walk-9-news-{one.teller.locale[:2]}")


def read_the_digest(ines: Desk, theme: str) -> None:
    """The week that runs tells the theme with its three customers, and the bug as fixed; nobody is named."""
    page = ines.open("/digests")
    page.get_by_role("listitem").filter(has_text="this week, so far").get_by_role("link").click()
    page.wait_for_url("**/digests/2026-W47")
    section = page.locator("article.report section").filter(has=page.locator(f'h2 a[href="{theme}"]'))
    expect(section).to_contain_text("3 customers")
    filed = section.locator("p.linkline", has_text=TITLE)
    expect(filed.locator(".chip")).to_have_text("fixed")
    expect(page.locator("article.report")).not_to_contain_text("Brightleaf")
    ines.picture("walk-10-digest")
    assert findings(ines) == []
