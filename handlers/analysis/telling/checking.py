"""Whether a sentence says only what was counted: every number and every name in it must be among the facts. Pure."""

import re
from collections.abc import Collection, Iterable

LONGEST = 240
_WORDS = {
    word: value
    for value, word in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"]
    )
} | {
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100,
    "thousand": 1000, "million": 1_000_000, "dozen": 12, "dozens": 12, "both": 2, "pair": 2, "couple": 2, "twice": 2, "double": 2,
    "doubled": 2, "triple": 3, "tripled": 3, "thrice": 3, "half": 0.5, "halved": 0.5, "third": 3, "quarter": 0.25,
}  # fmt: skip
_VAGUE = re.compile(
    r"\b(?:most|majority|all|every\w*|nearly|almost|over|under|more than|less than|hundreds|thousands|many|always|never)\b",
    re.I,
)
"""Claims about numbers without a number: nobody can recount them."""
_NUMBER = re.compile(r"(?<![A-Za-z\d])(\d[\d.,]*\d|\d)\s?(%|[kKmM]\b)?")
_TOKEN = re.compile(r"[^\W\d_][\w’'-]*")
_OPENING = frozenset(
    ["a", "after", "again", "as", "at", "back", "both", "by", "complaints", "complaint", "customers", "customer", "down", "during", "fewer", "first", "fixed", "flagged", "for", "from", "growing", "how", "i", "in", "it", "its", "last", "more", "new", "no", "nobody", "now", "of", "on", "only", "people", "reported", "reports", "several", "since", "some", "steady", "still", "than", "that", "the", "their", "there", "these", "they", "this", "those", "today", "together", "until", "up", "what", "when", "where", "while", "who", "with", "within", "year", "week", "weeks"]
) | frozenset(_WORDS)  # fmt: skip
_FOREIGN = re.compile(r"[^\W\d_A-Za-zÀ-ɏ]")


def numbers_in(text: str) -> list[float]:
    """The numbers a text states, in figures or in English words; percents as hundredths."""
    found = [_value(match[1], match[2]) for match in _NUMBER.finditer(text)]
    return found + [float(_WORDS[word]) for word in re.findall(r"[a-z]+", text.lower()) if word in _WORDS]


def unfounded(sentence: str, numbers: Iterable[float], words: Iterable[str], never: Collection[str] = ()) -> str | None:
    """Why a sentence may not be used, or None. `numbers` and `words` are what the facts hold; `never` names nobody may read.

    Capitalised words count as names wherever they stand; the first word may be an everyday one.
    """
    told = " ".join(sentence.split())
    if not 10 <= len(told) <= LONGEST or "://" in told or re.search(r"[.!?]\s+[A-Z]", told):
        return "not one sentence"
    known = {round(number, 4) for number in numbers}
    bare = told
    allowed = {part for word in words for part in (word.casefold(), *(_TOKEN.findall(word.casefold())))}
    for word in sorted((one for one in words if any(sign.isdigit() for sign in one)), key=len, reverse=True):
        bare = bare.replace(word, " ")
    if strange := [number for number in numbers_in(bare) if round(number, 4) not in known]:
        return f"the number {strange[0]:g} is not among the facts"
    if vague := _VAGUE.search(bare):
        return f"“{vague[0]}” cannot be counted"
    if said := [name for name in never if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", told, re.IGNORECASE)]:
        return f"it names {said[0]}"
    allowed |= frozenset(_WORDS)
    first = True
    for match in _TOKEN.finditer(bare):
        token = match[0].casefold().removesuffix("'s").removesuffix("’s")
        everyday = first and token in _OPENING
        if (match[0][:1].isupper() or _FOREIGN.search(match[0])) and token not in allowed and not everyday:
            return f"the name “{match[0]}” is not among the facts"
        first = False
    return None


def _value(figures: str, unit: str | None) -> float:
    decimal = re.fullmatch(r"\d+[.,]\d{1,2}", figures)
    number = float(figures.replace(",", ".")) if decimal else float(re.sub(r"[.,]", "", figures))
    return number * {"%": 0.01, "k": 1e3, "m": 1e6}.get((unit or "").lower(), 1.0)
