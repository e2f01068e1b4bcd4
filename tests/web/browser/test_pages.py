"""Every page in a real browser: light and dark, wide and on a phone, nothing for axe to find, nothing in the console."""

from collections.abc import Callable
from typing import Any

import pytest
from babel.messages.pofile import read_po

from bot.web import locales
from storage.accounts import customers
from tests.web.browser.conftest import Desk, Site

PAGES = {
    "list-buffer": "/?view=buffer",
    "list-regular": "/?view=regular",
    "list-empty": "/?view=snoozed",
    "list-narrow": "/?view=for_us&customer=harbor",
    "search": "/?q=export",
    "ticket": "/tickets/ES-1004",
    "ticket-unsure": "/tickets/ES-1008",
    "ticket-stranger": "/tickets/ES-1012",
    "ticket-draft": "/tickets/ES-1002",
    "people": "/people",
    "bulk": "/bulk?what=resolve&one=4&one=9",
    "replies": "/replies",
    "ratings": "/ratings",
    "audit": "/audit?what=claimed",
    "day": "/day",
    "customers": "/customers",
    "customer": "/customers/harbor",
    "themes": "/themes",
    "theme": "/themes/1",
    "bugs": "/bugs",
    "tracker": "/tracker",
    "thanks": "/bugs/thanks",
    "bug": "/bugs/1",
    "file-bug": "/tickets/ES-1006/bug",
    "digests": "/digests",
    "digest": "/digests/2026-W47",
    "digest-told": "/digests/2026-W46",
    "digest-counted-again": "/digests/2026-W46/numbers",
    "review": "/reviews/2026-11",
    "alerts": "/alerts",
    "alert": "/alerts/1",
    "rules": "/rules",
    "glossary": "/glossary",
    "rule-edit": "/rules?edit=1",
    "levels": "/levels",
    "welcome": "/welcome",
    "shield": "/shield",
    "policy": "/policy",
    "nothing-here": "/customers/nobody",
}


SHOWN = """() => {
  const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) if (!walk.currentNode.parentElement.closest("body [lang], .report")) found.push(walk.currentNode.data.trim());
  for (const one of document.querySelectorAll("[aria-label], [title], [placeholder]"))
    for (const name of ["aria-label", "title", "placeholder"]) found.push((one.getAttribute(name) ?? "").trim());
  return found.filter(Boolean);
}"""
"""What a page says, in text and in the names of its parts; not what has a language of its own."""


def findings(desk: Desk) -> list[str]:
    """What axe finds on the page."""
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="no axe: pip install axe-playwright-python"
    )
    found: Any = axe.Axe().run(desk.page)
    return [
        f"{one['id']} ({one['impact']}): {node['html'][:160]} | {node.get('failureSummary', '')[:300]}"
        for one in found.response["violations"]
        for node in one["nodes"]
    ]


def too_wide(desk: Desk) -> bool:
    """True if the page scrolls sideways."""
    wide: bool = desk.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1")
    return wide


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 375])
def test_every_page_of_the_console_is_accessible_and_quiet(
    sit_down: Callable[..., Desk], width: int, scheme: str
) -> None:
    desk = sit_down(width=width, scheme=scheme)
    wrong: dict[str, list[str]] = {}
    for name, path in PAGES.items():
        desk.open(path)
        desk.picture(f"{name}-{width}-{scheme}")
        found = findings(desk) + (["scrolls sideways"] if too_wide(desk) else [])
        if found:
            wrong[name] = found
    complaints = [one for one in desk.complaints if "404" not in one]
    assert not wrong, "\n".join(f"{name}: {one}" for name, found in wrong.items() for one in found)
    assert complaints == []


@pytest.mark.parametrize(("locale", "width", "scheme"), [("es-MX", 375, "light"), ("ja-JP", 1280, "dark")])
def test_every_page_speaks_the_readers_language(
    sit_down: Callable[..., Desk], locale: str, width: int, scheme: str
) -> None:
    desk, language = sit_down(width=width, scheme=scheme, locale=locale), locale[:2]
    with (locales.HERE / f"{language}.po").open("rb") as text:
        english = {
            str(one.id) for one in read_po(text, locale=language) if isinstance(one.id, str) and one.id != one.string
        }
    wrong: dict[str, list[str]] = {}
    for name, path in PAGES.items():
        desk.open(path)
        desk.picture(f"{name}-{language}")
        assert desk.page.locator("html").get_attribute("lang") == language
        left = [f"English: {one}" for one in desk.page.evaluate(SHOWN) if one in english]
        if found := findings(desk) + left + (["scrolls sideways"] if too_wide(desk) else []):
            wrong[name] = found
    assert not wrong, "\n".join(f"{name}: {one}" for name, found in wrong.items() for one in found)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 375])
def test_every_page_for_customers_and_strangers_is_accessible_and_quiet(
    sit_down: Callable[..., Desk], site: Site, width: int, scheme: str
) -> None:
    with site.earshot.work() as uow:
        harbor, mitsumori = (customers.by_key(uow.db, key) for key in ("harbor", "mitsumori"))
        assert harbor is not None
        assert mitsumori is not None
    desk = sit_down(width=width, scheme=scheme, email="")
    pages = {
        "support": f"/support/{harbor.support_token}",
        "support-ja": f"/support/{mitsumori.support_token}?lang=ja",
        "support-gone": "/support/no-such-link",
        "sign-in": "/sign-in",
        "sign-in-offer": site.sign_in_link().removeprefix(site.address),
    }
    wrong = {}
    for name, path in pages.items():
        desk.open(path)
        desk.picture(f"{name}-{width}-{scheme}")
        if found := findings(desk) + (["scrolls sideways"] if too_wide(desk) else []):
            wrong[name] = found
    desk.open(f"/support/{harbor.support_token}")
    desk.page.locator(".standing a").first.click()
    desk.page.wait_for_url("**/support/*/*")
    desk.picture(f"support-conversation-{width}-{scheme}")
    wrong |= {"support-conversation": found} if (found := findings(desk)) else {}
    complaints = [one for one in desk.complaints if "404" not in one]
    assert not wrong, "\n".join(f"{name}: {one}" for name, found in wrong.items() for one in found)
    assert complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_sent_or_printed_is_accessible_too(sit_down: Callable[..., Desk], scheme: str) -> None:
    """Where they stand in the console no script may run, axe's neither: here their HTML is looked at by itself."""
    desk = sit_down(width=375, scheme=scheme)
    for path in ("/digests/2026-W47/mail", "/reviews/2026-11/print"):
        html = desk.context.request.get(desk.site.address + path).text()
        desk.page.goto("about:blank")
        desk.page.set_content(html)
        assert findings(desk) + (["scrolls sideways"] if too_wide(desk) else []) == [], path
