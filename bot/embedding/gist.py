"""Texts by the one-line English gist that a model makes of each: languages and wordings meet before they are embedded."""

from threading import Lock

from handlers.analysis.learning.encoder import shortened
from handlers.analysis.meaning.joined import Embedder
from handlers.analysis.meaning.memory import Rows
from handlers.analysis.telling.quotes import anonymous
from handlers.errors import Refused
from handlers.outside import Model
from prompts.ask import gist as asking
from prompts.ask.gist import GistAnswer

KEPT = 2_000
"""So many of the latest gists are kept: what is asked again after a failure is not gisted again."""


class ByGist:
    """Another embedder's rows of gists. Where the model answers nonsense, a text is read as it is."""

    outside = True

    def __init__(self, inner: Embedder, model: Model) -> None:
        self.inner = inner
        self.model = model
        self.name = f"{inner.name}+gist"
        self._known: dict[str, str] = {}
        self._lock = Lock()

    def vectors(self, texts: list[str]) -> Rows:
        """One row a text. Raises Unavailable, so that it is asked again, while the model or the endpoint is away."""
        gists = self._gists([anonymous(shortened(text)) for text in texts])
        return self.inner.vectors(gists)

    def _gists(self, texts: list[str]) -> list[str]:
        with self._lock:
            found = {text: self._known[text] for text in texts if text in self._known}
        new = [text for text in dict.fromkeys(texts) if text not in found and any(map(str.isalnum, text))]
        for begin in range(0, len(new), asking.AT_ONCE):
            said = self._asked(new[begin : begin + asking.AT_ONCE])
            found |= said
            with self._lock:
                self._known |= said
                for old in list(self._known)[: max(0, len(self._known) - KEPT)]:
                    del self._known[old]
        return [found.get(text, text) for text in texts]

    def _asked(self, texts: list[str]) -> dict[str, str]:
        question = asking.question(texts)
        try:
            answer = self.model.answer(GistAnswer, question.system, question.user)
        except Refused:
            return {}
        return {texts[one.message - 1]: " ".join(one.gist.split()) for one in answer.gists if one.message <= len(texts)}
