import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from typing import Annotated, Any, Literal

import httpx2
import openai
import pytest
from openai import AsyncOpenAI
from pydantic import BaseModel, Field

from bot.sandbox.model import app
from bot.sandbox.model.shape import complaints
from bot.sandbox.serve import running
from prompts.ask import bug, reply, triage
from prompts.ask.triage import Guess, TriageAnswer
from tests.sandbox.wire import call

GUESS = Guess("en", "other", complaint=False, severity=3, emergency=None)
HANGS = "Hi team, the export hangs at 90% again. Unacceptable!! Please fix it."


@pytest.fixture
def model() -> Iterator[str]:
    with running(app()) as address:
        yield address


def asked(address: str, ask: Callable[[AsyncOpenAI], Awaitable[Any]], retries: int = 0, seconds: float = 5.0) -> Any:
    async def once() -> Any:
        http = httpx2.AsyncClient(trust_env=False)
        async with AsyncOpenAI(
            base_url=f"{address}/v1", api_key="sk-sandbox", max_retries=retries, timeout=seconds, http_client=http
        ) as client:
            return await ask(client)

    return asyncio.run(once())


def messages(question: Any) -> Any:
    return [{"role": "system", "content": question.system}, {"role": "user", "content": question.user}]


def parsed(address: str, question: Any, shape: type[BaseModel], **how: Any) -> Any:
    answer = asked(
        address,
        lambda client: client.chat.completions.parse(
            model="sandbox-chat", messages=messages(question), response_format=shape
        ),
        **how,
    )
    return answer.choices[0].message.parsed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (HANGS, ("en", "bug", True, 2, "none")),
        ("Hola, ¿cómo puedo exportar los informes a Excel?", ("es", "how_to", False, 3, "none")),
        ("请求ではなく請求書の税額が間違っています。", ("ja", "billing", False, 3, "none")),
        ("We can see another company's data in our dashboard", ("en", "other", True, 1, "security")),
        ("Thank you, this is great", ("en", "praise", False, 4, "none")),
    ],
)
def test_a_message_is_understood_in_the_shape_that_was_asked_for(
    model: str, text: str, expected: tuple[Any, ...]
) -> None:
    answer = parsed(model, triage.question(text, GUESS), TriageAnswer)
    assert (answer.language, answer.kind, answer.complaint, answer.severity, answer.emergency) == expected
    assert 0 < answer.confidence.kind <= 1


def test_the_gist_is_the_customers_own_sentence_without_the_greeting(model: str) -> None:
    assert parsed(model, triage.question(HANGS, GUESS), TriageAnswer).gist == "the export hangs at 90% again."


def test_bugs_and_replies_are_drafted_from_what_was_said(model: str) -> None:
    draft = parsed(model, bug.question([HANGS, "L'export reste bloqué"]), bug.BugAnswer)
    assert draft.title
    assert "hangs" in draft.happens
    fact = "It is fixed in version 4.2."
    answer = parsed(model, reply.question([reply.Turn(HANGS, ours=False)], "es", [fact]), reply.ReplyAnswer)
    assert answer.language == "es"
    assert fact in answer.text


def test_any_schema_is_filled_so_that_it_fits(model: str) -> None:
    class Inner(BaseModel, extra="forbid"):
        how_many: Annotated[int, Field(ge=3, le=4)]
        tags: Annotated[list[Literal["a", "b"]], Field(min_length=2)]

    class Odd(BaseModel, extra="forbid"):
        inner: Inner
        perhaps: str | None
        long_enough: Annotated[str, Field(min_length=5)]

    question = triage.question("x", GUESS)
    answer = parsed(model, question, Odd)
    assert answer.inner.tags == ["a", "a"]
    assert answer.inner.how_many == 3


def test_a_schema_that_strict_mode_refuses_is_refused(model: str) -> None:
    open_ended = {"type": "object", "properties": {"kind": {"type": "string"}}, "required": ["kind"]}
    form = {"type": "json_schema", "json_schema": {"name": "x", "strict": True, "schema": open_ended}}
    with pytest.raises(openai.BadRequestError, match="'additionalProperties' is required"):
        asked(
            model,
            lambda client: client.chat.completions.create(
                model="sandbox-chat",
                messages=[{"role": "user", "content": "x"}],
                response_format=form,  # type: ignore[call-overload]
            ),
        )


def test_an_answer_can_be_taught(model: str) -> None:
    call("POST", f"{model}/sandbox/answers", [{"match": "export", "answer": {"kind": "usability"}}])
    assert parsed(model, triage.question(HANGS, GUESS), TriageAnswer).kind == "usability"
    assert parsed(model, triage.question("the import hangs", GUESS), TriageAnswer).kind == "bug"


def test_equal_texts_have_equal_vectors_and_near_ones_are_nearer(model: str) -> None:
    texts = ["the export hangs", "the export hangs", "export hangs again", "wrong tax on the invoice"]
    answer = asked(model, lambda client: client.embeddings.create(model="sandbox-embedding", input=texts))
    first, same, near, far = (item.embedding for item in answer.data)

    def likeness(other: list[float]) -> float:
        return float(sum(a * b for a, b in zip(first, other, strict=True)))

    assert first == same
    assert likeness(near) > likeness(far) + 0.2
    assert likeness(same) == pytest.approx(1.0)
    assert len(first) == 256


def test_it_lists_its_models_and_refuses_a_missing_key(model: str) -> None:
    assert [one.id for one in asked(model, lambda client: _models(client))] == ["sandbox-chat", "sandbox-embedding"]
    assert call("GET", f"{model}/v1/models").status == 401


async def _models(client: AsyncOpenAI) -> list[Any]:
    return [one async for one in client.models.list()]


def test_what_it_was_asked_can_be_read_afterwards(model: str) -> None:
    parsed(model, triage.question(HANGS, GUESS), TriageAnswer)
    (seen,) = call("GET", f"{model}/sandbox/calls?path=completions").body["calls"]
    assert "hangs at 90%" in json.dumps(seen["arguments"])
    assert call("DELETE", f"{model}/sandbox/calls").body == {"calls": []}


def test_it_streams(model: str) -> None:
    async def listen(client: AsyncOpenAI) -> str:
        stream = await client.chat.completions.create(
            model="sandbox-chat", messages=[{"role": "user", "content": HANGS}], stream=True
        )
        return "".join([part.choices[0].delta.content or "" async for part in stream])

    assert "the export hangs" in asked(model, listen)


FAILURES: list[tuple[dict[str, Any], type[Exception]]] = [
    ({"status": 429, "retry_after": 1}, openai.RateLimitError),
    ({"status": 500}, openai.InternalServerError),
    ({"drop": True}, openai.APIConnectionError),
    ({"hang_seconds": 30}, openai.APITimeoutError),
    ({"answer": "malformed"}, json.JSONDecodeError),
    ({"answer": "html"}, AttributeError),
    ({"answer": "wrong_shape"}, ValueError),
    ({"answer": "prose"}, ValueError),
    ({"answer": "cut_off"}, openai.LengthFinishReasonError),
]


@pytest.mark.parametrize(("fault", "problem"), FAILURES, ids=[json.dumps(fault) for fault, _ in FAILURES])
def test_it_fails_as_models_fail(model: str, fault: dict[str, Any], problem: type[Exception]) -> None:
    call("POST", f"{model}/sandbox/faults", {"match": "/v1/", "times": 1, **fault})
    question = triage.question(HANGS, GUESS)
    with pytest.raises(problem):
        parsed(model, question, TriageAnswer, seconds=0.5)
    assert parsed(model, question, TriageAnswer).kind == "bug"


def test_it_can_decline_to_answer(model: str) -> None:
    call("POST", f"{model}/sandbox/faults", {"answer": "refusal", "times": 1})
    assert parsed(model, triage.question(HANGS, GUESS), TriageAnswer) is None


def test_the_client_waits_and_tries_again_when_told_to(model: str) -> None:
    call("POST", f"{model}/sandbox/faults", {"match": "/v1/", "status": 429, "retry_after": 0, "times": 1})
    assert parsed(model, triage.question(HANGS, GUESS), TriageAnswer, retries=1).kind == "bug"


def test_values_that_do_not_fit_a_schema_are_told_apart() -> None:
    shape = TriageAnswer.model_json_schema()
    good: dict[str, Any] = {
        "language": "en", "kind": "bug", "complaint": True, "sentiment": -0.5, "severity": 2, "gist": "x",
        "emergency": "none", "confidence": dict.fromkeys(TriageAnswer.model_fields, 0.5),
    }  # fmt: skip
    del good["confidence"]["confidence"]
    assert complaints(good, shape) == []
    for wrong in (
        {"kind": "poem"},
        {"severity": 9},
        {"gist": "x" * 141},
        {"complaint": "yes"},
        {"more": 1},
        {"sentiment": 2},
    ):
        assert complaints({**good, **wrong}, shape)
