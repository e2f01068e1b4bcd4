"""Whether one customer tells the same thing again: silence where it is not certain."""

import pytest

from handlers.analysis.lexical import LexicalEmbedder
from handlers.analysis.meaning import glossary, joined
from handlers.analysis.similarity import same_thing

EMBEDDERS = {one.name: one for one in (LexicalEmbedder(), joined.best())}
AGAIN = [
    ("The export hangs again at 90 percent.", "Export is stuck at 90% again"),
    ("Notifications arrive twice", "I still get every notification two times, notifications arrive twice"),
    ("La exportación se cuelga al 90 %", "La exportación sigue colgada, no pasa del 90 %"),
    ("エクスポートが90%で止まります", "またエクスポートが90%で固まりました"),
]
AGAIN_IN_OTHER_WORDS = [
    ("We were charged twice in October", "Any news on the double charge in October? We still see two charges"),
    ("Login with SSO loops", "SSO keeps sending me back to the login page"),
    ("The dashboard is slow", "Dashboard takes a minute to load again"),
    ("La búsqueda va lenta", "Buscar tarda muchísimo"),
    ("請求が二重になっています", "二重請求の件、まだ直っていません"),
    ("エクスポートが終わりません", "The export never finishes"),
]
SOMETHING_ELSE = [
    ("The export hangs at 90 %", "The import hangs at 90 %"),
    ("The invoice has the wrong VAT", "I did not receive this month's invoice"),
    ("How do I add a user?", "How do I export a report?"),
    ("Notifications arrive late", "Notifications arrive twice"),
    ("We were charged twice", "We were charged for a seat we do not use"),
    ("La exportación se cuelga", "La importación se cuelga"),
    ("La factura tiene el IVA mal", "No me ha llegado la factura"),
    ("El panel va muy lento", "El panel muestra datos de ayer"),
    ("エクスポートが止まります", "インポートが止まります"),
    ("請求書の消費税が間違っています", "請求書が届いていません"),
    ("ダッシュボードが遅いです", "ダッシュボードの数字が昨日のままです"),
    ("", "The export hangs"),
    ("🙂", "🙂"),
]


def told_again(embedder: joined.Embedder, one: str, other: str) -> bool:
    rows = joined.meanings(embedder, [one, other])
    return same_thing(rows[0], {7: rows[1].tobytes()}, len(glossary.default().concepts)) == {7}


@pytest.mark.parametrize("name", sorted(EMBEDDERS))
def test_what_is_told_again_is_noticed_and_something_else_is_not(name: str) -> None:
    assert [pair for pair in AGAIN if not told_again(EMBEDDERS[name], *pair)] == []
    assert [pair for pair in SOMETHING_ELSE if told_again(EMBEDDERS[name], *pair)] == []


@pytest.mark.skipif("joined-1" not in EMBEDDERS, reason="the sentence encoder is not installed")
def test_other_words_for_the_same_thing_are_noticed_where_meaning_is_known() -> None:
    assert [pair for pair in AGAIN_IN_OTHER_WORDS if not told_again(EMBEDDERS["joined-1"], *pair)] == []


def test_vectors_of_another_kind_are_passed_over() -> None:
    row = joined.meanings(LexicalEmbedder(), ["The export hangs"])[0]
    assert same_thing(row, {1: b"1234", 2: row.tobytes(), 3: b""}, len(glossary.default().concepts)) == {2}
    assert same_thing(row, {}, len(glossary.default().concepts)) == set()
