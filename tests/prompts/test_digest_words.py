import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from pydantic import ValidationError

from prompts.report.digest import as_html, as_markdown, as_text
from prompts.report.slack_digest import as_slack, in_thread, section, summary

NASTY = "<!here> <script>alert(1)</script> @channel **now** [x](javascript:alert(1))"


def theme(number: int = 1, trend: str = "new", **changed: Any) -> dict[str, Any]:
    return {
        "id": number,
        "title": f"Export hangs {number}",
        "trend": trend,
        "customers": 5,
        "complaints": 9,
        "unflagged_customers": 3,
        "contract_value": 48000,
        "quotes": [{"text": f"it hangs again {n}", "ticket": f"ES-{n}"} for n in range(5)],
        "bugs": [{"id": "BUG-7", "state": "in_progress", "title": "CSV export stops", "url": "https://t.example/7"}],
        **changed,
    }


def week(*themes: dict[str, Any], **changed: Any) -> dict[str, Any]:
    return {"week": "2026-W46", "from": "2026-11-09", "to": "2026-11-15", "totals": {}, "themes": [*themes], **changed}


def shown_everywhere(digest: dict[str, Any]) -> list[str]:
    return [as_text(digest), as_markdown(digest), as_html(digest), in_slack(digest)]


def in_slack(digest: dict[str, Any]) -> str:
    """The head and its thread."""
    thread = [in_thread(digest, one["id"]) for one in digest["themes"][:7]]
    return json.dumps([as_slack(digest), thread], ensure_ascii=False)


def test_every_form_tells_the_theme_its_numbers_quotes_bug_and_what_is_new() -> None:
    digest = week(theme(flagged_share=0.4), unasked_before=[{"text": "dark mode", "ticket": "ES-8"}], praise=["lovely"])
    for text in shown_everywhere(digest):
        for words in ("Export hangs 1", "5 customers, 3 of them not flagged", "€48,000", "40%", "it hangs again 2"):
            assert words in text
        assert re.search(r"in progress", text)
        for words in ("9 November to 15 November 2026", "dark mode", "lovely", "week 46", "1 theme: 1 new"):
            assert words in text
        assert "it hangs again 3" not in text


def test_every_form_names_who_found_what_got_fixed() -> None:
    named = [{"name": "Ann Lee", "company": "Acme", "bugs": 2}, {"name": "Kim Doe", "bugs": 1}]
    for text in shown_everywhere(week(thanks=named)):
        assert "Thanks to Ann Lee of Acme (2 bugs) and Kim Doe of ours (1 bug)." in text
    assert "<b>" not in as_html(week(thanks=[{"name": "<b>Ann", "company": "<b>"}]))
    many = [{"name": f"Ann {number}", "company": "Acme"} for number in range(11)]
    assert "Ann 7 of Acme (1 bug) and 3 others." in as_text(week(thanks=many))
    assert "Thanks to Ann of Acme (1 bug)." in as_text(week(thanks=[{"name": "Ann", "company": "Acme"}]))


def test_a_week_with_nothing_new_says_so_in_one_line() -> None:
    assert as_text(week()).splitlines()[-1] == "Nothing new this week."
    assert "Nothing new this week. 2 themes: 1 steady, 1 fading." in as_text(
        week(theme(1, "steady"), theme(2, "fading"))
    )
    assert summary(week()) == "What customers said in week 46: Nothing new this week."
    assert len(as_slack(week())) == 3


def test_a_loud_week_is_read_in_three_minutes() -> None:
    long = "the export hangs since Tuesday and nobody can tell me when it will work again " * 9
    themes = [theme(n, quotes=[{"text": long, "ticket": "ES-1"}] * 5) for n in range(40)]
    text = as_text(week(*themes, unasked_before=[long] * 30, praise=[long] * 30))
    assert len(re.findall(r"\w[\w,-]*", text)) < 250 * 3
    assert "Export hangs 6" in text
    assert "and 25 more themes" in text


def test_slack_blocks_stay_within_the_limits_of_slack() -> None:
    loud = theme(
        title="&" * 500,
        quotes=[{"text": "<" * 5000, "ticket": "ES-1"}] * 9,
        bugs=[{"id": "B", "title": "&" * 900}] * 60,
    )
    blocks = as_slack(week(*[loud] * 60, unasked_before=["&" * 4000] * 30, praise=["&" * 4000] * 30))
    assert len(blocks) <= 50
    for block in blocks:
        assert len(block.get("text", {}).get("text", "")) <= (150 if block["type"] == "header" else 3000)
    digest = week(*[{**loud, "id": number} for number in range(7)])
    thread = [block for number in range(7) for block in in_thread(digest, number)[1] if block["type"] == "section"]
    assert all(len(block["text"]["text"]) <= 3000 for block in thread)
    assert any("… more" in block["text"]["text"] for block in thread)


def test_a_section_keeps_whole_lines_and_says_that_there_is_more() -> None:
    text = section(["x" * 1000] * 5)["text"]["text"]
    assert text.splitlines() == ["x" * 1000, "x" * 1000, "… more"]


def test_customers_words_do_nothing_in_any_form() -> None:
    digest = week(theme(title=NASTY, quotes=[{"text": NASTY, "ticket": NASTY, "url": "javascript:alert(1)"}]))
    assert "<script" not in as_html(digest)
    assert "javascript:" not in "".join(re.findall(r'href="([^"]*)"', as_html(digest)))
    slack = in_slack(digest)
    assert "<!here>" not in slack
    assert "@channel" not in slack
    assert "@channel" not in as_markdown(digest)
    assert "<script" not in as_markdown(digest).replace("\\<", "")


def test_the_page_is_well_formed_and_has_its_styles_with_it() -> None:
    page = as_html(week(theme(), theme(2), unasked_before=["a"], praise=["b"], url="https://x.example/digest"))
    open_tags: list[str] = []

    class Nesting(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag not in ("meta", "br"):
                open_tags.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert open_tags.pop() == tag

    Nesting().feed(page)
    assert open_tags == []
    assert page.startswith("<!DOCTYPE html>")
    assert "<link" not in page
    _, _, after = page.partition("<style>")
    assert "prefers-color-scheme: dark" in after
    assert not re.findall(r"<(?:p|h1|h2|a|blockquote)(?![^>]*style=)[^>]*>", after.partition("</style>")[2])
    assert len(page.encode()) < 100_000


def test_a_digest_without_its_numbers_is_refused_and_more_than_we_print_is_not() -> None:
    with pytest.raises(ValidationError):
        as_text(week({"id": 1, "title": "x"}))
    assert "Export hangs" in as_text(week(theme(lead_weeks=3), weather="fine"))
