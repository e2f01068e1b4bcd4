import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.analysis.redaction import find, redact


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("write to Ana.Lopez+x@mail.example.org.", "write to [email]."),
        ("メールはtaro@example.co.jpです。", "メールは[email]です。"),
        ("bob (at) example (dot) com", "[email]"),
        ("from 10.0.0.1 and 2001:db8::ff00:42:8329", "from [ip] and [ip]"),
        ("IBAN ES91 2100 0418 4502 0005 1332, thanks", "IBAN [iban], thanks"),
        ("gb82west12345698765432", "[iban]"),
        ("card 4111-1111-1111-1111 declined", "card [card] declined"),
        ("call +34 612 345 678 or (212) 555-0100", "call [phone] or [phone]"),
        ("電話は03-1234-5678まで", "電話は[phone]まで"),
        ("０９０－１２３４－５６７８", "[phone]"),
        ("mi contraseña es Gato1234", "mi contraseña es [secret]"),
        ("password: hunter22", "password: [secret]"),
        ("https://ana:pa55@example.org/x?token=abcdef", "https://[secret]@example.org/x?token=[secret]"),
        ("@maria can you look", "[person] can you look"),
        ("<@U024BE7LH> says", "[person] says"),
        ("my DNI is 12345678Z", "my DNI is [id]"),
        ("codice fiscale RCCMNL83S18D969H, CURP BOXW310820HNERXN09", "codice fiscale [id], CURP [id]"),
        ("CPF 111.444.777-35 and my NI number AB 12 34 56 C", "CPF [id] and my NI number [id]"),
        (
            "PESEL 44051401359; my driver's license number is 2270-66-1551",
            "PESEL [id]; my driver's license number is [id]",
        ),
        ("llámame al (+57) 321 026 20 03", "llámame al [phone]"),
        ("pay to GB93GAHP3638474205884 (IBAN)", "pay to GB93GAHP3638474205884 (IBAN)"),
        ("my iban: GB93GAHP3638474205884", "my iban: [iban]"),
        (
            "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXX",
            "https://hooks.slack.com/services/[secret]",
        ),
    ],
)
def test_personal_data_becomes_a_placeholder(text: str, redacted: str) -> None:
    assert redact(text) == redacted


@pytest.mark.parametrize(
    "text",
    [
        "my password is wrong",
        "version 1.2.3.4 is out",
        "std::vector<int> dead::beef",
        "12:30:45 on 2026-11-02, from 10/11/2026 to 12/11/2026",
        "invoice 2024-00123 over 1,234,567.89 EUR for 1 200 000 rows",
        "commit 9fceb02d0ae598e95dc970b74767f19372d61af8",
        "123e4567-e89b-12d3-a456-426614174000",
        "card 4111 1111 1111 1112",
        "@channel @here please read @app.route('/x')",
        "ES-1042",
        "提交: 9bfa4c1d55892571b5936599fd628a5bfb9ac1db",
        "Code 1.17.0 (be377c0faf7574a59f84940f593a6849f12e4de7, 2017-10-04)",
        "order 44051401359 shipped",
    ],
)
def test_what_only_looks_like_it_is_let_be(text: str) -> None:
    assert redact(text) == text


def test_keys_are_known_by_their_beginnings() -> None:
    # Put together here, so that no scanner mistakes this file for a leak.
    letters = random.Random(1).choices(string.ascii_letters + string.digits, k=36)
    body = "".join(letters)
    for key in ("gh" + "p_" + body, "AK" + "IA" + body[:16].upper(), "xo" + "xb-" + body, "sk" + "-proj-" + body):
        assert redact(f"it is {key} as you asked") == "it is [secret] as you asked"


def test_a_private_key_goes_as_one_block() -> None:
    block = "-----BEGIN RSA PRIVATE " + "KEY-----\nMIIEow\nabc=\n-----END RSA PRIVATE KEY-----"
    assert redact(f"see\n{block}\nthere") == "see\n[secret]\nthere"


@given(st.text(max_size=400))
def test_spans_are_in_order_inside_the_text_and_never_overlap(text: str) -> None:
    position = 0
    for span in find(text):
        assert position <= span.start < span.end <= len(text)
        position = span.end


@given(st.text(alphabet=string.ascii_letters + " .,@-+():/0123456789", max_size=200))
def test_redacting_twice_changes_no_more(text: str) -> None:
    assert "@example.org" not in redact(redact(text + " a@example.org"))


@pytest.mark.timeout(60)
@pytest.mark.parametrize("piece", ["a", "1", "a@", "a.", "(1)-", "eyJ", "password:", "ES12 ", "://a:", "xoxb-", ":1"])
def test_a_megabyte_of_one_thing_comes_back(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    edges = [edge for span in find(text) for edge in (span.start, span.end)]
    assert edges == sorted(edges)
    assert not edges or (edges[0] >= 0 and edges[-1] <= len(text))
