"""Around every request: an id, headers that browsers enforce, no changes from other sites, and one line in the log."""

import logging
import re
import time
from urllib.parse import urlsplit
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot import walk
from bot.web.problems import respond_problem

log = logging.getLogger("earshot.access")

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
SAFE = ("GET", "HEAD", "OPTIONS")
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class Guard:
    """ASGI middleware. Paths that begin with one of `keyed` carry a key or a signature of their own instead of a cookie."""

    def __init__(self, app: ASGIApp, *, base_url: str, keyed: tuple[str, ...] = ()) -> None:
        self.app, self.keyed = app, keyed
        self.home = urlsplit(base_url).netloc

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = headers.get("x-request-id", "")
        request_id = given if REQUEST_ID.fullmatch(given) else uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id
        started, status = time.perf_counter(), 500

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                own = MutableHeaders(scope=message)
                own["x-request-id"] = request_id
                for name, value in HEADERS.items():
                    own.setdefault(name, value)
            await send(message)

        try:
            if self._from_elsewhere(scope, headers):
                await respond_problem(answer, 403, "This came from another site; nothing was changed.", closing=True)
            else:
                with walk.on(request_id):
                    await self.app(scope, receive, answer)
        finally:
            took = round((time.perf_counter() - started) * 1000, 1)
            line = {"method": scope["method"], "path": shown_path(scope), "status": status, "took_ms": took}
            log.info("%(method)s %(path)s %(status)s %(took_ms)s ms", line, extra={**line, "walk": request_id})

    def _from_elsewhere(self, scope: Scope, headers: Headers) -> bool:
        """True for a change that a page of another site may have caused. Every browser says where a change comes from; who
        says nothing is a program, and has only the cookies it was given.
        """
        if scope["method"] in SAFE or scope["path"].startswith(self.keyed):
            return False
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if site is not None and site not in ("same-origin", "none"):
            return True
        if origin is not None:
            return urlsplit(origin).netloc not in (headers.get("host"), self.home)
        return False


def shown_path(scope: Scope) -> str:
    """The path with its variable parts as names: support and sign-in links are secrets and stay out of the log."""
    route = scope.get("route")
    template = getattr(route, "path_format", None) or getattr(route, "path", None)
    if template:
        return f"{scope.get('root_path', '')}{template}"
    first, *more = str(scope["path"])[1:].split("/")
    return f"/{first[:40]}" + ("/…" if more else "")
