"""A model behind an OpenAI-compatible endpoint: answers of a given shape, and none at all while it keeps failing."""

import json
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

import httpx2
import openai
from openai.types.chat import ChatCompletion
from openai.types.shared_params import ResponseFormatJSONSchema
from pydantic import BaseModel, ValidationError

from bot.settings import Settings
from handlers.errors import Refused, Unavailable

Answer = TypeVar("Answer", bound=BaseModel)

LONGEST = 40_000
"""Characters of a question: more is not sent, since cutting it could cut the marks around customers' words."""
NONSENSE = "the model answered nonsense"

_SPOKEN = {
    "maxLength": "at most {} characters",
    "minLength": "at least {} characters",
    "maximum": "at most {}",
    "minimum": "at least {}",
    "exclusiveMaximum": "less than {}",
    "exclusiveMinimum": "more than {}",
    "maxItems": "at most {} items",
    "minItems": "at least {} items",
    "pattern": "matches {}",
}
_SILENT = ("title", "default", "format", "multipleOf", "uniqueItems", "examples")


class Circuit:
    """After `failures` in a row nobody is asked for `pause_seconds`; then one question tries whether it is back."""

    def __init__(
        self, failures: int = 5, pause_seconds: float = 60.0, now: Callable[[], float] = time.monotonic
    ) -> None:
        self.failures, self.pause_seconds = failures, pause_seconds
        self._now = now
        self._in_a_row = 0
        self._closed_until = 0.0
        self._lock = threading.Lock()

    def enter(self) -> None:
        """Raises Unavailable while nobody shall be asked."""
        with self._lock:
            left = self._closed_until - self._now()
            if left > 0:
                raise Unavailable("the model kept failing and is left alone for a while", left)
            if self._in_a_row >= self.failures:
                self._closed_until = self._now() + self.pause_seconds

    def succeeded(self) -> None:
        """It answered."""
        with self._lock:
            self._in_a_row, self._closed_until = 0, 0.0

    def failed(self, wait_seconds: float = 0.0) -> None:
        """It did not; `wait_seconds` is how long it asked to be left alone."""
        with self._lock:
            self._in_a_row += 1
            pause = self.pause_seconds if self._in_a_row >= self.failures else min(wait_seconds, self.pause_seconds)
            self._closed_until = max(self._closed_until, self._now() + pause)


class LanguageModel:
    """Asks a chat model for answers in shapes. `http` replaces the connection (tests, proxies)."""

    def __init__(
        self,
        key: str | None,
        url: str | None,
        model: str,
        *,
        timeout_seconds: float = 30.0,
        circuit: Circuit | None = None,
        http: httpx2.Client | None = None,
    ) -> None:
        self.model = model
        self.timeout_seconds = timeout_seconds
        self.circuit = circuit or Circuit()
        self._client = openai.OpenAI(
            api_key=key or "none", base_url=url, timeout=timeout_seconds, max_retries=0, http_client=http
        )

    def answer(self, shape: type[Answer], system: str, user: str) -> Answer:
        """An answer of the shape. Raises Unavailable when slow, down or left alone, Refused for nonsense and refusals."""
        if len(system) + len(user) > LONGEST:
            raise Refused("the question is too long for the model")
        self.circuit.enter()
        try:
            answer = _read(shape, self._asked(shape, system, user))
        except Unavailable as failure:
            self.circuit.failed(failure.retry_after or 0.0)
            raise
        except Refused:
            self.circuit.failed()
            raise
        self.circuit.succeeded()
        return answer

    def check(self) -> str:
        """A sentence if the model answers in shapes. Raises Refused or Unavailable with what is wrong."""

        class Capital(BaseModel, extra="forbid"):
            city: str

        self.answer(Capital, "You answer in the shape asked for.", "What is the capital of France?")
        return f"The model {self.model} answers in the shapes it is asked for."

    def _asked(self, shape: type[BaseModel], system: str, user: str) -> Any:
        form: ResponseFormatJSONSchema = {
            "type": "json_schema",
            "json_schema": {"name": shape.__name__, "strict": True, "schema": strict_schema(shape)},
        }
        try:
            return self._client.chat.completions.create(
                model=self.model,
                messages=[{"role": "system", "content": system}, {"role": "user", "content": user}],
                response_format=form,
            )
        except openai.APITimeoutError as problem:
            raise Unavailable(f"the model did not answer within {self.timeout_seconds:g} seconds") from problem
        except openai.APIConnectionError as problem:
            raise Unavailable("the model cannot be reached") from problem
        except openai.APIStatusError as problem:
            raise _failure(problem) from problem
        except (openai.APIError, json.JSONDecodeError, httpx2.DecodingError) as problem:
            raise Refused(NONSENSE) from problem


def connect(settings: Settings, circuit: Circuit | None = None) -> LanguageModel | None:
    """The model that the settings name, if they name one."""
    if not settings.has_model:
        return None
    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else None
    return LanguageModel(
        key, settings.openai_base_url, settings.model, timeout_seconds=settings.model_timeout_seconds, circuit=circuit
    )


def check(settings: Settings) -> list[tuple[bool, str]]:
    """For the doctor: (whether all is well, a sentence that says what is, or what to do)."""
    model = connect(settings)
    if model is None:
        return [(True, "No model is set; the local understanding works alone (OPENAI_API_KEY adds a second look).")]
    try:
        return [(True, model.check())]
    except (Refused, Unavailable) as failure:
        where = settings.openai_base_url or "the address of OpenAI"
        advice = "check OPENAI_API_KEY, OPENAI_BASE_URL and EARSHOT_MODEL"
        return [(False, f"The model {settings.model} at {where} does not work: {failure}; {advice}.")]


def strict_schema(shape: type[BaseModel]) -> dict[str, Any]:
    """The shape as strict mode takes it: every object closed and complete; limits it does not know become descriptions."""
    strict: dict[str, Any] = _strict(shape.model_json_schema())
    return strict


def _strict(part: Any) -> Any:
    if isinstance(part, list):
        return [_strict(one) for one in part]
    if not isinstance(part, dict):
        return part
    kept = {name: value for name, value in part.items() if name not in _SPOKEN and name not in _SILENT}
    for group in ("properties", "$defs"):
        if isinstance(part.get(group), dict):
            kept[group] = {name: _strict(value) for name, value in part[group].items()}
    for name in ("items", "anyOf", "allOf"):
        if name in kept:
            kept[name] = _strict(kept[name])
    limits = [_SPOKEN[name].format(part[name]) for name in _SPOKEN if name in part]
    if limits and "$ref" not in part:
        kept["description"] = "; ".join([*filter(None, [part.get("description")]), *limits])
    if isinstance(part.get("properties"), dict):
        kept |= {"additionalProperties": False, "required": list(part["properties"])}
    return kept


def _read(shape: type[Answer], completion: Any) -> Answer:
    if not isinstance(completion, ChatCompletion) or not completion.choices:
        raise Refused(NONSENSE)
    choice = completion.choices[0]
    if choice.message.refusal:
        raise Refused("the model declined to answer")
    if choice.finish_reason == "length":
        raise Refused("the model's answer was cut off")
    try:
        return shape.model_validate_json(choice.message.content or "")
    except ValidationError as problem:
        raise Refused(NONSENSE) from problem


def _failure(problem: openai.APIStatusError) -> Exception:
    status = problem.status_code
    if status in (408, 409, 425, 429) or status >= 500:
        said = "asks us to wait" if status == 429 else f"has a problem of its own ({status})"
        return Unavailable(f"the model {said}", _seconds(problem.response.headers.get("retry-after")))
    if status in (401, 403):
        return Refused(f"the model's endpoint does not accept the key ({status})")
    return Refused(f"the model's endpoint refused the question ({status})")


def _seconds(header: str | None) -> float | None:
    try:
        return max(0.0, float(header)) if header else None
    except ValueError:
        return None
