"""Words that give a language away in a message of three words."""

from functools import cache

from handlers.analysis.wording.lists import sections

# Shared with a neighbour language, but worth more to be seen than the mistakes they make.
_ALSO_TELLING = {"es": frozenset({"no", "la", "de", "en", "un", "como", "para", "por", "con", "esta"})}


@cache
def small_words() -> dict[str, frozenset[str]]:
    """By language, its frequent words that none of the other listed languages has."""
    words = {language: frozenset(" ".join(lines).split()) for language, lines in sections("small_words.txt").items()}
    return {
        language: mine.difference(*(theirs for other, theirs in words.items() if other != language))
        | _ALSO_TELLING.get(language, frozenset())
        for language, mine in words.items()
    }
