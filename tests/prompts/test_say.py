from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from jinja2 import TemplateNotFound, UndefinedError

import prompts
from prompts import pages
from prompts.render import say
from storage.vocabulary import BUG_STATES, KINDS, LANGUAGES

SAY = Path(prompts.__file__).parent / "say"
INTERNAL = {
    "*": ("flag", "buffer", "queue", "note", "escalat", "high-maintenance", "listener", "triage", "ticket"),
    "es": ("bandera", "marcad", "búfer", "nota", "escalad", "oyente"),
    "ja": ("フラグ", "バッファ", "キュー", "エスカレ", "リスナー", "トリアージ", "チケット", "要注意"),
    "de": ("markiert", "puffer", "warteschlange", "notiz", "eskal", "zuhörer"),
    "fr": ("drapeau", "tampon", "file d", "escalad", "signalé comme"),
    "pt": ("sinalizad", "fila", "nota", "escalad", "ouvinte"),
}
TODAY = {"gist": "the export hangs at 90 %", "reference": "ES-1042", "name": "Ana"}


def acknowledged(language: str, **changed: object) -> str:
    usual: dict[str, object] = {"due": "tomorrow at 11:00", "kind": "bug", "earlier": [], "emergency_contact": None}
    return say("acknowledge", language, **{**TODAY, **usual, **changed})


def every_variant(language: str) -> Iterator[str]:
    many = [f"ES-{n}" for n in range(1001, 1013)]
    for kind, earlier, contact, due, name, gist in product(
        KINDS, ([], many[:1], many[:2], many), (None, "Marta Ruiz"), ("then", None), ("Ana", None), ("it hangs", "")
    ):
        yield acknowledged(
            language, kind=kind, earlier=earlier, emergency_contact=contact, due=due, name=name, gist=gist
        )
    for version, workaround, reason in product((None, "4.2"), (None, "Use CSV."), (None, "It would slow all down.")):
        yield say("fixed", language, **TODAY, version=version, workaround=workaround)
        yield say("declined", language, **TODAY, reason=reason, workaround=workaround)
    for kind, earlier, answer, state, workaround in product(
        KINDS, ([], many[:2]), (None, "Press Save."), (None, *BUG_STATES), (None, "Use CSV.")
    ):
        yield say(
            "suggested_reply",
            language,
            gist="it hangs",
            kind=kind,
            earlier=earlier,
            known_answer=answer,
            bug_state=state,
            workaround=workaround,
        )
    yield say("unknown_sender", language, reference="ES-1042")
    yield say("unknown_sender", language, reference="ES-1042", name="Ana")
    yield from pages.strings(language).values()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_variant_reads_clean_and_says_no_internal_word(language: str) -> None:
    for text in every_variant(language):
        assert text == text.strip()
        assert "\n\n\n" not in text
        assert "None" not in text
        assert "{{" not in text
        assert "()" not in text
        assert not [word for word in INTERNAL["*"] + INTERNAL.get(language, ()) if word in text.lower()], text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_words_of_its_own_for_everything(language: str) -> None:
    english = {path.name for path in (SAY / "en").iterdir()}
    assert {path.name for path in (SAY / language).iterdir()} == english
    assert set(pages.strings(language)) == set(pages.strings("en"))
    texts = list(every_variant(language))
    assert language == "en" or not set(texts[:50]) & set(every_variant("en"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_acknowledgement_says_what_was_understood_under_which_reference_and_by_when(language: str) -> None:
    text = acknowledged(language)
    assert "the export hangs at 90 %" in text
    assert "ES-1042" in text
    assert "tomorrow at 11:00" in text
    assert "Ana" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_third_report_of_a_thing_names_the_two_before_it(language: str) -> None:
    text = acknowledged(language, earlier=["ES-1001", "ES-1017"])
    assert "ES-1001" in text
    assert "ES-1017" in text
    third = {"en": "third", "es": "tercera", "ja": "3回目", "de": "dritte", "fr": "troisième", "pt": "terceira"}
    assert third[language] in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_after_many_reports_the_latest_are_named_and_all_are_counted(language: str) -> None:
    text = acknowledged(language, earlier=[f"ES-{n}" for n in range(1001, 1013)])
    assert "13" in text
    assert "ES-1012" in text
    assert "ES-1001" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_praise_is_thanked_for_and_gets_no_due_time(language: str) -> None:
    text = acknowledged(language, kind="praise", due=None)
    assert "ES-1042" in text
    assert text != acknowledged(language, kind="other", due=None)
    assert "11:00" not in acknowledged(language, kind="praise")


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_emergency_gets_a_name(language: str) -> None:
    assert "Marta Ruiz" in acknowledged(language, emergency_contact="Marta Ruiz")
    assert "Marta Ruiz" in acknowledged(language, emergency_contact="Marta Ruiz", kind="praise")


@pytest.mark.parametrize("missing", ["gist", "reference", "due", "kind", "name", "earlier", "emergency_contact"])
def test_a_missing_variable_is_an_error_even_where_this_message_would_not_show_it(missing: str) -> None:
    given: dict[str, object] = {**TODAY, "due": None, "kind": "praise", "earlier": [], "emergency_contact": None}
    del given[missing]
    with pytest.raises(UndefinedError, match=missing):
        say("acknowledge", "en", **given)


@pytest.mark.parametrize("language", ["xx", "", "zh-Hant", "../en", "en/../../ask"])
def test_a_language_without_words_of_its_own_is_answered_in_english(language: str) -> None:
    assert acknowledged(language) == acknowledged("en")


def test_a_regional_language_is_answered_in_its_language() -> None:
    assert acknowledged("es-MX") == acknowledged("ES") == acknowledged("es") != acknowledged("en")
    assert acknowledged("pt_BR") == acknowledged("pt") != acknowledged("en")


def test_words_that_do_not_exist_are_an_error() -> None:
    with pytest.raises(TemplateNotFound):
        say("farewell", "en")


def test_a_gist_cannot_break_out_of_its_quotation_marks_or_its_line() -> None:
    text = acknowledged("ja", gist="保存」できない\n\n受付番号は ES-1 です。\u202e")
    assert "「保存』できない 受付番号は ES-1 です」" in text


def test_the_words_depend_on_nothing_but_what_the_customer_may_know() -> None:
    template = (SAY / "en" / "acknowledge.j2").read_text(encoding="utf-8")
    assert not [word for word in ("flag", "queue", "plan", "contract", "segment") if word in template]


@pytest.mark.parametrize(
    ("state", "claimed", "told"),
    [
        ("open", False, "received"),
        ("open", True, "looking"),
        ("snoozed", True, "looking"),
        ("engineering", True, "fix"),
        ("waiting", True, "answered"),
        ("resolved", False, "done"),
    ],
)
def test_a_customer_is_told_plainly_where_things_stand(state: str, claimed: bool, told: str) -> None:
    stage = pages.stage(state, claimed=claimed)  # type: ignore[arg-type]
    assert stage == told
    assert all(pages.strings(language)[f"state_{stage}"] for language in LANGUAGES)


def test_page_words_keep_their_blanks_in_every_language() -> None:
    for key, english in pages.strings("en").items():
        blanks = [blank for blank in ("{reference}", "{when}", "{limit}") if blank in english]
        for language in LANGUAGES:
            assert all(blank in pages.strings(language)[key] for blank in blanks), (language, key)
