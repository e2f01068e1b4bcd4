"""Meaning from an endpoint: believed only when it can be, and asked again when it cannot."""

import json

import httpx2
import numpy as np
import pytest

from bot import embedding
from bot.embedding.endpoint import Endpoint
from bot.settings import read
from handlers.errors import Refused, Unavailable


def answering(*rows: list[float]) -> Endpoint:
    """An endpoint that answers each question with the next row."""
    left = list(rows)

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked = json.loads(request.content)["input"]
        row = left.pop(0)
        said = [{"object": "embedding", "index": place, "embedding": row} for place in range(len(asked))]
        return httpx2.Response(
            200,
            text=json.dumps(
                {"object": "list", "model": "m", "data": said, "usage": {"prompt_tokens": 1, "total_tokens": 1}}
            ),
        )

    return Endpoint("key", "http://model.example/v1", "m", http=httpx2.Client(transport=httpx2.MockTransport(answer)))


def test_an_endpoints_numbers_are_rows() -> None:
    assert np.array_equal(answering([0.5, 1.0]).vectors(["", "😡"]), np.array([[0.5, 1], [0.5, 1]], dtype=np.float32))


@pytest.mark.parametrize("second", [[float("nan"), 1.0], [1.0, 2.0, 3.0]])
def test_numbers_that_cannot_be_used_are_asked_for_again(second: list[float]) -> None:
    endpoint = answering([0.5, 1.0], second)
    endpoint.vectors(["one"])
    with pytest.raises(Unavailable, match=r"cannot be used|changed from 2 to 3"):
        endpoint.vectors(["two"])


def test_an_embedder_that_cannot_be_had_is_refused_in_a_sentence() -> None:
    settings = read(_env_file=None)
    with pytest.raises(Refused, match="needs OPENAI_API_KEY"):
        embedding.choose("endpoint", None, settings)
    assert embedding.choose("lexical", None, settings).name == "lexical-1"
