"""Understands a message without any network: language, kind, complaint, mood, severity, gist, emergency."""

from collections.abc import Sequence
from functools import cached_property
from threading import Lock

import numpy as np

from handlers.analysis.language import DEFAULT_LANGUAGES, detect
from handlers.analysis.learning.corrections import NOTHING_CORRECTED, Correction, Corrections, corrected, learn
from handlers.analysis.learning.encoder import Encoder, encoder
from handlers.analysis.learning.features import Bag, bag, bare_bag
from handlers.analysis.learning.weights import TARGETS, Array, Trained, softmax, trained, trained_meaning
from handlers.analysis.lexical import vectors
from handlers.analysis.reading.chatter import is_chatter, is_thanks
from handlers.analysis.reading.conclusions import conclude, quiet
from handlers.analysis.reading.emergencies import judge
from handlers.analysis.reading.gist import gist_of
from handlers.analysis.understanding import Understanding
from handlers.analysis.wording.visible import visible

Scores = dict[str, Array]


class LocalModel:
    """What was learned from the examples, with people's corrections on top. May be shared between threads.

    Loaded at the first message. `languages` are those that a message may be found to be in; `with_encoder=False` reads words
    alone even where the sentence encoder is installed.
    """

    def __init__(
        self,
        languages: Sequence[str] = DEFAULT_LANGUAGES,
        corrections: Sequence[Correction] = (),
        with_encoder: bool = True,
    ) -> None:
        self._languages = tuple(languages)
        self._given = tuple(corrections)
        self._learned: Corrections | None = None if corrections else NOTHING_CORRECTED
        self._with_encoder = with_encoder
        self._scored: dict[str, tuple[Array, Scores]] = {}
        self._lock = Lock()

    def understand(self, text: str, language: str | None = None) -> Understanding:
        """What a message says, with a confidence and an origin for each field.

        `language` is the one its writer writes in otherwise, if known: it decides where the words leave it open.
        Never raises, and reads about 2,400 characters at most. A message without words is `other` and asks nothing.
        """
        words = visible(text)
        guess = detect(words, self._languages, language)
        learned = self._corrections()
        if is_chatter(text, guess.language) or not any(character.isalnum() for character in words):
            return corrected(quiet(guess, words, is_thanks(text, guess.language)), learned.same(text))
        told = bag(words, guess.language)
        scores = self._scores(words, told)
        mixed = self._mixed(scores)
        said = None
        if learned.given:
            vector = vectors([words])[0]
            said = learned.same(text, vector)
            for target, pull in learned.pull(vector).items():
                mixed[target] = mixed[target] + pull
        kind = int(np.argmax(mixed["kind"]))
        gist = gist_of(words, lambda pieces: self._speak_for(pieces, kind))
        alarm = judge(self._numbers, told.cues, scores, guess.language)
        chances = {target: softmax(score) for target, score in mixed.items()}
        return corrected(conclude(guess, chances, alarm, gist), said)

    def learn(self, text: str, field: str, value: str) -> None:
        """A person's correction counts from now on: `kind`, `severity`, `complaint`, `language` or `emergency` of a text."""
        with self._lock:
            self._given = (*self._given, Correction(text, field, value))
            self._learned = None

    def with_corrections(self, corrections: Sequence[Correction]) -> "LocalModel":
        """Another model that knows these corrections, the latest last, and no others."""
        return LocalModel(self._languages, corrections, self._with_encoder)

    def _corrections(self) -> Corrections:
        """What follows from the corrections; worked out again when a message comes after new ones."""
        with self._lock:
            if self._learned is None:
                self._learned = learn(self._given, self._score_of)
            return self._learned

    def _score_of(self, text: str) -> tuple[Array, Scores]:
        if text not in self._scored:
            words = visible(text)
            told = bag(words, detect(words, self._languages).language)
            self._scored[text] = vectors([words])[0], self._mixed(self._scores(words, told))
        return self._scored[text]

    @cached_property
    def _numbers(self) -> Trained:
        return trained()

    @cached_property
    def _encode(self) -> Encoder | None:
        return encoder() if self._with_encoder else None

    def _scores(self, words: str, told: Bag) -> list[Scores]:
        """Each model's scores of a visible text: by words, and by meaning where there is an encoder."""
        scores = [self._numbers.lexical.scores(told)]
        if self._encode is not None and (meaning := trained_meaning()) is not None:
            scores.append(meaning.scores(self._encode([words])[0]))
        return scores

    def _mixed(self, scores: Sequence[Scores]) -> Scores:
        way = "both" if len(scores) > 1 else "alone"
        weights = {target: self._numbers.numbers[f"mix {target} {way}"] for target in TARGETS}
        return {
            target: np.sum([w * s[target] for w, s in zip(weights[target], scores, strict=True)], axis=0)
            + self._numbers.numbers[f"bias {target} {way}"]
            for target in TARGETS
        }

    def _speak_for(self, pieces: Sequence[str], kind: int) -> list[float]:
        """How much each sentence speaks for the kind, by its words alone."""
        lexical = self._numbers.lexical
        return [float(softmax(lexical.scores(bare_bag(piece))["kind"])[kind]) for piece in pieces]
