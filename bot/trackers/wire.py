"""HTTP to a tracker: JSON answers, and every failure a sentence that says whether it is tried again."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx2

from handlers.errors import NotFound, Refused, Unavailable
from handlers.tracking import Fetched

LATER = (408, 409, 423, 425)
"""Statuses that say “not now”."""
SAID_MOST = 500


class NotTaken(Unavailable):
    """Cannot be done now, and surely nothing was done."""


class Wire:
    """One tracker's address. `vendor` and `credentials` are words for the sentences; `place` is where bugs are filed.

    `follows`: reading goes on where an issue was moved to. A whole address instead of a path is asked without our credentials.
    """

    def __init__(
        self,
        vendor: str,
        url: str,
        *,
        credentials: str,
        place: str,
        auth: httpx2.Auth | None = None,
        headers: Mapping[str, str] | None = None,
        timeout_seconds: float = 15.0,
        follows: bool = False,
        http: httpx2.Client | None = None,
    ) -> None:
        self.vendor, self.url, self.place, self.credentials = vendor, url.rstrip("/"), place, credentials
        self.http = http or httpx2.Client()
        self._follows = follows
        self._auth, self._headers, self._timeout = auth, dict(headers or {}), timeout_seconds

    def asked(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        params: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        files: Any = None,
    ) -> Any:
        """The answer's JSON, None where there is none. Raises NotTaken when it surely did nothing, Unavailable when it may have
        done it, NotFound, Refused when it will not.
        """
        elsewhere = path.startswith("http")  # our key is for the tracker, not for where it keeps files
        with self._sentences():
            answer = self.http.request(
                method,
                path if elsewhere else self.url + path,
                json=body,
                content=content,
                files=files,
                params=dict(params) if params else None,
                headers={**({} if elsewhere else self._headers), **(headers or {})},
                auth=None if elsewhere else self._auth,
                timeout=self._timeout,
                follow_redirects=self._follows and method == "GET",
            )
        if answer.status_code >= 400:
            raise self._failure(answer)
        if answer.status_code == 204 or not answer.content:
            return None
        return self._read(answer)

    def fetched(self, path: str, most: int, params: Mapping[str, str] | None = None) -> Fetched:
        """A file's bytes, not more than `most`. Raises as `asked`, Refused for a larger one."""
        url = path if path.startswith("http") else self.url + path
        content = bytearray()
        with (
            self._sentences(),
            self.http.stream(
                "GET", url, params=dict(params) if params else None, headers=self._headers, auth=self._auth,
                timeout=self._timeout,
            ) as answer,
        ):  # fmt: skip
            if answer.status_code >= 300:
                answer.read()
                raise self._failure(answer)
            for some in answer.iter_bytes():
                content += some
                if len(content) > most:
                    raise Refused(f"This file has more than {most // 1_000_000} MB; open it in {self.vendor}.")
        media_type = answer.headers.get("content-type", "").partition(";")[0] or "application/octet-stream"
        return Fetched(media_type=media_type, content=bytes(content))

    @contextmanager
    def _sentences(self) -> Iterator[None]:
        """What breaks on the line, as a sentence."""
        try:
            yield
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as problem:
            raise NotTaken(f"{self.vendor} cannot be reached.") from problem
        except httpx2.UnsupportedProtocol as problem:
            raise Refused(f"The address of {self.vendor} does not work: {self.url}.") from problem
        except httpx2.TimeoutException as problem:
            raise Unavailable(f"{self.vendor} did not answer within {self._timeout:g} seconds.") from problem
        except httpx2.TransportError as problem:
            raise Unavailable(f"The connection to {self.vendor} broke before it answered.") from problem
        except (httpx2.InvalidURL, httpx2.RequestError) as problem:
            raise Refused(f"The address of {self.vendor} does not work: {self.url}.") from problem

    def one(self, method: str, path: str, body: object = None, **more: Any) -> dict[str, Any]:
        """The same where the answer must be an object."""
        answer = self.asked(method, path, body, **more)
        if not isinstance(answer, dict):
            raise self.odd()
        return answer

    def odd(self) -> Unavailable:
        """What to raise for an answer of the wrong shape."""
        return Unavailable(f"{self.vendor} answered something that does not fit the question.")

    def _read(self, answer: httpx2.Response) -> Any:
        try:
            return answer.json()
        except ValueError:
            raise Unavailable(
                f"Something that is not {self.vendor} answered in its place (a sign-in page, or a proxy), or half an answer came."
            ) from None

    def _failure(self, answer: httpx2.Response) -> Exception:
        status, wait = answer.status_code, seconds(answer.headers.get("retry-after"))
        limited = status == 403 and (wait is not None or answer.headers.get("x-ratelimit-remaining") == "0")
        if status == 429 or limited:
            return NotTaken(f"{self.vendor} asks us to wait.", wait if wait is not None else 60.0 if limited else None)
        if status >= 500 or status in LATER:
            kind = Unavailable if status >= 500 else NotTaken
            return kind(f"{self.vendor} has a problem of its own ({status}).", wait)
        said = complaints(answer)
        if status == 401:
            return Refused(f"{self.vendor} does not accept {self.credentials}; make a new one and set it.")
        if status == 403:
            return Refused(f"Our user may not do this in {self.place}. {said}".strip())
        if status in (404, 410):
            return NotFound(
                f"{self.vendor} does not know this: {(said or self.place).rstrip('.')}. It was deleted, or the project or our rights changed."
            )
        if status == 413:
            return Refused(f"This is too long for {self.vendor}; shorten it.")
        return Refused(f"{self.vendor} refused it: {said or f'status {status}'}")


def complaints(answer: httpx2.Response) -> str:
    """What a tracker says is wrong, in its own words, one line."""
    try:
        body = answer.json()
    except ValueError:
        return ""
    return " ".join("; ".join(_said(body)).split())[:SAID_MOST]


def _said(body: Any) -> list[str]:
    """The sentences in the shapes of Jira, GitHub, Linear and Redmine."""
    if isinstance(body, str):
        return [body]
    if isinstance(body, list):
        return [said for one in body for said in _said(one)]
    if not isinstance(body, dict):
        return []
    if "field" in body and "code" in body:
        return [f"{body['field']}: {body.get('message') or str(body['code']).replace('_', ' ')}"]
    said = [str(body["message"])] if body.get("message") else []
    said += _said(body.get("errorMessages") or [])
    errors = body.get("errors")
    if isinstance(errors, dict):
        return [*said, *(f"{name}: {what}" for name, what in errors.items())]
    return said + _said(errors or [])


def seconds(header: str | None) -> float | None:
    """Retry-After in seconds; None if it is not there or a date."""
    try:
        return max(0.0, float(header)) if header else None
    except ValueError:
        return None
