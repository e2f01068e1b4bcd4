"""How well complaints find each other: on the sample company, whose truth nobody told the machine."""

from collections import Counter
from itertools import combinations

import numpy as np
import pytest

from bot.sandbox.company.load import CustomerMessage, load
from handlers.analysis.lexical import LexicalEmbedder
from handlers.analysis.meaning import glossary, joined, memory, titles, voting
from handlers.analysis.meaning.memory import BLOCK, Memory, Rows, unrelated
from handlers.analysis.meaning.voting import Neighbour

EMBEDDERS = {one.name: one for one in (LexicalEmbedder(), joined.best())}


def meanings(texts: list[str], embedder: joined.Embedder = LexicalEmbedder()) -> Rows:
    return joined.meanings(embedder, texts)


def first_complaints() -> list[CustomerMessage]:
    """What opened each conversation of the sample, where it complains or wishes."""
    opened: dict[str, CustomerMessage] = {}
    for message in load().messages:
        opened.setdefault(message.thread or f"alone {len(opened)}", message)
    return [one for one in opened.values() if one.complaint or one.kind == "feature_request"]


def themes_of(told: list[CustomerMessage], embedder: joined.Embedder) -> list[int]:
    """The theme of each, one after the other as they came."""
    known, themes, sizes = Memory(), list[int](), Counter[int]()
    known.begin(embedder.name, lambda: meanings(list(unrelated()), embedder))
    for place, (message, row) in enumerate(zip(told, meanings([one.text for one in told], embedder), strict=True)):
        near = known.near(row, 60)
        neighbours = [
            Neighbour(alike, themes[other], told[other].customer == message.customer,
                      (told[other].kind == "feature_request") == (message.kind == "feature_request"))
            for other, alike in zip(near.ids, near.likeness, strict=True)
        ]  # fmt: skip
        elected = voting.vote(neighbours, sizes)
        themes.append(elected[0] if elected and elected[1] >= near.enough else place)
        sizes[themes[-1]] += 1
        known.keep([place], row[None])
    return themes


@pytest.fixture(scope="module", params=sorted(EMBEDDERS))
def pairs(request: pytest.FixtureRequest) -> list[tuple[str, bool, bool]]:
    """Every two complaints about known problems: their languages, whether they share the theme, and the problem."""
    told = first_complaints()
    themes = themes_of(told, EMBEDDERS[request.param])
    return [
        ("".join(sorted({told[one].language, told[other].language})), themes[one] == themes[other],
         told[one].problem is not None and told[one].problem == told[other].problem)
        for one, other in combinations(range(len(told)), 2)
    ]  # fmt: skip


@pytest.mark.parametrize("languages", ["en", "es", "ja", "enes", "enja", "esja"])
def test_most_complaints_about_one_problem_meet_in_one_theme(
    pairs: list[tuple[str, bool, bool]], languages: str
) -> None:
    here = [(same, truly) for spoken, same, truly in pairs if spoken == languages]
    right = sum(same and truly for same, truly in here)
    assert right / sum(same for same, _ in here) >= 0.75  # of those put together, so many belong together
    assert right / sum(truly for _, truly in here) >= 0.65  # of those that belong together, so many were put together


def test_the_glossary_reads_three_languages_in_any_writing() -> None:
    known = glossary.default()
    texts = (
        "The EXPORT hangs",
        "La exportación se quedó colgada",
        "エクスポートが固まる",
        "ｅｘｐｏｒｔ is stuck",
        "exports froze",
    )
    for text in texts:
        assert {known.concepts[concept] for concept in known.found(text)} == {"export", "stuck"}
    assert known.found("") == known.found("🙂") == known.found("zzz") == []
    assert not known.vectors(["zzz"]).any()


def test_every_concept_of_the_glossary_is_whole() -> None:
    known = glossary.default()
    assert len(set(known.concepts)) == len(known.concepts)
    for concept, role in enumerate(known.roles):
        assert role in glossary.WEIGHTS
        if role != "generic":
            assert all(0 < len(known.name(concept, language)) <= 40 for language in ("en", "es", "ja"))


def test_names_are_short_unique_and_in_the_language_of_the_house() -> None:
    known, texts = glossary.default(), ["エクスポートが終わりません", "the export never finishes"]
    assert titles.title(known, texts, texts, "en", set()) == "Export: never finishes"
    assert titles.title(known, texts, texts, "es", set()) == "Exportación: no termina"
    taken: set[str] = set()
    for _ in range(12):
        taken.add(titles.title(known, texts, texts, "en", taken))
    assert len({name.lower() for name in taken}) == 12
    assert all(len(name) <= titles.MOST for name in taken)
    assert titles.title(known, [""], [""], "en", set()) == "?"
    wishes = ["Could it go to Excel?", "エクセルに出したいです"]
    assert titles.title(known, wishes, wishes[:1], "en", set(), "wishes") == "Spreadsheets: wishes"
    assert titles.title(known, wishes[:1], wishes[:1], "en", set(), "wishes") == "Spreadsheets: Could it go to Excel"
    assert titles.title(known, ["zzz"], [], "en", set(), "wishes") == "Wishes"
    assert len(titles.title(known, ["x" * 500], ["x" * 500], "en", set())) <= titles.MOST


def test_a_name_stands_while_enough_messages_say_what_it_says() -> None:
    known, texts = glossary.default(), ["the export hangs", "El export se queda colgado", "The login loops"]
    assert titles.still_says(known, "Export: never finishes", texts)
    assert titles.still_says(known, "Exportación: wishes", texts)  # only the part of the product is named
    assert not titles.still_says(known, "Invoices: never finishes", texts)
    assert not titles.still_says(known, "Export: wrong numbers", texts)
    assert not titles.still_says(known, "I'm not going to write a long one", texts)


def test_memory_gives_the_nearest_first_and_forgets_what_it_should() -> None:
    known = Memory()
    assert known.begin("one", lambda: meanings(list(unrelated())))
    assert not known.begin("one", lambda: meanings([]))
    rows = meanings(["The export hangs", "Login loops", "Exports are stuck"])
    known.keep([7, 5, 9], rows)
    known.keep([7], rows[:1])
    assert (len(known), known.newest, 7 in known, 8 in known) == (3, 9, True, False)
    near = known.near(meanings(["export stuck"])[0], 2)
    assert set(near.ids) == {7, 9}
    assert near.likeness == sorted(near.likeness, reverse=True)
    known.forget_all_but([5])
    assert (len(known), known.near(rows[0], 5).ids) == (1, [5])
    known.keep_bytes([(11, rows[0].tobytes()), (12, b"1234")])
    assert known.near(rows[0], 1).ids == [11]
    assert 12 not in known


def test_memory_of_thousands_is_the_same_whether_some_were_forgotten_or_never_told() -> None:
    drawn = np.random.default_rng(0).normal(size=(2 * BLOCK + 460, 40)).astype(np.float32)
    rows, background = memory.side_by_side([(drawn[60:], 1.0)]), memory.side_by_side([(drawn[:60], 1.0)])
    left = [place for place in range(len(rows)) if place % 3]
    thinned, fresh = Memory(), Memory()
    for known, places in ((thinned, list(range(len(rows)))), (fresh, left)):
        known.begin("drawn", lambda: background)
        known.keep(places, rows[places])
    thinned.forget_all_but(left)
    for asked in (1, 1000, len(rows) - 1):
        was, never = thinned.near(rows[asked], 8), fresh.near(rows[asked], 8)
        assert was.ids == never.ids
        assert np.allclose(was.likeness, never.likeness, atol=1e-5)
        assert (was.ids[0] == asked) == (asked in left)


def test_rows_that_are_no_numbers_count_as_nothing() -> None:
    rows = memory.joined(
        np.array([[np.nan, np.inf], [0, 0]], dtype=np.float32), np.array([[1, 0], [0, 0]], dtype=np.float32)
    )
    assert np.isfinite(rows).all()
    assert np.linalg.norm(rows, axis=1).tolist() == [1.0, 0.0]
