import pytest

from handlers.analysis.reading.chatter import is_chatter, is_thanks


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ok", "en"),
        ("Thanks Maria, that worked!", "en"),
        ("got it, will try tomorrow", "en"),
        ("perfect, thank you so much for the quick help", "en"),
        ("👍", "en"),
        (":+1:", "en"),
        ("vale, lo pruebo mañana y os digo", "es"),
        ("Ya funciona, muchas gracias!", "es"),
        ("了解しました。明日試してみます。", "ja"),
        ("お世話になっております。ご対応ありがとうございました。", "ja"),
        ("danke!", "de"),
        ("merci beaucoup", "fr"),
        ("Thank you!\n\nBest regards,\nTom Hill\nAcme", "en"),
    ],
)
def test_what_asks_nothing_is_seen_to_ask_nothing(text: str, language: str) -> None:
    assert is_chatter(text, language)
    assert is_thanks(text, language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("thanks but it still fails", "en"),
        ("ok but when?", "en"),
        ("Thanks for nothing, still broken", "en"),
        ("ok. cancel my account", "en"),
        ("thanks, how do I export?", "en"),
        ("👎", "en"),
        ("😡", "en"),
        ("gracias pero sigue igual", "es"),
        ("gracias, ¿y la factura?", "es"),
        ("ありがとうございます。ただ、まだ直っていません。", "ja"),
        ("login", "en"),
        ("", "en"),
    ],
)
def test_thanks_with_something_behind_them_still_ask(text: str, language: str) -> None:
    assert not is_chatter(text, language)


def test_a_hello_asks_nothing_but_is_no_thanks() -> None:
    assert is_chatter("good morning all", "en")
    assert not is_thanks("good morning all", "en")
