"""Which report tells of the same thing as another."""

import numpy as np

from handlers.analysis.duplicates import Reports, beginnings, closed, recall


def test_what_follows_from_pairs_counts_as_well() -> None:
    assert closed({1: {2}, 3: {2}, 4: {5}}) == {1: {2, 3}, 3: {1, 2}, 4: {5}}
    assert closed({1: {2}, 3: {4}, 2: {3}}) == {1: {2, 3, 4}, 3: {1, 2, 4}, 2: {1, 3, 4}}


def test_the_lines_of_a_form_are_not_what_was_told() -> None:
    bodies = [f"Steps to reproduce:\nPress button {number}" for number in range(40)] + ["It hangs"]
    titles = [f"Button {number}" for number in range(40)] + ["Export"]
    told = beginnings(titles, ["\n".join(one.splitlines()) for one in bodies])
    assert told[40] == "Export. It hangs"
    assert "Steps" not in told[0]


def test_the_words_of_the_body_find_what_the_title_does_not_say() -> None:
    titles = ["Cannot work", "Calendar colours", "Something is wrong", "Login page"]
    bodies = ["the invoice export stops at row 500", "too bright", "row 500 of the invoice export is the last", "slow"]
    nothing = np.zeros((4, 3), dtype=np.float32)
    reports = Reports(titles, bodies, nothing, nothing)
    assert reports.nearest(0, 1) == [2]
    assert recall(reports, {0: {2}, 2: {0}})["recall_at_1"] == 1.0


def test_of_two_that_say_the_same_the_one_that_came_about_then_is_likelier() -> None:
    titles = ["Page stays blank", "Page stays blank", "Page stays blank", "Login", "Colours", "Invoices"]
    nothing = np.zeros((6, 3), dtype=np.float32)
    told = Reports(titles, [""] * 6, nothing, nothing, days=[400, 20, 390, 1, float("nan"), 2])
    assert told.nearest(0, 2) == [2, 1]
    assert Reports(titles, [""] * 6, nothing, nothing).nearest(0, 2) == [1, 2]


def test_what_a_report_calls_by_name_is_a_word_of_its_own() -> None:
    titles = [
        "Nothing on leo.org",
        "Nothing on huk24.de",
        "https://dict.leo.org/x stays empty",
        "Like 1860935",
        "Colours",
    ]
    bodies = ["", "", "", "as packed_simd", "packed_simd does not build"]
    nothing = np.zeros((5, 3), dtype=np.float32)
    told = Reports(titles, bodies, nothing, nothing)
    assert told.nearest(0, 1) == [2]
    assert told.nearest(3, 1) == [4]
