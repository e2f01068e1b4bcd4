"""The marks that redaction leaves ([name], [email]) fit a quotation, not a heading: here they go, with what hung on them. Pure."""

import re

_MARK = r"\[(?:name|person|email|phone|card|iban|id|ip|secret)\]"
# "this is [name] from [name]", "for [name]", "[name]'s", "[name]です": what would hang in the air without it goes as well.
_HELD = re.compile(
    r"(?:(?:\b(?:this is|my name is|i am|i'm|i’m|here is|me llamo|soy|from|at|by|with|for|of|to|on|via|de|del|en|con|para|por|al?)\s+)"
    rf"|[(（「])?{_MARK}(?:['’]s\b)?(?:\s+here\b|\s+aquí\b|(?:の{_MARK})?(?:さん|様|氏)?(?:と申します|でございます|です|の|は|が|から|で)?)?[)）」]?",
    re.IGNORECASE,
)
_LEFT_OVER = re.compile(r"^[\s,.;:!?、。・–—-]+|[\s,;:、・–—-]+$")
_GAP = re.compile(r"\s+([,.;:!?、。])|([,;:、])\s*(?=[,.;:!?、。])")


def without_marks(text: str) -> str:
    """The text on one line without the marks of what was taken out, and without what led to them; may be empty."""
    if "[" not in text:
        return text
    bare = _HELD.sub(" ", text)
    if bare == text:
        return text
    line = _GAP.sub(lambda match: match[1] or "", " ".join(bare.split()))
    return _LEFT_OVER.sub("", line)
