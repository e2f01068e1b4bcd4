import pytest

from handlers.analysis.language import detect

THREE = ("en", "es", "ja")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ok", "en"),
        ("thanks", "en"),
        ("thx!!", "en"),
        ("it doesnt work", "en"),
        ("gracias!!", "es"),
        ("vale, perfecto", "es"),
        ("no funciona", "es"),
        ("factura", "es"),
        ("了解です", "ja"),
        ("請求書", "ja"),
        ("ｴﾗｰ", "ja"),
        ("CSVのimportでUTF-8のerrorがreportされます", "ja"),
    ],
)
def test_very_short_messages_find_their_language(text: str, language: str) -> None:
    assert detect(text, THREE).language == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Die Rechnung stimmt nicht, bitte prüfen Sie das.", "de"),
        ("merci beaucoup", "fr"),
        ("obrigado pela ajuda", "pt"),
        ("导出没有反应，请问什么时候修复", "zh"),
        ("내보내기가 안 됩니다", "ko"),
        ("Не работает экспорт", "ru"),
    ],
)
def test_other_configured_languages_are_told_apart(text: str, language: str) -> None:
    assert detect(text).language == language


def test_an_answer_is_always_one_of_the_allowed_languages() -> None:
    for text in ("Die Rechnung stimmt nicht", "Не работает", "👍", "", "\0\0", "لا يعمل", "{}[];" * 100):
        assert detect(text, THREE).language in THREE


def test_nothing_to_go_by_means_the_first_language_without_confidence() -> None:
    guess = detect("👍👍 12345 https://example.org/gracias", ("es", "en"))
    assert (guess.language, guess.confidence) == ("es", 0.0)


def test_a_pasted_english_log_does_not_outweigh_the_sentence_above_it() -> None:
    text = "No puedo exportar desde ayer, me sale esto:\nError: the request could not be completed because of a timeout"
    assert detect(text, THREE).language == "es"


def test_no_allowed_language_is_refused() -> None:
    with pytest.raises(ValueError, match="At least one"):
        detect("hello", ())


def test_a_megabyte_is_read_in_part() -> None:
    assert detect("the export is broken again " * 40_000, THREE).language == "en"


@pytest.mark.parametrize(
    ("text", "usual", "language"),
    [
        ("Error 500 en login", "es", "es"),
        ("PDF", "es", "es"),
        ("12345", "ja", "ja"),
        ("404", None, "en"),
        ("安全", "ja", "ja"),
        ("thanks, it works again now", "es", "en"),
        ("no funciona la factura", "en", "es"),
        ("了解です", "en", "ja"),
    ],
)
def test_what_somebody_usually_writes_decides_only_where_the_words_leave_it_open(
    text: str, usual: str | None, language: str
) -> None:
    assert detect(text, usual=usual).language == language
