"""One line that says what a message is about, in the customer's own words."""

from collections.abc import Callable, Sequence

from handlers.analysis.redaction import redact
from handlers.analysis.wording.visible import sentences

AT_MOST = 140
READ = 10


def gist_of(text: str, tell: Callable[[Sequence[str]], Sequence[float]]) -> str:
    """The sentence of a visible text that carries its kind best, at most 140 characters, redacted. May be empty.

    `tell` says of sentences how much each speaks for the kind of the whole message, roughly 0 to 1.
    """
    candidates = sentences(redact(text[:4_000]))[:READ]
    if not candidates:
        return shortened(" ".join(redact(text[:400]).split()))
    if len(candidates) == 1:
        return shortened(candidates[0])
    told = tell(candidates)
    worth = [
        share + 0.25 * _fullness(sentence) - 0.03 * place
        for place, (sentence, share) in enumerate(zip(candidates, told, strict=True))
    ]
    return shortened(candidates[worth.index(max(worth))])


def _fullness(sentence: str) -> float:
    """1 for a sentence long enough to stand alone. A Japanese character says as much as about two Latin letters."""
    length = sum(2 if ord(character) > 0x2E80 else 1 for character in sentence)
    return min(1.0, length / 40)


def shortened(line: str) -> str:
    """At most 140 characters, cut between words where there are any, with … where something is missing."""
    line = " ".join(line.split())
    if len(line) <= AT_MOST:
        return line
    cut = line[: AT_MOST - 1]
    space = cut.rfind(" ")
    return f"{cut[:space] if space > AT_MOST // 2 else cut}…".replace(",…", "…").replace("、…", "…")
