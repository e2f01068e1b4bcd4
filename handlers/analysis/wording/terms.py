"""Terms: what is searched for, the same at the index and in the question, whichever database keeps it."""

import re
import unicodedata

ALONE = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Scripts written without spaces: each character is a term, so that words of two characters are found as phrases."""
TERM = re.compile(f"[{ALONE}]|[^\\W_{ALONE}]+")
ACCENTS = re.compile("[\u0300-\u036f]")


def terms(text: str) -> list[str]:
    """The terms of a text in order: lower case, without accents, full-width forms made usual."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    if not plain.isascii():
        plain = unicodedata.normalize("NFC", ACCENTS.sub("", unicodedata.normalize("NFD", plain)))
    return TERM.findall(plain)


def facet(name: str, value: object) -> str:
    """A term that no text can contain, for what is known of a ticket: `state=open`."""
    return f"{name}={''.join(terms(str(value)))}"
