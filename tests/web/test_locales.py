"""The console in the reader's language: catalogues, choice, and sentences that verbs say in English."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx2
import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from starlette.testclient import TestClient

from bot.web import locales, show
from bot.web.locales import extract
from storage.accounts.customers import Customer
from storage.vocabulary import CONSOLE_LANGUAGES
from tests.web.conftest import Web

PLACES = re.compile(r"%\(\w+\)s|\{\d\}|</?[a-z]+")
PAGES = Path(show.__file__).parent / "pages"
SAID_AS_IT_IS = re.compile(r"Earshot|JSON|Markdown|English|Ctrl|Enter|Esc|Earshot|KB")


def catalogue(language: str) -> Catalog:
    with (locales.HERE / f"{language}.po").open("rb") as text:
        return read_po(text, locale=language)


@pytest.mark.parametrize("language", extract.LANGUAGES)
def test_every_message_is_translated_with_all_that_is_filled_in(language: str) -> None:
    known = {one.id: one for one in catalogue(language) if one.id}
    wanted = {one.id for one in extract.template() if one.id}
    assert known.keys() == wanted, "make catalogues"
    for message, one in known.items():
        first = message if isinstance(message, str) else message[0]
        for said in one.string if isinstance(one.string, tuple) else (one.string,):
            assert said, first
            assert sorted(PLACES.findall(str(said))) == sorted(PLACES.findall(first)), first


def test_no_template_says_anything_past_the_catalogues() -> None:
    bare = r"\{#.*?#\}|\{\{.*?\}\}|\{% block (?:shape|fresh|live) %\}.*?\{% endblock %\}|\{%.*?%\}|<(?:code|kbd)[^>]*>.*?</(?:code|kbd)>"
    for page in PAGES.glob("[!s]*.html"):
        text = re.sub(bare, " ", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        shown = re.sub(r"<[^>]*>", " ", text)
        assert not re.search(r"[A-Za-z]{2}", SAID_AS_IT_IS.sub("", shown)), (page.name, shown.split())


def test_the_browser_decides_until_somebody_chooses(web: Web, ines: TestClient, acme: Customer) -> None:
    assert {"Mesa", "Reglas"} <= words(ines.get("/", headers={"accept-language": "es-MX,es;q=0.9,en;q=0.5"}).text)
    assert {"Desk", "Rules"} <= words(ines.get("/", headers={"accept-language": "fi"}).text)
    assert ines.post("/language", data={"language": "ja"}).status_code == 303
    page = ines.get("/", headers={"accept-language": "es"}).text
    assert '<html lang="ja">' in page
    assert {"デスク", "ルール"} <= words(page)
    assert ines.post("/language", data={"language": "xx"}).status_code == 409
    assert ines.post("/language", data={"language": ""}).status_code == 303
    assert "Mesa" in words(ines.get("/", headers={"accept-language": "es"}).text)


def words(page: str) -> set[str]:
    return {one.strip() for one in re.sub(r"<[^>]*>", "\n", page).splitlines()}


def toast(answer: httpx2.Response) -> str:
    said: str = json.loads(answer.headers["hx-trigger"])["toast"]["text"]
    return said


def test_what_was_done_and_what_is_refused_is_said_in_it_too(
    web: Web, ines: TestClient, marc: TestClient, acme: Customer
) -> None:
    ref = web.write("acme", "The export hangs at 90 percent.")
    spanish = {"accept-language": "es", "hx-request": "true"}
    assert toast(ines.post(f"/tickets/{ref}/claim", headers=spanish)) == "Es tuyo."
    refused = marc.post(f"/tickets/{ref}/claim", headers=spanish)
    assert (refused.status_code, toast(refused)) == (409, "Inés Robledo ya lo ha tomado.")
    page = ines.get(f"/tickets/{ref}", headers=spanish).text
    assert "no encaja ninguna regla → regular" in page or "regla 1:" in page
    assert "tomado por Inés Robledo" in re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", page))


def test_a_sentence_with_places_is_known_again_and_a_strange_one_stays(web: Web, ines: TestClient) -> None:
    gone = ines.get("/customers/nobody", headers={"accept-language": "ja", "accept": "text/html"})
    assert "顧客「nobody」はいません。" in gone.text
    assert locales.sentence("There is no customer “nobody”.") == "There is no customer “nobody”."


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("es-419,es;q=0.8", "es"), ("de, ja;q=0.7, es;q=0.6", "ja"), ("en-US", "en"), ("", "en"), ("*", "en"), ("es;q=0, en", "en"),
        ("q=;;,,es;q=x", "en"), ("a" * 5000, "en"),
    ],
)  # fmt: skip
def test_what_a_browser_likes_best_of_ours(header: str, language: str) -> None:
    assert locales.preferred(header) == language


def test_times_are_the_readers(web: Web, ines: TestClient, acme: Customer) -> None:
    now = datetime(2026, 11, 18, 10, 30, tzinfo=UTC)
    assert show.Times(now, ZoneInfo("UTC")).full(now) == "Wednesday 18 November 2026, 10:30 UTC"
    web.write("acme", "The export hangs at 90 percent.")
    ines.cookies.set("earshot_zone", "Asia/Tokyo")
    assert "JST" in ines.get("/day").text
    ines.cookies.set("earshot_zone", "Nowhere/At_All")
    assert "JST" not in ines.get("/day").text


def test_the_console_speaks_what_can_be_chosen() -> None:
    assert tuple(locales.LANGUAGES) == CONSOLE_LANGUAGES
