import numpy as np
import pytest

from handlers.analysis.learning.encoder import OnDisk, installed, remembering
from handlers.analysis.lexical import LexicalEmbedder
from handlers.analysis.meaning import joined

needs_encoder = pytest.mark.skipif(not installed(), reason="the sentence encoder is not installed")


def test_a_text_is_encoded_once_while_it_is_remembered() -> None:
    asked: list[str] = []

    def encode(texts: list[str]) -> np.ndarray:
        asked.extend(texts)
        return np.array([[len(text), 1.0] for text in texts], dtype=np.float32).reshape(len(texts), 2)

    remembered = remembering(encode, most=2)
    assert remembered(["a", "bb", "a"]).tolist() == [[1, 1], [2, 1], [1, 1]]
    assert remembered([" bb "]).tolist() == [[2, 1]]
    assert asked == ["a", "bb"]
    remembered(["ccc"])
    remembered(["a"])
    assert asked == ["a", "bb", "ccc", "a"], "the one asked for longest ago was forgotten"
    assert remembered([]).shape == (0, 2)


def test_the_best_embedder_is_the_one_that_can_be_had() -> None:
    assert joined.best().name == ("joined-1" if installed() else LexicalEmbedder.name)


@needs_encoder
def test_joined_rows_have_length_one_and_meet_across_languages() -> None:
    texts = ["The export hangs at 90 %", "La exportación se queda colgada al 90 %", "エクスポートが90%で止まります",
             "Please send the invoice again", "", "🙂"]  # fmt: skip
    rows = joined.JoinedEmbedder().vectors(texts)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), [1, 1, 1, 1, 0, 0], atol=1e-3)
    alike = rows @ rows.T
    assert min(alike[0, 1], alike[0, 2], alike[1, 2]) > max(alike[3, :3])


@needs_encoder
def test_joined_rows_of_no_text_are_none() -> None:
    assert len(joined.JoinedEmbedder().vectors([])) == 0


def test_a_table_on_disk_gives_the_rows_that_are_asked_for() -> None:
    table = np.random.default_rng(1).integers(0, 255, (300, 16), dtype=np.uint8)
    disk = OnDisk(table)
    for rows in (np.array([0, 299, 7, 7]), np.array([[1, 2], [2, 1]]), np.zeros(0, dtype=np.int64)):
        assert np.array_equal(disk[rows], table[rows])
