"""What engineers want to know, as far as the words of reports tell it: a title, steps, an environment. Pure."""

import re
from collections.abc import Iterable

from handlers.analysis.telling import marks

TITLE_MOST = 79
STEPS_MOST = 8
ENVIRONMENTS_MOST = 6

_NUMBERED = re.compile(r"^\s*(?:\d{1,2}[.)）:]|[-*•・])\s*(.{3,300}?)\s*$", re.MULTILINE)
_WHEN = re.compile(
    r"\b(?:when(?:ever)? (?:i|we|you|they|someone|people)|after (?:i|we|you)|as soon as|if (?:i|we|you)|every time (?:i|we|you))\b"
    r"|\b(?:cuando|al (?:[a-záéíóúñ]+r)\b|cada vez que|después de|si (?:intent|puls|abr|hac|exporto|import))"
    r"|(?:すると|したら|しようとすると|たびに|した後|した際|ときに|押すと|開くと)",
    re.IGNORECASE,
)
_JAPANESE = re.compile(r"[぀-ヿ一-鿿々]")
_IN_THE_MIDDLE = re.compile(
    r"(?:and|but|or|so|also|again|still|then|it|this|that|same|yes|no|y|pero|o|así|también|otra|sigue|esto|eso|lo mismo)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？])|\n+")
_ENVIRONMENT = re.compile(
    r"\b(?:Chrome|Firefox|Safari|Edge|Opera|Brave)(?:\s(?:version\s|v)?\d[\d.]*)?\b"
    r"|\b(?:Windows|macOS|Mac ?OS X?|iOS|iPadOS|Android|Ubuntu)(?:\s\d[\d.]*)?\b"
    r"|\b(?:iPhone|iPad|Pixel|Galaxy|MacBook)(?:\s\d{1,2}|\s(?:Pro|Air|Mini))?\b"
    r"|\b(?:version|versión|ver\.|v)\s?\d+(?:\.\d+){1,3}\b|バージョン\s?\d+(?:\.\d+)*",
    re.IGNORECASE,
)
_WORD = re.compile(r"[一-鿿々]{2,}|[ァ-ヿー]{2,}|[^\W\d_぀-ヿ一-鿿]{4,}")
_LEADING = re.compile(
    r"^(?:(?:hi|hello|hey|dear)\b[^,.!\n]{0,30}[,.!:]\s*|(?:hola|buenos días|buenas(?: tardes)?)\b[^,.!\n]{0,30}[,.!:]\s*"
    r"|(?:お世話になっております|こんにちは|お疲れ様です)[。、\s]*)+",
    re.IGNORECASE,
)


def title(gist: str, most: int = TITLE_MOST) -> str:
    """`gist` as a title: one line without greeting, final mark or marks of redaction, capitalised, at most `most` characters,
    cut at a word."""
    line = " ".join(marks.without_marks(gist).split())
    line = (_LEADING.sub("", line) or line).strip(" .!?。！？…-–—:,;")
    line = line[:1].upper() + line[1:]
    if len(line) <= most:
        return line
    cut = line[: most - 1]
    at_word = cut.rpartition(" ")[0]
    return (at_word if len(at_word) > most // 2 else cut).rstrip(" ,;:") + "…"


def reads_as_title(gist: str) -> bool:
    """Whether `gist` can stand alone: some words, and not one that begins in the middle ("25 min and counting")."""
    line = title(gist)
    if _JAPANESE.search(line):
        return len(line) >= 7
    return line[:1].isalpha() and not _IN_THE_MIDDLE.match(line) and len(line.split()) >= 3 and len(line) >= 12


def steps(texts: Iterable[str]) -> list[str]:
    """How to get there, in order: the first numbered or bulleted list that somebody wrote; empty without one."""
    for text in texts:
        listed = [" ".join(step.split()) for step in _NUMBERED.findall(text[:4000])]
        if len(listed) >= 2:
            return listed[:STEPS_MOST]
    return []


def occasions(texts: Iterable[str], most: int = 2) -> list[str]:
    """Sentences that say when it happens, as told, each once."""
    sentences = (" ".join(one.split()) for text in texts for one in _SENTENCE.split(text[:4000]))
    said = dict.fromkeys(one for one in sentences if 10 <= len(one) <= 220 and _WHEN.search(one))
    return list(said)[:most]


def environment(texts: Iterable[str]) -> str:
    """Browsers, systems, devices and versions that are named, each once, in the order they came."""
    named = (" ".join(found[0].split()) for text in texts for found in _ENVIRONMENT.finditer(text[:4000]))
    once: dict[str, str] = {}
    for name in named:
        once.setdefault(name.lower(), name)
    return ", ".join(list(once.values())[:ENVIRONMENTS_MOST])


def shared_words(one: str, other: str, most: int = 4) -> list[str]:
    """Words of at least four letters (two in Japanese: runs of kanji or katakana) that both texts have, longest first."""
    both = {word.lower() for word in _WORD.findall(one)} & {word.lower() for word in _WORD.findall(other)}
    return sorted(both, key=lambda word: (-len(word), word))[:most]
