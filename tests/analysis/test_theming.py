"""Themes out of vectors: found, lasting, named."""

import numpy as np
import pytest
from sklearn import metrics

from handlers.analysis.lexical import vectors
from handlers.analysis.meaning.memory import unrelated
from handlers.analysis.theming import lasting, naming, scores
from handlers.analysis.theming.discover import discover
from handlers.analysis.theming.graph import Rows, middle, nearest, unit
from handlers.analysis.theming.leaders import leaders
from handlers.analysis.theming.mixture import mixture

EXPORTS = [
    "The export hangs at 90 %",
    "export to CSV is stuck at 90% since Monday",
    "our exports never finish, they hang",
]
TAXES = ["the invoice has the wrong VAT", "VAT on invoice 12 is wrong", "wrong VAT rate on our invoices again"]
LOGINS = ["SSO login loops forever", "login with SSO loops back to login", "we are in an endless SSO login loop"]
PDF = ["請求書のPDF出力が途中で止まります", "PDF出力が終わりません", "PDFの出力が90%で止まっています"]
BACKGROUND = vectors(unrelated())


def blobs(sizes: list[int], seed: int = 1, width: float = 0.5) -> tuple[Rows, list[int]]:
    """Points around as many centres as there are sizes, in an order without meaning."""
    drawn = np.random.default_rng(seed)
    truth = drawn.permutation(np.repeat(np.arange(len(sizes)), sizes))
    centres = np.random.default_rng(0).normal(size=(40, 32))
    return unit((centres[truth] + width * drawn.normal(size=(len(truth), 32))).astype(np.float32)), truth.tolist()


def test_scores_are_what_scikit_learn_says() -> None:
    drawn = np.random.default_rng(3)
    truth, found = drawn.integers(0, 9, 300).tolist(), drawn.integers(0, 7, 300).tolist()
    assert scores.nmi(truth, found) == pytest.approx(metrics.normalized_mutual_info_score(truth, found))
    assert scores.ari(truth, found) == pytest.approx(metrics.adjusted_rand_score(truth, found))
    assert scores.nmi(truth, truth) == scores.ari(truth, truth) == scores.b_cubed(truth, truth) == pytest.approx(1)
    assert scores.b_cubed([1, 1, 2], ["a", "a", "a"]) == pytest.approx(2 * (5 / 9) / (1 + 5 / 9))


def test_few_messages_on_one_thing_are_one_theme_and_the_same_input_gives_the_same() -> None:
    rows = vectors(EXPORTS + TAXES + LOGINS + PDF)
    found = discover(rows, BACKGROUND).labels
    assert scores.ari([0] * 3 + [1] * 3 + [2] * 3 + [3] * 3, found.tolist()) > 0.7
    assert np.array_equal(found, discover(rows, BACKGROUND).labels)


def test_many_messages_find_as_many_themes_as_there_are_however_uneven() -> None:
    rows, truth = blobs([200, 100, 60, 40, 30, 30, 20, 20])
    found = discover(rows, unit(np.random.default_rng(5).normal(size=(60, 32)).astype(np.float32)))
    assert scores.b_cubed(truth, found.labels.tolist()) > 0.75
    assert found.labels.min() == 0


def test_empty_single_equal_and_broken_vectors() -> None:
    assert discover(vectors([]), BACKGROUND).labels.tolist() == []
    assert discover(vectors(["alone"]), BACKGROUND).labels.tolist() == [0]
    assert discover(vectors(["the same"] * 10_000), BACKGROUND).labels.max() == 0
    assert discover(np.zeros((3, 1024), np.float32), BACKGROUND).labels.tolist() == [0, 1, 2]
    assert discover(vectors(["😡", "🙁🙁", "?", "x" * 1_000_000, "مرحبا، لا يعمل"]), BACKGROUND).labels.shape == (5,)
    with pytest.raises(ValueError, match="finite"):
        discover(np.full((2, 1024), np.nan, np.float32), BACKGROUND)


def test_after_a_quarter_more_themes_are_the_same_and_what_is_new_is_new() -> None:
    rows, truth = blobs([80, 80, 60, 60, 40, 40, 40])
    background = unit(np.random.default_rng(5).normal(size=(60, 32)).astype(np.float32))
    first = discover(rows, background)
    more, later = blobs([20] * 7 + [0] * 3 + [30], seed=2)
    known = np.concatenate([first.labels, np.full(len(more), lasting.NEW)])
    after = lasting.go_on(np.vstack([rows, more]), background, known, first.resolution)
    assert np.mean(after[: len(rows)] == first.labels) > 0.93
    unheard_of = after[len(rows) :][np.array(later) == 10]
    assert np.bincount(unheard_of).argmax() > first.labels.max()
    assert scores.ari(truth + later, after.tolist()) > 0.6


def test_a_theme_is_mature_by_its_members_and_by_the_weeks_in_which_it_was_told() -> None:
    told = {1: [0, 0, 0, 0], 2: [0, 1, 1], 3: [0, 1], 4: [2] * lasting.MEMBERS_IN_ONE_WEEK, lasting.NEW: [3]}
    themes = np.array([theme for theme, weeks in told.items() for _ in weeks])
    young = lasting.young(themes, np.array([week for weeks in told.values() for week in weeks]))
    assert {theme: set(young[themes == theme].tolist()) for theme in told} == {
        1: {True}, 2: {False}, 3: {True}, 4: {False}, lasting.NEW: {True},
    }  # fmt: skip


def test_ids_are_carried_one_to_one() -> None:
    before = np.array([4, 4, 4, 2, 2, lasting.NEW, lasting.NEW])
    assert lasting.carried(np.array([0, 0, 1, 1, 1, 1, 2]), before).tolist() == [4, 4, 2, 2, 2, 2, 5]


def test_leaders_stand_for_those_near_them() -> None:
    rows, truth = blobs([300, 100, 10], width=0.2)
    part, points = leaders(rows, 0.75)
    assert len(points) == 3
    assert scores.ari(truth, part.tolist()) == 1


def test_few_points_stand_for_many_messages_of_very_uneven_themes() -> None:
    rows, truth = blobs([400] * 6, width=0.3)
    many, themes = mixture(rows, np.array(truth), 4_000)
    assert np.array_equal(many, mixture(rows, np.array(truth), 4_000)[0])
    assert np.allclose(np.linalg.norm(many, axis=1), 1, atol=1e-5)
    sizes = np.sort(np.bincount(themes))
    assert sizes[-1] > 5 * sizes[0] > 0
    part, points = leaders(many, 0.9, middle(many))
    assert len(points) < len(many) / 2
    assert part.max() == len(points) - 1
    mostly = [np.bincount(themes[part == point]).max() for point in range(len(points))]
    assert sum(mostly) > 0.99 * len(many)


def test_nearest_are_best_first_and_fewer_where_there_are_fewer() -> None:
    places, cosines = nearest(vectors(EXPORTS[:1]), 2, vectors(EXPORTS + TAXES))
    assert places[0, 0] == 0
    assert cosines[0, 0] == pytest.approx(1, abs=1e-3)
    assert nearest(vectors(EXPORTS), 9)[0].shape == (3, 2)


def test_names_are_told_apart_and_last() -> None:
    texts, labels = EXPORTS + TAXES + EXPORTS, np.array([0] * 3 + [1] * 3 + [2] * 3)
    names = naming.named(texts, labels, {1: "Wrong VAT"})
    assert names[1] == "Wrong VAT"
    assert len({name.lower() for name in names.values()}) == 3
    assert all(0 < len(name) <= 60 for name in names.values())
