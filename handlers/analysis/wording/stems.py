"""Takes endings off words, roughly: enough that export, exports, exported and exporting meet."""

_ENDINGS = (
    "aciones", "iciones", "amientos", "imientos", "ización", "ations", "ation", "mente", "ación", "ición", "ciones", "ando",
    "iendo", "amos", "emos", "imos", "aban", "aron", "ieron", "ments", "ment", "ings", "ing", "ados", "adas", "idos", "idas",
    "ado", "ada", "ido", "ida", "ión", "ies", "ied", "ers", "ors", "ar", "er", "ir", "ed", "es", "ly", "or", "an", "en", "as",
    "os", "s", "e", "a", "o", "y",
)  # fmt: skip
_ACCENTS = str.maketrans("áéíóúüñ", "aeiouun")
LEAST = 3


def stem(word: str) -> str:
    """The beginning of a lower-case word without accents, at least three letters and two thirds of what matters."""
    word = word.removesuffix("'s")
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= max(LEAST, len(ending) - 1):
            word = word[: -len(ending)]
            break
    word = word.translate(_ACCENTS)
    # "stopped" and "stop": a doubled consonant at the end is the ending's.
    return word[:-1] if len(word) > LEAST and word[-1] == word[-2] and word[-1] not in "aeiouls" else word
