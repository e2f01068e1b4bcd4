"""Plain HTTP for the tests of the stand-ins: JSON in, JSON out, no library of the product."""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from email.message import Message
from typing import Any


@dataclass(frozen=True)
class Answer:
    """Status, parsed body (or text) and headers of one answer."""

    status: int
    body: Any
    headers: Message


def call(
    method: str, url: str, body: Any = None, headers: dict[str, str] | None = None, timeout: float = 10.0
) -> Answer:
    """One request on a connection of its own."""
    sent = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(url, sent, {"content-type": "application/json", **(headers or {})}, method=method)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=timeout) as answer:
            return Answer(answer.status, _read(answer.read()), answer.headers)
    except urllib.error.HTTPError as refused:
        with refused:
            return Answer(refused.code, _read(refused.read()), refused.headers)


def _read(body: bytes) -> Any:
    try:
        return json.loads(body) if body else None
    except ValueError:
        return body.decode(errors="replace")
