import pytest

from handlers.analysis.meaning import glossary, titles
from handlers.analysis.telling import marks, names, reports, traced


def test_a_title_is_one_short_line_without_greeting_and_final_mark() -> None:
    assert reports.title("Hi team, the export hangs again.") == "The export hangs again"
    assert reports.title("お世話になっております。エクスポートが止まります。") == "エクスポートが止まります"
    long = reports.title("the report " * 30)
    assert len(long) <= 79
    assert long.endswith("report…")
    assert len(reports.title("あ" * 300)) == 79
    assert reports.title("Hello!") == "Hello"


def test_steps_are_a_list_that_somebody_wrote_and_nothing_else() -> None:
    assert reports.steps(["It hangs.", "Do this:\n1) Open it\n2) Press  export\nThen it hangs."]) == [
        "Open it",
        "Press export",
    ]
    assert reports.steps(["It hangs when I export."]) == []


def test_occasions_are_sentences_that_say_when() -> None:
    assert reports.occasions(["Hello. It hangs when I export. Bye.", "Cuando exporto se cuelga.", "It hangs."]) == [
        "It hangs when I export.",
        "Cuando exporto se cuelga.",
    ]


def test_the_environment_is_named_once_each() -> None:
    told = ["In Chrome 120 on Windows 11", "chrome 120, iPhone 15, version 4.2.1", "nothing"]
    assert reports.environment(told) == "Chrome 120, Windows 11, iPhone 15, version 4.2.1"


def test_a_company_is_called_in_several_ways() -> None:
    assert {"Acme Tools", "Acme Tools GmbH", "acme-tools", "acme tools", "acme.example"} <= set(
        names.called("Acme Tools GmbH", "acme-tools", ["acme.example"])
    )
    assert "三ツ森精機" in names.called("三ツ森精機株式会社")
    assert "Pampa Granos" in names.called("Pampa Granos S.A.")
    assert "Vindeby Pumps" in names.called("Vindeby Pumps A/S")


def test_a_name_stands_in_a_text_as_a_word_of_its_own() -> None:
    assert names.stands_in("at ACME we wait", ["Acme"])
    assert names.stands_in("三ツ森精機の佐伯です", ["三ツ森精機"])
    assert not names.stands_in("the pacmeter", ["Acme"])
    assert not names.stands_in("an ab test", ["ab"])


def test_shared_words_say_why_two_texts_are_near() -> None:
    assert reports.shared_words("The export hangs", "Export of reports hangs at night") == ["export", "hangs"]
    assert reports.shared_words("エクスポートが停止", "停止するエクスポート") == ["エクスポート", "停止"]
    assert reports.shared_words("a b c", "a b c") == []


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("The export for [name] hangs", "The export hangs"),
        ("[name] here: the export hangs", "the export hangs"),
        ("Hi, this is [name] from [name]. The export never ends.", "Hi. The export never ends."),
        ("The report goes to [email], not to us", "The report goes, not to us"),
        ("[name]の[name]です。レポートが終わりません。", "レポートが終わりません。"),
        ("Soy [name], la exportación se cuelga", "la exportación se cuelga"),
        ("The [beta] export hangs", "The [beta] export hangs"),
        ("[name]", ""),
        ("", ""),
    ],
)
def test_a_heading_has_no_marks_of_what_was_taken_out(said: str, left: str) -> None:
    assert marks.without_marks(said) == left


def test_half_a_sentence_is_no_title() -> None:
    odd = ("25 min and counting", "and it hangs again", "Again!", "", "[name]", "終わらない")
    assert [gist for gist in odd if reports.reads_as_title(gist)] == []
    good = ("The export hangs at 90 %", "La exportación se cuelga", "エクスポートが90%で止まります")
    assert [gist for gist in good if not reports.reads_as_title(gist)] == []


def test_a_theme_of_an_area_and_a_symptom_says_what_is_wrong() -> None:
    known = glossary.default()
    assert titles.says_what_is_wrong(known, "Export: never finishes")
    assert titles.says_what_is_wrong(known, "Exportación: no termina")
    assert not titles.says_what_is_wrong(known, "Export: 25 min and counting")
    assert not titles.says_what_is_wrong(known, "Export")


@pytest.mark.parametrize(
    ("claim", "said", "strange"),
    [
        ("It stops at 90 % in Chrome 120", ["se cuelga al 90 % en Chrome 120"], None),
        ("90%で止まります", ["The export stops at ９０ %"], None),
        ("It stops at 97 %", ["It stops at 90 %"], "97"),
        ("It says “Timeout”", ["It said: TIMEOUT."], None),
        ("It says “Timed out”", ["It said: Timeout."], "Timed out"),
        ("The PDF is empty", ["The file is empty"], "PDF"),
        ("In PostgreSQL it ends", ["in postgresql it ends"], None),
        ("It hangs", [], None),
    ],
)
def test_what_can_be_looked_up_in_the_reports_is_looked_up(claim: str, said: list[str], strange: str | None) -> None:
    assert traced.untraced(claim, said) == strange
    assert traced.untraced("On Safari", ["on safari"], names=True) is None
    assert traced.untraced("Safari", ["it hangs"], names=True) == "Safari"
