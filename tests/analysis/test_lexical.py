import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.analysis.lexical import DIMENSIONS, LexicalEmbedder, similarity, vectors
from handlers.analysis.meaning import words
from handlers.analysis.phrases import title_for

EXPORTS = [
    "The export hangs at 90 %",
    "export to CSV is stuck at 90% since Monday",
    "our exports never finish, they hang",
]
TAXES = ["the invoice has the wrong VAT", "VAT on invoice 12 is wrong", "wrong VAT rate on our invoices again"]
LOGINS = ["SSO login loops forever", "login with SSO loops back to login", "we are in an endless SSO login loop"]
PDF = ["請求書のPDF出力が途中で止まります", "PDF出力が終わりません", "PDFの出力が90%で止まっています"]


@given(st.lists(st.text(max_size=60), max_size=5))
def test_vectors_have_length_one_or_zero_and_do_not_depend_on_their_company(texts: list[str]) -> None:
    rows = vectors(texts)
    assert rows.shape == (len(texts), DIMENSIONS)
    assert rows.dtype == np.float32
    lengths = np.linalg.norm(rows, axis=1)
    assert np.all((np.abs(lengths - 1) < 1e-3) | (lengths == 0))
    for text, row in zip(texts, rows, strict=True):
        assert np.array_equal(vectors([text])[0], row)


@pytest.mark.parametrize("theme", [EXPORTS, TAXES, LOGINS, PDF])
def test_a_message_is_nearest_to_one_of_its_theme(theme: list[str]) -> None:
    others = [text for other in (EXPORTS, TAXES, LOGINS, PDF) if other is not theme for text in other]
    cosines = similarity(vectors(theme), vectors(theme[1:] + others))
    assert cosines[0].argmax() < len(theme) - 1


def test_the_embedder_names_itself_and_gives_the_same_vectors() -> None:
    embedder = LexicalEmbedder()
    assert embedder.name == "lexical-4"
    assert np.array_equal(embedder.vectors(EXPORTS), embedder.vectors(EXPORTS))
    assert np.allclose(np.linalg.norm(embedder.vectors(EXPORTS), axis=1), 1)


def test_what_single_words_mean_joins_what_shares_no_word_in_several_languages() -> None:
    told = words.vectors(
        ["refund my money", "reimburse the payment", "devuélvanme el dinero", "返金してください", "the map is blue"]
    )
    alike = similarity(told, told)[0]
    assert alike[1:4].min() > alike[4] + 0.1
    assert not words.vectors(["", "😡 123", "qzxv"]).any()


def test_a_theme_is_named_by_what_sets_it_apart() -> None:
    assert "export" in title_for(EXPORTS, TAXES + LOGINS).lower()
    assert "vat" in title_for(TAXES, EXPORTS + LOGINS).lower()
    assert "PDF" in title_for(PDF, ["ログインできません"], "ja")


def test_a_title_is_short_the_same_in_any_order_and_carries_no_personal_data() -> None:
    texts = [
        *EXPORTS,
        "export hangs for ana@example.org at 90 % and then the whole page of the report freezes for an hour",
    ]
    title = title_for(texts, TAXES)
    assert title == title_for(list(reversed(texts)), TAXES)
    assert 0 < len(title) <= 60
    assert "@" not in title
    assert title_for(["👍", ""], TAXES) == ""
