"""Our text in trackers whose text is text: customers' words made harmless, and one block of it kept up to date."""

import re

HEADING = re.compile(r"^(?:#{1,3}|h[1-3]\.) ", re.MULTILINE)
_REFERENCE = re.compile(r"([@#!])(?=[\w\[])|(\{)(?=\{)|(\[)(?=\[)")


def harmless(text: str) -> str:
    """Nobody is called by a name in it, no other issue is mentioned, nothing is loaded or drawn; headings and lists stay."""
    return uncalled(text.replace("<", "&lt;"))


def uncalled(text: str) -> str:
    """The same for trackers that show a `<` as what it is: no mention, reference, macro or picture is one any more."""
    return _REFERENCE.sub(lambda sign: f"{sign[0]}\u200b", text)


def with_block(text: str, block: str) -> str:
    """The text with our block in place of the one under the same heading, or at its end."""
    heading = block.split("\n", 1)[0]
    start = text.find(heading)
    if start < 0:
        return f"{text.rstrip()}\n\n{block}".strip()
    after = HEADING.search(text, start + len(heading))
    rest = f"\n\n{text[after.start() :]}" if after else ""
    return f"{text[:start]}{block}{rest}"
