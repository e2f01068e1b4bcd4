"""Messages that ask nothing: bare thanks, "ok", a thumb up, "will try tomorrow"."""

import re
import unicodedata

from handlers.analysis.wording.lists import patterns
from handlers.analysis.wording.visible import visible

_SHORT = 160
_SLACK_EMOJI = re.compile(r":[a-z0-9_+-]{1,40}:")
_NAME = re.compile(r"\s+@?[A-ZÁÉÍÓÚÑ][a-záéíóúñ]{1,15}(?=[\s,.!]|$)|(?:[一-鿿ァ-ヿ]{1,6})(?:さん|様)")
_GLUE = re.compile(r"[\W_]+")


def is_chatter(text: str, language: str = "en") -> bool:
    """True when nobody needs to answer: only thanks, agreement, greetings or an intention, no question, nothing to do."""
    return _only(text, language, _SECTIONS)


def is_thanks(text: str, language: str = "en") -> bool:
    """True for bare thanks or agreement: after the end of a conversation it opens nothing again. A plain hello does not count."""
    return _only(text, language, ("thanks", "fine", "later"))


_SECTIONS = ("greeting", "thanks", "fine", "later")


def _only(text: str, language: str, needed: tuple[str, ...]) -> bool:
    """True when nothing is left of a short text once all known phrases are taken out, and one of those needed was there."""
    if len(text) > 4 * _SHORT or "?" in text or "？" in text or "¿" in text:
        return False
    if not any(character.isalnum() for character in text):
        return _is_nod(text)
    if _SLACK_EMOJI.fullmatch(text.strip()):
        return text.strip(" :") in _NODS
    words = _SLACK_EMOJI.sub(" ", visible(text))
    if len(words) > _SHORT:
        return False
    words = _NAME.sub(" ", words).casefold() if _NAME.search(words) else words.casefold()
    left, met = words, False
    for section in _SECTIONS:
        before = left
        for known in dict.fromkeys((language, "en")):
            pattern = patterns("chatter.txt").get(f"{section} {known}")
            left = pattern.sub("\n", left) if pattern else left
        met = met or (section in needed and left != before)
    return met and not _GLUE.sub("", left)


_NODS = frozenset(
    ("+1", "thumbsup", "ok_hand", "pray", "heart", "tada", "raised_hands", "white_check_mark", "smile", "blush", "bow")
)
_ALARMED = "😡🤬😠😤😢😭🆘🚨🔥💥💀☠⚠❌👎❗‼😱🤯💔🤮"


def _is_nod(text: str) -> bool:
    """Only emoji, none of them angry or alarmed."""
    shown = [c for c in text if not c.isspace() and unicodedata.category(c) in ("So", "Sk", "Sm", "Po", "Ps", "Pe")]
    symbols = [c for c in shown if unicodedata.category(c) == "So" or c == "❤"]
    return bool(symbols) and not any(c in _ALARMED for c in symbols)
