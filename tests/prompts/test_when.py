from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from prompts.when import when

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "today", "tomorrow", "later"),
    [
        ("en", "today at 11:00", "tomorrow at 11:00", "on Tuesday 24 November at 11:00 CET"),
        ("es", "hoy a las 11:00", "mañana a las 11:00", "el martes 24 de noviembre a las 11:00 (CET)"),
        ("ja", "本日11:00", "明日11:00", "11月24日(火)11:00(CET)"),
        ("de", "heute um 11:00 Uhr", "morgen um 11:00 Uhr", "am Dienstag, 24. November, um 11:00 Uhr (CET)"),
        ("fr", "aujourd’hui à 11h00", "demain à 11h00", "le mardi 24 novembre à 11h00 (CET)"),
        ("pt", "hoje às 11:00", "amanhã às 11:00", "na terça-feira, 24 de novembro, às 11:00 (CET)"),
    ],
)
def test_a_moment_is_said_as_people_say_it(language: str, today: str, tomorrow: str, later: str) -> None:
    said = [when(datetime(2026, 11, day, 10, tzinfo=UTC), NOW, language, "Europe/Madrid") for day in (22, 23, 24)]
    assert said == [today, tomorrow, later]


def test_tomorrow_is_the_customers_tomorrow() -> None:
    moment, now = datetime(2026, 11, 23, 1, tzinfo=UTC), datetime(2026, 11, 22, 14, tzinfo=UTC)
    assert when(moment, now, "en", "Europe/Madrid") == "tomorrow at 02:00"
    assert when(moment, now, "en", "America/Mexico_City") == "today at 19:00"
    assert when(moment, now, "ja", "Asia/Tokyo") == "明日10:00"


def test_another_year_is_named() -> None:
    assert when(datetime(2027, 1, 7, 10, tzinfo=UTC), NOW, "en", "Europe/Madrid").startswith(
        "on Thursday 7 January 2027 at"
    )


def test_the_zone_is_named_near_by_only_where_asked() -> None:
    moment = datetime(2026, 11, 22, 10, tzinfo=UTC)
    assert when(moment, NOW, "en", "America/Sao_Paulo", zone=True) == "today at 07:00 UTC-3"
    assert when(moment, NOW, "en", "Asia/Kathmandu", zone=True) == "today at 15:45 UTC+5:45"
    far = datetime(2026, 11, 25, 10, tzinfo=UTC)
    assert when(far, NOW, "ja", ZoneInfo("Asia/Tokyo")) == "11月25日(水)19:00(日本時間)"
    assert when(far, NOW, "en", "Asia/Tokyo", zone=False) == "on Wednesday 25 November at 19:00"


def test_one_in_the_morning_is_singular_in_spanish() -> None:
    assert when(datetime(2026, 11, 23, 0, tzinfo=UTC), NOW, "es", "Europe/Madrid") == "mañana a la 01:00"


def test_other_languages_get_english_phrases() -> None:
    assert when(datetime(2026, 11, 23, 10, tzinfo=UTC), NOW, "fi", "Europe/Madrid") == "tomorrow at 11:00"
