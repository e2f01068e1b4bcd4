"""The language of a message: by script where the script tells, else by letters and small words."""

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from handlers.analysis.wording.small_words import small_words

DEFAULT_LANGUAGES = (
    "en", "es", "ja", "de", "fr", "pt", "it", "nl", "zh", "ko", "ru", "ar", "fa", "uk", "tr", "vi", "pl", "cs", "sv",
)  # fmt: skip
READ_AT_MOST = 4_000
OWN_WORDS = 160
USUAL = 2.0
"""What it speaks for a language that its writer uses otherwise, in log odds: less than a small word of another one."""

_NOISE = re.compile(
    r"```.*?(?:```|\Z)|`[^`\n]{1,200}`|https?://\S{1,500}|\S{1,100}@\S{1,100}|<[^<>\n]{1,200}>|:[a-z0-9_+-]{1,30}:"
    r"|[A-Za-z]:\\\S{1,200}|(?<!\S)/\w\S{1,200}|[A-Za-z_]{0,40}\d[\dA-Za-z_]{0,60}",
    re.DOTALL,
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
# What starts a Unicode name tells the script.
_SCRIPTS = (
    ("HIRAGANA", "kana"),
    ("KATAKANA", "kana"),
    ("HALFWIDTH KATAKANA", "kana"),
    ("CJK UNIFIED", "han"),
    ("HANGUL", "hangul"),
    ("CYRILLIC", "cyrillic"),
    ("ARABIC", "arabic"),
    ("HEBREW", "hebrew"),
    ("GREEK", "greek"),
    ("THAI", "thai"),
    ("DEVANAGARI", "devanagari"),
    ("LATIN", "latin"),
)
_WRITTEN_IN = {
    "kana": ("ja",),
    "han": ("zh", "ja"),
    "hangul": ("ko",),
    "cyrillic": ("ru", "uk", "bg", "sr"),
    "arabic": ("ar", "fa", "ur"),
    "hebrew": ("he",),
    "greek": ("el",),
    "thai": ("th",),
    "devanagari": ("hi", "mr", "ne"),
}
_NOT_LATIN = {language for languages in _WRITTEN_IN.values() for language in languages}
# A letter of a dense script says as much as about three Latin ones.
_DENSE = {"kana": 3.0, "han": 3.0, "hangul": 2.0}


Scores = np.ndarray[tuple[int], np.dtype[np.float64]]


@dataclass(frozen=True)
class Guess:
    """ISO 639-1 code, and how sure we are from 0 (nothing to go by) to 1."""

    language: str
    confidence: float


def detect(text: str, allowed: Sequence[str] = DEFAULT_LANGUAGES, usual: str | None = None) -> Guess:
    """The most likely of the `allowed` languages. `usual` is the one its writer writes in otherwise, where that is known: it
    decides where the words leave it open. Nothing speaks for any: the usual one, else the first, with confidence 0.
    """
    if not allowed:
        raise ValueError("At least one language must be allowed.")
    fallback = usual if usual is not None and usual in allowed else allowed[0]
    words = _NOISE.sub(" ", text[:READ_AT_MOST])
    # People begin in their own words; what they paste below is often English. So the beginning counts again.
    first, _, rest = words.strip().partition("\n")
    words = f"{first[:OWN_WORDS]} {words}" if rest else words
    scripts = _scripts(words)
    if not scripts:
        return Guess(fallback, 0.0)
    script = max(scripts, key=lambda name: scripts[name])
    # Technical writing is half Latin everywhere: a fifth in another script decides, a borrowed character does not.
    other = max((name for name in scripts if name != "latin"), key=lambda name: scripts[name], default="latin")
    if scripts[other] >= 3.0 and _share_of(scripts, "latin") <= 0.8:
        script = other
    if script == "han" and scripts.get("kana", 0.0) >= max(3.0, scripts["han"] / 8):
        script = "kana"
    share = _share_of(scripts, script, *(("han",) if script == "kana" else ()))
    candidates = _candidates(script, allowed)
    if not candidates:
        return Guess(fallback, 0.1)
    if len(candidates) == 1:
        return Guess(candidates[0], round(min(0.99, 0.6 + 0.4 * share), 3))
    if script == "han":
        return _han(words, candidates, usual)
    return _by_letters(words, tuple(candidates), usual)


def _share_of(scripts: Mapping[str, float], *names: str) -> float:
    """The named scripts' part of everything written, 0 to 1."""
    return sum(scripts.get(name, 0.0) for name in names) / (sum(scripts.values()) or 1.0)


def _scripts(text: str) -> defaultdict[str, float]:
    weights: defaultdict[str, float] = defaultdict(float)
    for letter, count in Counter(character for character in text if character.isalpha()).items():
        script = _script_of(letter)
        weights[script] += count * _DENSE.get(script, 1.0)
    return weights


@cache
def _script_of(letter: str) -> str:
    name = unicodedata.name(letter, "")
    return next((script for prefix, script in _SCRIPTS if name.startswith(prefix)), "latin")


def _candidates(script: str, allowed: Sequence[str]) -> list[str]:
    if script == "latin":
        return [language for language in allowed if language not in _NOT_LATIN]
    return [language for language in allowed if language in _WRITTEN_IN[script]]


def _han(words: str, candidates: Sequence[str], usual: str | None) -> Guess:
    """Chinese or Japanese without kana: characters that only one of them writes, and Chinese small words."""
    chinese = len(
        re.findall(r"[们这说无法没为么吗请问时间显务错误发过还们个对应该实现页设]|的|了|是|在|我|你|不", words)
    )
    japanese = len(re.findall(r"[働込畑峠匂円駅気楽図実発変売読対応検証済様御]|設定|請求|了解|承知|確認", words))
    language = "zh" if chinese > japanese or (chinese == japanese and usual != "ja") else "ja"
    if language not in candidates:
        language = candidates[0]
    margin = abs(chinese - japanese)
    return Guess(language, round(1 - 0.5 * math.exp(-margin), 3))


def _by_letters(words: str, candidates: tuple[str, ...], usual: str | None) -> Guess:
    found = [word.casefold().replace("’", "'") for word in _WORD.findall(words)][:400]
    scores = _letter_scores(" ".join(found), candidates)
    for index, language in enumerate(candidates):
        small = small_words().get(language, frozenset())
        scores[index] += 2.4 * sum(word in small for word in found) / math.sqrt(max(1.0, len(found) / 8))
        scores[index] += 0.8 * min(3, sum(words.count(mark) for mark in _MARKS.get(language, "")))
    scores += [(USUAL if language == usual else 0.0) for language in candidates]
    scores -= scores.max()
    odds = np.exp(scores)
    odds /= odds.sum()
    best = int(odds.argmax())
    return Guess(candidates[best], round(float(odds[best]), 3))


_MARKS = {"es": "¿¡ñ", "de": "ßäöü", "fr": "çœêèù", "pt": "ãõçê", "pl": "łżśąę", "sv": "åäö", "tr": "ğşı"}


def _letter_scores(text: str, candidates: tuple[str, ...]) -> Scores:
    """Log odds by py3langid, flattened so that a short text stays undecided; English gets the benefit of a doubt."""
    ranks = dict(_identifier(candidates).rank(text))
    scores = np.array([ranks.get(language, -1e3) for language in candidates], dtype=np.float64)
    flat: Scores = np.clip((scores - scores.max()) / math.sqrt(max(4.0, len(text))), -8.0, 0.0)
    flat += [0.5 if language == "en" else 0.0 for language in candidates]
    return flat


@cache
def _identifier(candidates: tuple[str, ...]) -> LanguageIdentifier:
    usual = set(candidates) <= set(DEFAULT_LANGUAGES)
    identifier = _model(DEFAULT_LANGUAGES if usual else candidates)
    restricted = LanguageIdentifier.__new__(LanguageIdentifier)
    for slot in LanguageIdentifier.__slots__:
        setattr(restricted, slot, getattr(identifier, slot))
    restricted.set_languages([language for language in candidates if language in set(identifier.nb_classes)])
    return restricted


@cache
def _model(languages: tuple[str, ...]) -> LanguageIdentifier:
    """py3langid's model without the numbers of all other languages, which take 28 MB."""
    model = LanguageIdentifier.from_model_file(MODEL_FILE)
    model.set_languages([language for language in languages if language in set(model.nb_classes)])
    model._full_model = model.nb_ptc, model.nb_pc, model.nb_classes
    return model
