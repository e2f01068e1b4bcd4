"""The web place as one ASGI app: console, support page, API, health."""

import json
from http import HTTPStatus
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from bot.web import api, company, desk, health, hooks, insights, live, locales, sign_in, slack_sign_in, support
from bot.web.console import SignedOut
from bot.web.guard import Guard
from bot.web.limits import Limits, Pace
from bot.web.needs import Earshot
from bot.web.problems import Problem
from bot.web.rights import NotAllowed
from bot.web.show import html
from bot.web.support.page import WrongLink
from bot.web.support.writer import language_of
from handlers.errors import NotFound, Refused, Unavailable
from prompts.pages import strings

API = "/api/v1"
DOORS = (f"{API}/messages", "/support/", "/slack")
UPLOADS = 8_000_000
"""Bytes of a message with its files on the support page."""


class Static(StaticFiles):
    """Files whose address changes with their content."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        answer = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        answer.headers["cache-control"] = "public, max-age=31536000, immutable"
        return answer


def create(earshot: Earshot) -> FastAPI:
    """The app; nothing runs before it is served."""
    app = FastAPI(title="Earshot", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.earshot = earshot
    app.state.pulse = live.Pulse(earshot)
    app.state.pace = Pace(times=40, seconds=600)
    for part in (health, hooks, slack_sign_in, sign_in, live, support, desk, company, insights):
        app.include_router(part.router)
    app.mount(API, api.create(earshot))
    app.mount("/static", Static(directory=Path(__file__).parent / "static"))
    app.add_exception_handler(SignedOut, _signed_out)
    app.add_exception_handler(WrongLink, _wrong_link)
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(Unavailable, _unavailable)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(Exception, _broken)
    app.add_middleware(Limits, gate=earshot.gate, longest={"/support/": UPLOADS}, doors=DOORS)
    app.add_middleware(locales.Reading)
    app.add_middleware(Guard, base_url=earshot.settings.base_url, keyed=(f"{API}/", "/slack", hooks.PATH))
    return app


def _signed_out(request: Request, _error: Exception) -> Response:
    if "hx-request" in request.headers:
        return Response(status_code=401, headers={"HX-Redirect": "/sign-in"})
    if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
        return RedirectResponse("/sign-in", 303)
    here: Earshot = request.app.state.earshot
    return html("sign_in.html", 401, state="signed_out", slack=here.settings.has_slack_sign_in)


def _wrong_link(request: Request, _error: Exception) -> Response:
    language = language_of(request, None)
    words = strings(language)
    return html("support_gone.html", 404, language=language, w=words, sentence=words["error_link"])


def _refused(request: Request, error: Exception) -> Response:
    if isinstance(error, NotAllowed):
        at_home = request.method == "GET" and request.url.path == "/"
        return RedirectResponse("/digests", 303) if at_home else _sorry(request, 403, str(error))
    return _sorry(request, 404 if isinstance(error, NotFound) else 409, str(error))


def _unavailable(request: Request, _error: Exception) -> Response:
    return _sorry(request, 503, "That did not work just now. Please try again in a moment.")


def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    words = {404: "There is nothing at this address.", 405: "This address does not take that."}
    answer = _sorry(request, status, words.get(status, HTTPStatus(status).phrase + "."))
    answer.headers.update(headers)
    return answer


def _malformed(request: Request, _error: Exception) -> Response:
    return _sorry(request, 422, "Something in that form is missing or has the wrong shape.")


def _broken(request: Request, _error: Exception) -> Response:
    return _sorry(request, 500, "Something went wrong on our side. It is in the log.")


def _sorry(request: Request, status: int, sentence: str) -> Response:
    """The sentence where the person is: a toast for htmx, a page for a browser, problem+json for a program."""
    if request.url.path.startswith("/support/"):
        words = strings(language_of(request, None))
        said = words["error_link" if status in (404, 405, 422) else "error_unexpected"]
        return html("support_gone.html", status, language=language_of(request, None), w=words, sentence=said)
    if "hx-request" in request.headers:
        return Response(status_code=status, headers=refusal(locales.sentence(sentence)))
    if "text/html" in request.headers.get("accept", ""):
        return html("sorry.html", status, sentence=sentence)
    return Problem(status, sentence)


def refusal(sentence: str) -> dict[str, str]:
    """Headers that say the sentence on the page and change nothing else there."""
    return {"HX-Trigger": json.dumps({"toast": {"text": sentence, "refused": True}}), "HX-Reswap": "none"}
