"""A suggested answer says what it comes from, and a model that writes one states nothing it was not given."""

import json
import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from handlers.analysis.wording.founded import unfounded
from handlers.desk import stock, suggest
from handlers.errors import Unavailable
from prompts.ask.reply import ReplyAnswer
from storage.accounts import staff
from storage.accounts.customers import Customer
from storage.desk import stock as kept
from storage.insights import bugs, themes
from storage.insights.bugs import Bug
from storage.insights.themes import Theme
from tests.web.conftest import Web

HX = {"hx-request": "true"}


class Writer:
    """A model that answers with one text, and remembers what it was asked."""

    def __init__(self, text: str = "") -> None:
        self.asked: list[str] = []
        self.text = text

    def answer(self, shape: type[Any], system: str, user: str) -> Any:
        self.asked.append(user)
        if not self.text:
            raise Unavailable("down")
        return ReplyAnswer(text=self.text, language="en")


def suggestion_of(page: str) -> str:
    return page.split('id="suggestion"')[1].split("</section>")[0]


def keep(web: Web, name: str, text: str, language: str = "en") -> int:
    with web.earshot.work() as uow:
        return stock.keep(uow, staff.everyone(uow.db)[0].id or 0, name, language, text)


def answered_theme(web: Web, bug_state: str | None = None) -> int:
    with web.earshot.work() as uow:
        ticket, now = uow.ticket(1), uow.now()
        known = themes.add(uow.db, Theme(name="Exports hang", kind="bug", answer="Choose CSV.", created_at=now))
        ticket.theme_id = known.id
        if bug_state:
            bug = Bug(title="Export stops", state=bug_state, workaround="Use 5 files.", created_at=now, changed_at=now)
            bugs.add(uow.db, bug)
            ticket.bug_id = bug.id
        uow.db.add(ticket)
        return known.id or 0


def test_a_saved_reply_that_is_suggested_and_taken_is_counted(web: Web, ines: TestClient, acme: Customer) -> None:
    kept_id = keep(web, "Export hangs", "Hello {name}, the export hangs for big files; choose CSV.")
    ref = web.write("acme", "The export hangs for big files.")
    button = re.search(r'hx-put="(/saved-replies/\d+/use)"', suggestion_of(ines.get(f"/tickets/{ref}").text))
    assert button is not None
    assert button[1] == f"/saved-replies/{kept_id}/use"
    assert ines.put(button[1], headers=HX).status_code == 204
    assert "used 1 time<" in ines.get("/replies").text
    assert ines.put("/saved-replies/999/use", headers=HX).status_code == 404


def test_each_source_of_a_suggestion_is_a_link(web: Web, ines: TestClient, acme: Customer) -> None:
    ref = web.write("acme", "The export hangs at 90 percent.")
    theme = answered_theme(web, "in_progress")
    shown = suggestion_of(ines.get(f"/tickets/{ref}").text)
    assert "Choose CSV." in shown
    assert f'<a href="/tickets/{ref}#talk">the conversation</a>' in shown
    assert f'<a href="/themes/{theme}">the known answer of “Exports hang”</a>' in shown
    assert '<a href="/bugs/1">how the bug “Export stops” stands</a>' in shown


def test_what_we_usually_say_is_suggested_where_it_fits_and_is_named(
    web: Web, ines: TestClient, acme: Customer
) -> None:
    keep(web, "Reset a password", "Press “Forgot password” on the sign-in page; a link reaches you by mail.")
    fitting = keep(web, "Export to CSV", "Hi {name}, open the report, press Export, choose CSV. Best, {me}")
    keep(web, "Exportar a CSV", "Abra el informe y pulse Exportar.", "es")
    ref = web.write("acme", "How do I export a report to CSV?", "Ann Lee")
    shown = suggestion_of(ines.get(f"/tickets/{ref}").text)
    assert "Hi Ann, open the report, press Export, choose CSV. Best, Inés Robledo" in shown
    assert f'<a href="/replies#reply-{fitting}">the saved reply “Export to CSV”</a>' in shown
    other = suggestion_of(ines.get(f"/tickets/{web.write('acme', 'The dashboard shows wrong numbers.')}").text)
    assert "saved reply" not in other


def test_a_known_answer_goes_before_what_we_usually_say(web: Web, ines: TestClient, acme: Customer) -> None:
    keep(web, "Export hangs", "The export hangs when files are large.")
    ref = web.write("acme", "The export hangs at 90 percent.")
    answered_theme(web)
    shown = suggestion_of(ines.get(f"/tickets/{ref}").text)
    assert ("Choose CSV." in shown, "saved reply" in shown) == (True, False)


def test_a_model_writes_from_what_is_known_without_personal_data_leaving(
    web: Web, ines: TestClient, acme: Customer
) -> None:
    ref = web.write("acme", "The export hangs at 90 percent. Call me on +34 612 345 678.")
    theme = answered_theme(web, "accepted")
    address = f"/tickets/{ref}/suggestion"
    assert address not in ines.get(f"/tickets/{ref}").text
    assert "No model" in ines.get(address, headers=HX).headers["hx-trigger"]
    web.earshot.outside.model = model = Writer("Please choose CSV until the fault is mended.")
    assert address in ines.get(f"/tickets/{ref}").text
    shown = ines.get(address, headers=HX).text
    assert "Please choose CSV until the fault is mended." in shown
    assert "Written by the model, from" in shown
    assert f'<a href="/themes/{theme}">' in shown
    asked = model.asked[-1]
    assert ("Choose CSV." in asked, "Use 5 files." in asked, "612" in asked) == (True, True, False)
    assert web.browser().get(address, headers=HX).status_code == 401


@pytest.mark.parametrize(
    ("text", "why"),
    [("", "does not answer"), ("It is fixed by 2026-12-24.", "2026-12-24"), ("See https://evil.example/x.", "evil")],
)
def test_a_model_that_is_away_or_invents_leaves_the_suggestion_as_it_is(
    web: Web, ines: TestClient, acme: Customer, text: str, why: str
) -> None:
    ref = web.write("acme", "The export hangs at 90 percent.")
    web.earshot.outside.model = Writer(text)
    answer = ines.get(f"/tickets/{ref}/suggestion", headers=HX)
    assert answer.status_code == 409
    assert why in json.loads(answer.headers["hx-trigger"])["toast"]["text"]


def test_numbers_and_addresses_must_have_been_given() -> None:
    given = "Fixed in 4.2.1 on 2026-12-24; 90 % of https://a.example/x. Call ES-1042."
    assert unfounded("4.2.1, ES-1042, 90%, 3 files, https://a.example/x.", given) == []
    assert unfounded("In 14 days, 4.3, b@c.example or https://a.example/y", given) == [
        "b@c.example", "https://a.example/y", "14", "4.3",
    ]  # fmt: skip


def test_nothing_is_kept_or_counted_by_suggesting(web: Web, ines: TestClient, acme: Customer) -> None:
    keep(web, "Export to CSV", "Open the report, press Export, choose CSV.")
    web.write("acme", "How do I export a report to CSV?")
    with web.earshot.work() as uow:
        suggest.suggest(uow, 1)
        assert [one.used for one in kept.everything(uow.db)] == [0]
