"""Somebody's words made safe for where they are shown: Slack, Markdown, a link, a model's question."""

import re
from collections.abc import Sequence
from hashlib import sha256
from urllib.parse import urlsplit

from babel.lists import format_list
from babel.numbers import format_currency

WORD_JOINER = "\u2060"
"""Invisible, and no mark-up or mention is recognised across it."""

_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_MENTION = re.compile(r"(?<!\w)@(?=\w)|@(?=(?:channel|here|everyone|group)\b)", re.IGNORECASE)


def one_line(text: str, most: int = 140) -> str:
    """`text` without line breaks, control characters and text-direction overrides, cut to `most` characters."""
    words = " ".join(_INVISIBLE.sub(" ", text[: most * 20]).split())
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def listing(names: Sequence[str], language: str, most: int = 4) -> str:
    """The last `most` of `names` as that language lists them: "ES-1, ES-2 and ES-7"."""
    return format_list(list(names)[-most:], locale="en_GB" if language == "en" else language)


def count(number: int, noun: str) -> str:
    """A number with its English noun: "1 customer", "1,200 customers"."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def euros(amount: float) -> str:
    """Whole euros as English text writes them: "€48,000"."""
    return str(format_currency(round(amount), "EUR", "¤#,##0", locale="en_GB", currency_digits=False))


def slack_text(text: str) -> str:
    """`text` for Slack mrkdwn, in which it can ping nobody, disguise no link and open no code block."""
    bare = _INVISIBLE.sub(" ", text.replace("\r\n", "\n"))
    escaped = bare.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    apart = _MENTION.sub("@" + WORD_JOINER, escaped)
    return apart.replace("```", WORD_JOINER.join("```"))


def slack_line(text: str, most: int = 300) -> str:
    """`slack_text` on one line, cut to `most` characters before escaping, which makes it five times longer at most."""
    return slack_text(one_line(text, most))


def slack_link(url: str | None, label: str) -> str:
    """A mrkdwn link with a label of one line; the label alone where `url` is no web address."""
    words, target = slack_line(label, 150).replace("|", "¦"), web_link(url)
    return f"<{target.replace('&', '&amp;').replace('|', '%7C')}|{words}>" if target else words


def markdown_line(text: str, most: int = 300) -> str:
    """`text` on one line of Markdown (CommonMark), without mark-up, HTML or mentions of its own."""
    marked = re.sub(r"([\\`*_\[\]<>|~&])", r"\\\1", one_line(text, most))
    no_list = re.sub(r"^(\d*)([-+#=.)])", r"\1\\\2", marked)
    return _MENTION.sub("@" + WORD_JOINER, no_list).replace("://", ":" + WORD_JOINER + "//")


def web_link(url: str | None) -> str:
    """`url` if it is an http(s) address without spaces or brackets, else an empty string."""
    if not url or re.search(r"[\s<>\"'\\^`{}]", url):
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.netloc else ""


def fenced(text: str, most: int = 6000) -> str:
    """Foreign text for a model, between marks that the text itself cannot contain.

    The marks carry a fingerprint of the text: no writer can put the fingerprint of a text into that text.
    Of a longer text the beginning and the end are kept.
    """
    clean = _INVISIBLE.sub(" ", text.replace("\r\n", "\n"))
    if len(clean) > most:
        clean = f"{clean[: most * 3 // 4]}\n[…]\n{clean[-most // 4 :]}"
    mark = sha256(clean.encode("utf-8", "replace")).hexdigest()[:16]
    while mark in clean:
        mark = sha256(mark.encode()).hexdigest()[:16]
    return f"<<<{mark}\n{clean}\n{mark}>>>"
