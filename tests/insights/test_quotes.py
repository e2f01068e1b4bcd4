"""Which words are quoted, and whose names are not in them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.analysis.telling import quotes, trends, weeks


@pytest.mark.parametrize(
    ("text", "gone", "kept"),
    [
        ("Hi, this is Dan Wu from Harborline. It hangs.", ["Dan", "Wu", "Harborline"], "It hangs."),
        ("It hangs.\n\nBest regards,\nOlga Petrova", ["Olga", "Petrova"], "It hangs."),
        ("Hola, soy Lourdes de Casa Noria, no va.", ["Lourdes", "Noria"], "no va."),
        ("お世話になっております。三ツ森精機の佐伯です。止まります。", ["三ツ森", "佐伯"], "止まります。"),
        ("Dr. Whitcomb and ACME agree: slow", ["Whitcomb", "ACME"], "agree: slow"),
        ("we will mark it, said Will Mark", ["Will Mark"], "we will mark it"),
        ("write to kim@acme.example or +34 612 345 678", ["kim@", "612"], "write to"),
    ],
)
def test_names_and_personal_words_are_taken_out(text: str, gone: list[str], kept: str) -> None:
    told = quotes.anonymous(text, ["Acme"], ["Will Mark"])
    assert not [word for word in gone if word in told]
    assert kept in told


def test_a_long_message_is_quoted_where_it_says_what_it_wants() -> None:
    text = (
        "Good morning. "
        + "I hope you had a nice weekend and all is well. " * 8
        + "The export hangs at 90 %. Please help."
    )
    told = quotes.excerpt(text, "The export hangs at 90 %")
    assert told == "… The export hangs at 90 %. Please help."
    assert len(quotes.excerpt("x" * 5000)) <= quotes.MOST


@given(st.text(max_size=2000), st.text(max_size=100))
def test_an_excerpt_is_one_short_line_of_any_text(text: str, gist: str) -> None:
    told = quotes.excerpt(text, gist)
    assert len(told) <= quotes.MOST
    assert len(told.splitlines()) <= 1


def test_those_who_differ_are_chosen_and_nobody_twice_while_others_are_there() -> None:
    vectors = np.array([[1, 0, 0], [0.99, 0.14, 0], [0.9, 0, 0.43], [0.8, 0.6, 0]], dtype=np.float32)
    said = [
        "It hangs on every export",
        "It hangs on each export",
        "No file comes out of it",
        "Ninety percent, then nothing",
    ]
    assert len(quotes.choose(vectors, ["a", "a", "b", "c"], said)) == 3
    assert {"b", "c"} < {["a", "a", "b", "c"][place] for place in quotes.choose(vectors, ["a", "a", "b", "c"], said)}
    assert len(quotes.choose(vectors[:2], ["a", "b"], ["Same words!", "same words"])) == 1
    assert quotes.choose(vectors[:0], [], []) == []


@given(st.integers(0, 50), st.lists(st.integers(0, 50), max_size=4))
def test_trends_follow_the_numbers(this: int, before: list[int]) -> None:
    told = trends.trend(this, before)
    usual = sum(before) / len(before) if before else 0
    assert (told == "new") is (not before)
    assert told != "growing" or this > usual
    assert told != "fading" or this < usual
    assert trends.trend(this, before, fixed=True) == "fixed"


@given(st.dates(min_value=weeks.parse("1980-W01", "UTC").monday, max_value=weeks.parse("2100-W01", "UTC").monday),
       st.sampled_from(["UTC", "Europe/Madrid", "America/New_York", "Asia/Tokyo", "Africa/Cairo", "Australia/Lord_Howe"]))  # fmt: skip
def test_weeks_meet_without_gap_and_know_their_name(day: object, zone: str) -> None:
    week = weeks.containing(weeks.Week(day, zone).since, zone)  # type: ignore[arg-type]
    assert weeks.parse(week.name, zone) == week
    assert week.until == week.later(1).since
    assert weeks.containing(week.since, zone) == week
    assert week.later(3).later(-3) == week
