"""The three calls of an OpenAI-compatible endpoint, worded as OpenAI words them."""

import json
import secrets
import time
from collections.abc import Iterator
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from bot.sandbox.faults import Fault
from bot.sandbox.ledger import Ledger
from bot.sandbox.model.embeddings import DIMENSIONS, encoded, vector
from bot.sandbox.model.reading import Prompt, gist_of, language_of, prompt_of, reply_of, rule_for
from bot.sandbox.model.shape import UnusableSchemaError, complaints, filled, refuse_unless_strict

MODELS = ("sandbox-chat", "sandbox-embedding")
_SPOILED = {
    "wrong_shape": '{"kind": ["bug", "praise"], "severity": "very", "thoughts": "I would say it is a bug."}',
    "prose": "Sure! Here is the triage you asked for: it looks like a *bug* to me.",
}


class BadRequestError(Exception):
    """A request that is refused with 400; `param` names the part."""

    def __init__(self, message: str, param: str | None = None) -> None:
        super().__init__(message)
        self.param = param


async def complete(request: Request) -> Response:
    """POST /v1/chat/completions."""
    given, refusal = await _given(request)
    if refusal:
        return refusal
    try:
        content = _content(request, given)
    except BadRequestError as problem:
        return _noted(request, given, _error(400, str(problem), "invalid_request_error", None, problem.param))
    fault: Fault | None = getattr(request.state, "fault", None)
    spoiled = fault.answer if fault else None
    content = _SPOILED.get(str(spoiled), content[: len(content) // 2] if spoiled == "cut_off" else content)
    finish = "length" if spoiled == "cut_off" else "stop"
    body = _completion(given, None if spoiled == "refusal" else content, finish)
    if given.get("stream"):
        return _noted(request, given, StreamingResponse(_chunks(body), media_type="text/event-stream"))
    return _noted(request, given, JSONResponse(body))


async def embed(request: Request) -> Response:
    """POST /v1/embeddings."""
    given, refusal = await _given(request)
    if refusal:
        return refusal
    texts, size = given.get("input"), given.get("dimensions", DIMENSIONS)
    texts = [texts] if isinstance(texts, str) else texts
    if not isinstance(texts, list) or not texts or not all(isinstance(text, str) and text for text in texts):
        return _noted(request, given, _error(400, "'$.input' is invalid.", "invalid_request_error", None, "input"))
    if not isinstance(size, int) or not 1 <= size <= 4096:
        return _noted(request, given, _error(400, "Invalid dimensions.", "invalid_request_error", None, "dimensions"))
    form = given.get("encoding_format") == "base64"
    listed = [
        {"object": "embedding", "index": number, "embedding": encoded(vector(text, size), form)}
        for number, text in enumerate(texts)
    ]
    tokens = sum(map(_tokens, texts))
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    answer = {"object": "list", "data": listed, "model": given.get("model"), "usage": usage}
    return _noted(request, given, JSONResponse(answer))


async def models(request: Request) -> Response:
    """GET /v1/models."""
    if refusal := _unknown_key(request):
        return refusal
    listed = [{"id": name, "object": "model", "created": 1, "owned_by": "sandbox"} for name in MODELS]
    return JSONResponse({"object": "list", "data": listed})


def explain(status: int) -> Response:
    """How OpenAI words a call that fails by its status alone."""
    if status == 429:
        words = "Rate limit reached for sandbox-chat on requests per min (RPM). Please try again later."
        return _error(429, words, "requests", "rate_limit_exceeded")
    return _error(status, "The server had an error while processing your request. Sorry about that!", "server_error")


def _content(request: Request, given: dict[str, Any]) -> str:
    messages = given.get("messages")
    if not isinstance(messages, list) or not all(isinstance(one, dict) for one in messages) or not messages:
        raise BadRequestError("Invalid type for 'messages': expected an array of objects.", "messages")
    prompt = prompt_of(messages)
    form = given.get("response_format") or {"type": "text"}
    if form.get("type") == "json_schema":
        return json.dumps(_shaped(request, prompt, form.get("json_schema") or {}), ensure_ascii=False)
    if form.get("type") == "json_object":
        return json.dumps({"language": language_of(prompt.text), "gist": gist_of(prompt.text)}, ensure_ascii=False)
    return reply_of(prompt, language_of(prompt.text))


def _shaped(request: Request, prompt: Prompt, wanted: dict[str, Any]) -> Any:
    schema, name = wanted.get("schema"), wanted.get("name")
    if not isinstance(schema, dict) or not name:
        raise BadRequestError("Missing required parameter: 'response_format.json_schema.schema'.", "response_format")
    try:
        if wanted.get("strict"):
            refuse_unless_strict(schema)
        said = filled(schema, rule_for(prompt))
    except (UnusableSchemaError, KeyError) as problem:
        raise BadRequestError(f"Invalid schema for response_format '{name}': {problem}", "response_format") from None
    for rule in _ledger(request).setting("answers", []):
        if rule["match"] in prompt.user and isinstance(said, dict):
            said |= rule["answer"]
    if wrong := complaints(said, schema):
        raise BadRequestError(f"The sandbox model cannot fill this schema: {wrong[0]}", "response_format")
    return said


def _completion(given: dict[str, Any], content: str | None, finish: str) -> dict[str, Any]:
    asked = sum(_tokens(json.dumps(message)) for message in given["messages"])
    told = _tokens(content or "")
    refusal = None if content is not None else "I'm sorry, I can't help with that."
    message: dict[str, Any] = {"role": "assistant", "content": content, "refusal": refusal, "annotations": []}
    return {
        "id": f"chatcmpl-{secrets.token_hex(12)}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": given.get("model"),
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": finish}],
        "usage": {"prompt_tokens": asked, "completion_tokens": told, "total_tokens": asked + told},
    }


def _chunks(body: dict[str, Any]) -> Iterator[str]:
    whole = body["choices"][0]["message"]["content"] or ""
    pieces = [whole[at : at + 20] for at in range(0, len(whole), 20)]
    common = {"id": body["id"], "object": "chat.completion.chunk", "created": body["created"], "model": body["model"]}
    for delta, finish in [*(({"content": piece}, None) for piece in pieces), ({}, body["choices"][0]["finish_reason"])]:
        yield f"data: {json.dumps({**common, 'choices': [{'index': 0, 'delta': delta, 'finish_reason': finish}]})}\n\n"
    yield "data: [DONE]\n\n"


async def _given(request: Request) -> tuple[dict[str, Any], Response | None]:
    if refusal := _unknown_key(request):
        return {}, refusal
    try:
        given = json.loads(await request.body())
    except ValueError:
        given = None
    if not isinstance(given, dict):
        words = "We could not parse the JSON body of your request."
        return {}, _noted(request, {}, _error(400, words, "invalid_request_error"))
    if not isinstance(given.get("model"), str):
        return {}, _noted(request, given, _error(400, "you must provide a model parameter", "invalid_request_error"))
    return given, None


def _unknown_key(request: Request) -> Response | None:
    key = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
    if key and key != "wrong":
        return None
    words = f"Incorrect API key provided: {key}." if key else "You didn't provide an API key."
    return _noted(request, {}, _error(401, words, "invalid_request_error", "invalid_api_key"))


def _noted(request: Request, given: dict[str, Any], answer: Response) -> Response:
    outcome = "ok" if answer.status_code == 200 else str(answer.status_code)
    _ledger(request).note(request.method, request.url.path, given, outcome)
    return answer


def _error(status: int, words: str, kind: str, code: str | None = None, param: str | None = None) -> Response:
    return JSONResponse({"error": {"message": words, "type": kind, "param": param, "code": code}}, status)


def _ledger(request: Request) -> Ledger:
    found: Ledger = request.app.state.ledger
    return found


def _tokens(text: str) -> int:
    return len(text) // 4 + 1
