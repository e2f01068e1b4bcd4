"""Errors as machines read them: problem+json (RFC 9457), the same shape for every one."""

import json
from http import HTTPStatus
from typing import Any

from starlette.responses import Response
from starlette.types import Send

TITLES = {413: "Content Too Large", 422: "Unprocessable Content"}
"""What RFC 9110 calls them, whatever this Python does."""
MEDIA_TYPE = "application/problem+json"


def problem(status: int, detail: str = "", errors: list[dict[str, str]] | None = None) -> dict[str, Any]:
    """The body: `title` by status, `detail` a sentence, `errors` what is wrong with which field."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": TITLES.get(status) or HTTPStatus(status).phrase,
        "status": status,
    }
    if detail:
        body["detail"] = detail
    if errors:
        body["errors"] = errors
    return body


class Problem(Response):
    """An answer that says what went wrong."""

    media_type = MEDIA_TYPE

    def __init__(
        self,
        status: int,
        detail: str = "",
        errors: list[dict[str, str]] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(json.dumps(problem(status, detail, errors)), status, headers)


async def respond_problem(send: Send, status: int, detail: str, *, closing: bool = False) -> None:
    """The same answer from below the framework; `closing` ends the connection, whose body nobody will read."""
    body = json.dumps(problem(status, detail)).encode()
    headers = [(b"content-type", MEDIA_TYPE.encode()), (b"content-length", str(len(body)).encode())]
    if closing:
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
