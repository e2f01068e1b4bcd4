"""Machines are told from people who only speak of machines."""

import pytest

from handlers.analysis.automatic import is_automatic


@pytest.mark.parametrize(
    "text",
    [
        "Automatic reply: Export still hangs\nI am out of the office until Monday.",
        "I'm currently out of the office with limited access to e-mail.",
        "Respuesta automática: estaré de vacaciones hasta el lunes",
        "【自動返信】お問い合わせありがとうございます。",
        "本メールはシステムより自動送信されています。このメールは自動で返信しています。",
        "Undelivered Mail Returned to Sender",
        "Hello,\nthis is an automated response. We have received your request.",
    ],
)
def test_a_machine_is_recognised(text: str) -> None:
    assert is_automatic(text)


@pytest.mark.parametrize(
    "text",
    [
        "The automatic reply we set up in your tool is sent twice.",
        "Our customers get the out of office text in the wrong language.",
        "La respuesta automática no funciona desde ayer",
        "自動返信メールが届かないのですが",
        "",
    ],
)
def test_a_person_who_speaks_of_machines_is_answered(text: str) -> None:
    assert not is_automatic(text)
