"""The usability review of a month or a quarter: by area, with frequency, trend and real examples."""

from datetime import UTC, datetime

import pytest

from handlers.analysis.telling.periods import containing, parse
from handlers.errors import Refused
from handlers.insights import digest
from prompts.report import review as words
from tests.insights.conftest import Desk


def test_months_and_quarters_follow_the_teams_clock() -> None:
    assert (parse("2026-Q4", "UTC").first.isoformat(), parse("2026-12", "UTC").later(1).name) == (
        "2026-10-01",
        "2027-01",
    )
    assert parse("2026-Q1", "UTC").later(-1).name == "2025-Q4"
    late = datetime(2026, 10, 31, 23, 30, tzinfo=UTC)
    assert (containing(late, "Europe/Madrid", 1).name, containing(late, "UTC", 1).name) == ("2026-11", "2026-10")
    for wrong in ("2026-13", "2026-Q5", "2026", "next", "２０２６-11"):
        with pytest.raises(ValueError, match="not a month"):
            parse(wrong, "UTC")


def test_what_is_hard_to_use_is_told_by_area_with_examples(desk: Desk) -> None:
    exports, other = desk.theme("Where is the export button", "usability"), desk.theme("Colours", "usability")
    desk.said("acme", "I cannot find the export button anywhere.", "2026-10-10 10:00", exports, kind="usability")
    for who, day in (("acme", 2), ("globex", 3), ("initech", 4)):
        text = f"It took me {day} minutes to find where the export is hidden <b>again</b>."
        desk.said(who, text, f"2026-11-0{day} 10:00", exports, kind="usability")
    desk.said("globex", "That shade is unreadable in the evening for me.", "2026-11-05 10:00", other, kind="usability")
    desk.said("globex", "The export crashes.", "2026-11-05 11:00", desk.theme("Crash"), kind="bug")
    with desk.work() as uow:
        found = digest.review(uow, "2026-11")
        quarter = digest.review(uow, "2026-Q4")
        with pytest.raises(Refused, match="neither a month"):
            digest.review(uow, "2026-99")
        assert digest.review(uow)["period"] == "2026-10"
    first = found["areas"][0]
    assert (first["customers"], first["complaints"], first["before"], first["trend"]) == (3, 3, 1, "growing")
    assert first["themes"][0]["title"] == "Where is the export button"
    assert len(first["examples"]) == 3
    assert (found["totals"]["complaints"], quarter["totals"]["complaints"]) == (4, 5)
    page, text = words.as_html(found), words.as_markdown(found)
    assert "<b>again" not in page
    for told in (page, text):
        assert "3 customers, 3 complaints, before 1" in told
        assert "Where is the export button" in told
    assert "@page" in page
