"""The model, asked over real HTTP: what it answers, how it fails, and when it is left alone."""

import json
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from pydantic import BaseModel

from bot import llm, settings
from bot.llm import Circuit, LanguageModel
from bot.sandbox.model import app
from bot.sandbox.serve import running
from handlers.errors import Refused, Unavailable
from handlers.outside import Model
from prompts.ask import bug, reply, triage
from prompts.ask.bug import BugAnswer
from prompts.ask.reply import ReplyAnswer
from prompts.ask.triage import Guess, TriageAnswer
from tests.sandbox.wire import call

GUESS = Guess("en", "other", complaint=False, severity=3, emergency=None)
ASKED = triage.question("Hi team, the export hangs at 90% again. Unacceptable!!", GUESS)


class Hands:
    """A clock that only moves when told."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def endpoint() -> Iterator[str]:
    with running(app()) as address:
        yield address


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def model(endpoint: str, clock: Hands) -> LanguageModel:
    return connected(f"{endpoint}/v1", now=clock)


def connected(url: str, *, key: str | None = "sk-test", seconds: float = 5.0, now: Any = None) -> LanguageModel:
    circuit = Circuit(now=now) if now else None
    http = httpx2.Client(trust_env=False)
    return LanguageModel(key, url, "sandbox-chat", timeout_seconds=seconds, circuit=circuit, http=http)


def answered(model: Model) -> TriageAnswer:
    return model.answer(TriageAnswer, ASKED.system, ASKED.user)


def spoil(endpoint: str, **fault: object) -> None:
    call("POST", f"{endpoint}/sandbox/faults", {"match": "/v1/", **fault})


def questions(endpoint: str) -> int:
    return len(call("GET", f"{endpoint}/sandbox/calls?path=completions").body["calls"])


def test_it_answers_each_of_our_questions_in_its_shape(model: LanguageModel) -> None:
    assert answered(model).kind == "bug"
    drafted = bug.question(["The export hangs at 90%", "La exportación se cuelga"])
    assert model.answer(BugAnswer, drafted.system, drafted.user).title
    asked = reply.question([reply.Turn("The export hangs", ours=False)], "en", [])
    assert model.answer(ReplyAnswer, asked.system, asked.user).text


@pytest.mark.parametrize("shape", [TriageAnswer, BugAnswer, ReplyAnswer])
def test_the_schema_that_is_sent_has_only_what_strict_mode_knows(shape: type[BaseModel]) -> None:
    def keywords(part: Any, *, names: bool = False) -> Iterator[str]:
        if isinstance(part, dict):
            for name, inner in part.items():
                if not names:
                    yield name
                yield from keywords(inner, names=name in ("properties", "$defs") and not names)
        elif isinstance(part, list):
            for inner in part:
                yield from keywords(inner)

    schema = llm.strict_schema(shape)
    known = {
        "type", "properties", "required", "additionalProperties", "enum", "items", "$defs", "$ref", "anyOf", "const", "description"
    }  # fmt: skip
    assert set(keywords(schema)) <= known
    assert set(schema["required"]) == set(shape.model_fields)


def test_a_limit_that_strict_mode_does_not_know_is_said_in_words() -> None:
    assert "at most 79 characters" in llm.strict_schema(BugAnswer)["properties"]["title"]["description"]


def test_an_answer_beyond_the_limits_is_nonsense(model: LanguageModel, endpoint: str) -> None:
    call("POST", f"{endpoint}/sandbox/answers", [{"match": "export", "answer": {"gist": "x" * 141}}])
    with pytest.raises(Refused, match="nonsense"):
        answered(model)


@pytest.mark.parametrize("answer", ["malformed", "html", "wrong_shape", "prose"])
def test_nonsense_is_refused_as_nonsense(model: LanguageModel, endpoint: str, answer: str) -> None:
    spoil(endpoint, answer=answer, times=1)
    with pytest.raises(Refused, match="nonsense"):
        answered(model)
    assert answered(model).kind == "bug"


@pytest.mark.parametrize(("answer", "said"), [("refusal", "declined"), ("cut_off", "cut off")])
def test_a_refusal_and_half_an_answer_are_told_apart(
    model: LanguageModel, endpoint: str, answer: str, said: str
) -> None:
    spoil(endpoint, answer=answer, times=1)
    with pytest.raises(Refused, match=said):
        answered(model)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"status": 500}, "problem of its own"),
        ({"status": 503, "retry_after": 7}, "problem of its own"),
        ({"drop": True}, "cannot be reached"),
        ({"drop_after_commit": True}, "cannot be reached"),
        ({"hang_seconds": 20}, "did not answer"),
    ],
    ids=["500", "503", "dropped", "answer lost", "hangs"],
)
def test_a_model_that_is_down_is_unavailable_and_asked_once(endpoint: str, fault: dict[str, Any], said: str) -> None:
    spoil(endpoint, times=1, **fault)
    with pytest.raises(Unavailable, match=said):
        answered(connected(f"{endpoint}/v1", seconds=0.3))
    assert answered(connected(f"{endpoint}/v1")).kind == "bug"


def test_nobody_at_the_address_is_unavailable() -> None:
    with pytest.raises(Unavailable, match="cannot be reached"):
        answered(connected("http://127.0.0.1:9/v1"))


def test_a_model_that_asks_for_time_gets_it(model: LanguageModel, endpoint: str, clock: Hands) -> None:
    spoil(endpoint, status=429, retry_after=20, times=1)
    with pytest.raises(Unavailable) as busy:
        answered(model)
    assert busy.value.retry_after == 20
    with pytest.raises(Unavailable, match="left alone"):
        answered(model)
    clock.seconds += 21
    assert answered(model).kind == "bug"


def test_a_wrong_key_is_refused_with_the_reason(endpoint: str) -> None:
    with pytest.raises(Refused, match="does not accept the key"):
        answered(connected(f"{endpoint}/v1", key="wrong"))


def test_a_dead_model_is_asked_five_times_and_then_once_a_minute(
    model: LanguageModel, endpoint: str, clock: Hands
) -> None:
    spoil(endpoint, status=500)
    for _ in range(20):
        with pytest.raises(Unavailable):
            answered(model)
    assert questions(endpoint) == 5
    clock.seconds += 61
    for _ in range(20):
        with pytest.raises(Unavailable):
            answered(model)
    assert questions(endpoint) == 6
    call("DELETE", f"{endpoint}/sandbox/faults")
    clock.seconds += 61
    assert answered(model).kind == "bug"
    assert answered(model).kind == "bug"


def test_a_question_too_long_is_not_sent(model: LanguageModel, endpoint: str) -> None:
    with pytest.raises(Refused, match="too long"):
        model.answer(TriageAnswer, "system", "x" * llm.LONGEST)
    assert questions(endpoint) == 0


def test_customers_words_reach_the_model_as_they_were_put(model: LanguageModel, endpoint: str) -> None:
    answered(model)
    (seen,) = call("GET", f"{endpoint}/sandbox/calls?path=completions").body["calls"]
    roles = [message["role"] for message in seen["arguments"]["messages"]]
    assert roles == ["system", "user"]
    assert "hangs at 90%" in json.dumps(seen["arguments"]["messages"][1])


def test_the_doctor_hears_whether_the_model_works(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")

    def read(**more: object) -> settings.Settings:
        return settings.read(_env_file=None, openai_api_key=None, openai_base_url=None, **more)

    assert [ok for ok, _ in llm.check(read())] == [True]
    good = settings.read(_env_file=None, openai_api_key="sk-x", openai_base_url=f"{endpoint}/v1", model="sandbox-chat")
    assert llm.check(good)[0][0]
    bad = settings.read(_env_file=None, openai_api_key="wrong", openai_base_url=f"{endpoint}/v1")
    ((ok, sentence),) = llm.check(bad)
    assert not ok
    assert "OPENAI_API_KEY" in sentence
