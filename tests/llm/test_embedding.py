"""Meaning from an endpoint: believed only when it can be, and asked again when it cannot."""

import json
import re
from typing import Any

import httpx2
import numpy as np
import pytest

from bot import embedding
from bot.embedding.endpoint import Endpoint
from bot.embedding.gist import ByGist
from bot.settings import Settings, read
from handlers.errors import Refused, Unavailable


def nobody(_: Settings) -> None:
    """No model."""


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
        embedding.choose("endpoint", None, settings, nobody)
    assert embedding.choose("lexical", None, settings, nobody).name == "lexical-4"


class Writer:
    """A model that makes gists of what it is shown; of messages about weather it says nothing, and of nonsense nonsense."""

    def __init__(self) -> None:
        self.shown: list[str] = []

    def answer(self, shape: type[Any], system: str, user: str) -> Any:
        if "nonsense" in user:
            raise Refused("the model answered nonsense")
        pieces = re.findall(r"Message (\d+):\n<<<\w+\n(.*?)\n\w+>>>", user, re.DOTALL)
        self.shown += [piece for _, piece in pieces]
        return shape(
            gists=[
                {"message": int(number), "gist": "export hangs"} for number, piece in pieces if "weather" not in piece
            ]
        )


class Seen:
    """An embedder that only keeps what it is shown."""

    name = "seen"

    def __init__(self) -> None:
        self.texts: list[str] = []

    def vectors(self, texts: list[str]) -> Any:
        self.texts += texts
        return np.ones((len(texts), 2), dtype=np.float32)


def test_messages_are_embedded_by_the_gist_that_a_model_made_of_them() -> None:
    seen, writer = Seen(), Writer()
    told = ["エクスポートが終わりません", "La exportación no acaba, escríbame a ana@acme.example", "nice weather", "…"]
    rows = ByGist(seen, writer).vectors(told * 10)
    assert rows.shape == (40, 2)
    assert set(seen.texts) == {"export hangs", "nice weather", "…"}
    assert len(writer.shown) == 3
    assert "ana@acme.example" not in " ".join(writer.shown)


def test_where_the_model_answers_nonsense_a_message_is_embedded_as_it_is() -> None:
    seen = Seen()
    ByGist(seen, Writer()).vectors(["nonsense", "the export hangs"])
    assert seen.texts == ["nonsense", "the export hangs"]


def test_gists_are_another_embedder_so_that_all_is_read_anew() -> None:
    settings = read(_env_file=None, openai_api_key="key", embedding_gist=True)
    plain = embedding.choose(
        "endpoint", None, settings.model_copy(update={"embedding_gist": False}), lambda _: Writer()
    )
    gisted = embedding.choose("endpoint", None, settings, lambda _: Writer())
    assert (plain.name, gisted.name) == (
        "endpoint-text-embedding-3-small+words-256", "endpoint-text-embedding-3-small+gist+words-256",
    )  # fmt: skip
    assert embedding.is_outside(gisted)
