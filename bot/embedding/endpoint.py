"""An OpenAI-compatible embeddings API. What goes out is redacted; what comes back is looked at before it is believed."""

import json

import httpx2
import numpy as np
import openai

from handlers.analysis.learning.encoder import shortened
from handlers.analysis.meaning.memory import Rows
from handlers.analysis.redaction import redact
from handlers.errors import Refused, Unavailable

BATCH = 128
EMPTY = "(empty)"


class Endpoint:
    """Texts to rows of length one. `http` replaces the connection."""

    outside = True

    def __init__(
        self,
        key: str | None,
        url: str | None,
        model: str,
        *,
        timeout_seconds: float = 30.0,
        http: httpx2.Client | None = None,
    ) -> None:
        self.model = model
        self.name = f"endpoint-{model}"
        self._dimension: int | None = None
        self._client = openai.OpenAI(
            api_key=key or "none", base_url=url, timeout=timeout_seconds, max_retries=2, http_client=http
        )

    def vectors(self, texts: list[str]) -> Rows:
        """One row a text, float32. Raises Unavailable, so that the text is asked about again, when it cannot be reached or its
        numbers cannot be used, Refused when it does not accept the question."""
        asked = [redact(shortened(text)) or EMPTY for text in texts]
        rows = [row for begin in range(0, len(asked), BATCH) for row in self._asked(asked[begin : begin + BATCH])]
        return np.array(rows, dtype=np.float32).reshape(len(texts), -1)

    def _asked(self, texts: list[str]) -> list[list[float]]:
        try:
            answer = self._client.embeddings.create(model=self.model, input=texts, encoding_format="float")
        except openai.APIConnectionError as problem:
            raise Unavailable("the embeddings endpoint cannot be reached") from problem
        except openai.APIStatusError as problem:
            if problem.status_code in (408, 409, 425, 429) or problem.status_code >= 500:
                raise Unavailable(f"the embeddings endpoint has a problem ({problem.status_code})") from problem
            raise Refused(f"The embeddings endpoint refused {self.model} ({problem.status_code}).") from problem
        except (openai.APIError, json.JSONDecodeError, httpx2.DecodingError) as problem:
            raise Unavailable("the embeddings endpoint answered nonsense") from problem
        rows = [one.embedding for one in sorted(answer.data or [], key=lambda one: one.index)]
        return self._believed(rows, len(texts))

    def _believed(self, rows: list[list[float]], count: int) -> list[list[float]]:
        lengths = {len(row) for row in rows}
        if len(rows) != count or len(lengths) != 1 or not np.isfinite(np.array(rows, dtype=np.float64)).all():
            raise Unavailable("the embeddings endpoint answered with numbers that cannot be used")
        dimension = lengths.pop()
        if self._dimension not in (None, dimension):
            raise Unavailable(f"the embeddings endpoint changed from {self._dimension} to {dimension} numbers a text")
        self._dimension = dimension
        return rows
