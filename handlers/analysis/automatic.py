"""Whether a machine wrote a message: absence notices, delivery failures, ticket robots. No machine is answered."""

import re

READ_AT_MOST = 600

_SIGNS = re.compile(
    r"""
    ^\W*(
        (automatic|auto)[ -]?(reply|response|answer)
        | (respuesta|contestaci[oó]n)\ autom[aá]tica
        | automatische\ antwort | abwesenheitsnotiz | r[eé]ponse\ automatique | resposta\ autom[aá]tica
        | 自動返信 | 自動応答 | 不在通知
    )\s*([:：\-–—】\])]|$)
    | \b(this\ is\ an\ (automatic|automated)\ (reply|response|message)|please\ do\ not\ reply\ to\ this\ (e-?mail|message))\b
    | \b(este\ es\ un\ (mensaje|correo)\ autom[aá]tico|no\ responda\ a\ este\ (correo|mensaje))\b
    | (このメール|本メール|本メッセージ)は(、)?(自動|システム)(で|により|から)?(返信|送信|配信)
    | \A\W*(i\ am|i'm|i\ will\ be)\ (currently\ )?(out\ of\ (the\ )?office|on\ (annual|parental|sick)\ leave)\b
    | \A\W*(estoy|estar[eé])\ fuera\ de\ la\ oficina\b
    | ^\W*(undelivered\ mail\ returned\ to\ sender|mail\ delivery\ (failed|subsystem)|delivery\ status\ notification)\b
    """,
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)


def is_automatic(text: str) -> bool:
    """True if the first lines of `text` say that nobody sat at the keyboard."""
    return _SIGNS.search(text[:READ_AT_MOST].lstrip()) is not None
