"""The local understanding of a message: trained once on the examples that ship, taught by people's corrections."""

import csv
from functools import cache
from pathlib import Path
from typing import Any

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import SGDClassifier
from sklearn.pipeline import make_pipeline

from handlers.analysis import language as languages_of
from handlers.analysis.understanding import Understanding

EXAMPLES = Path(__file__).parent / "examples"


@cache
def _trained() -> tuple[Any, Any]:
    rows = [row for path in sorted(EXAMPLES.glob("*.csv")) for row in csv.DictReader(path.open(encoding="utf-8"))]
    texts = [row["text"] for row in rows]
    make = lambda: make_pipeline(  # noqa: E731
        TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 3), min_df=3, sublinear_tf=True),
        SGDClassifier(loss="log_loss", alpha=1e-5, class_weight="balanced", max_iter=8, tol=None, random_state=0),
    )
    kinds = make().fit(texts, [row["kind"] for row in rows])
    bands = make().fit(texts, [row["emergency"] or "none:" for row in rows])
    return kinds, bands


class LocalModel:
    """Understands offline; `languages` are those it may answer in."""

    def __init__(self, languages: tuple[str, ...] = ("en", "es", "ja")) -> None:
        self._languages = languages
        self._learned: dict[tuple[str, str], str] = {}

    def understand(self, text: str, language: str | None = None) -> Understanding:
        """What the text means."""
        kinds, bands = _trained()
        spoken = language or languages_of.detect(text, self._languages).language
        chances = kinds.predict_proba([text])[0]
        kind = str(kinds.classes_[chances.argmax()])
        band, _, emergency = str(bands.predict([text])[0]).partition(":")
        kind = self._learned.get((text, "kind"), kind)
        short = text.strip().lower().strip("!. ")
        nothing = short in ("thanks", "ok thanks", "ok", "gracias", "thank you", "ありがとうございます", "")
        return Understanding(
            language=spoken,
            kind=kind,
            complaint=kind in ("bug", "usability", "churn_threat"),
            sentiment=-0.5 if kind in ("bug", "churn_threat") else 0.0,
            severity=1 if band == "certain" else 2 if kind == "bug" else 3,
            gist=" ".join(text.split())[:140],
            emergency=emergency or None if band in ("certain", "possible") else None,
            band=band if band in ("certain", "possible") else "none",
            emergency_reason="words" if band != "none" else "",
            unsure=bool(chances.max() < 0.4),
            asks_nothing=nothing,
            thanks=nothing,
            confidences={"kind": float(chances.max())},
            origins={"kind": "local"},
        )

    def learn(self, text: str, field: str, value: str) -> None:
        """A person's correction counts from now on."""
        self._learned[(text, field)] = value
