"""Takes personal data and secrets out of a text before it goes to a model, a digest, a tracker or a log."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from handlers.analysis.redacting import addresses, identities, numbers, secrets

Finder = Callable[[str], Iterable[addresses.Found]]

# The surer ones first: what one has found, a later one does not see.
_FINDERS: tuple[Finder, ...] = (
    secrets.known,
    addresses.secret_links,
    addresses.emails,
    numbers.ibans,
    numbers.cards,
    identities.identity_numbers,
    secrets.named,
    addresses.ips,
    numbers.phones,
    secrets.random_looking,
    addresses.handles,
)
# Full-width letters, digits and signs count as their ASCII selves; one character stays one, so places stay right.
_NARROW = {0xFF01 + offset: 0x21 + offset for offset in range(94)} | {0x3000: 0x20, 0xA0: 0x20, 0x2011: 0x2D}


@dataclass(frozen=True, order=True)
class Span:
    """Characters `start` to `end` (exclusive) of a text, and what stands there."""

    start: int
    end: int
    kind: str


def find(text: str) -> list[Span]:
    """Every piece of personal data or secret, in order, not overlapping.

    Kinds: email, ip, iban, card, phone, id, secret, person. Takes time in proportion to the length.
    """
    plain = text.translate(_NARROW)
    spans: list[Span] = []
    for finder in _FINDERS:
        found = [Span(*place) for place in finder(plain) if place[0] < place[1]]
        if found:
            plain, fresh = _hide(plain, found)
            spans += fresh
    return sorted(spans)


def _hide(text: str, found: Iterable[Span]) -> tuple[str, list[Span]]:
    """The text with the spans blotted out, and those spans that did not overlap another."""
    pieces, kept, position = [], [], 0
    for span in sorted(found):
        if span.start < position or "\0" in text[span.start : span.end]:
            continue
        pieces += [text[position : span.start], "\0" * (span.end - span.start)]
        kept.append(span)
        position = span.end
    pieces.append(text[position:])
    return "".join(pieces), kept


def redact(text: str) -> str:
    """The text with a placeholder such as [email] or [card] for each piece of personal data or secret."""
    pieces, position = [], 0
    for span in find(text):
        pieces += [text[position : span.start], f"[{span.kind}]"]
        position = span.end
    return "".join(pieces) + text[position:]
