"""The API for programs: messages in, answers back, and the built-in tracker. Every error is problem+json."""

from http import HTTPStatus
from typing import Any, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

from bot.web.api import bugs, messages, tickets
from bot.web.needs import Earshot
from bot.web.problems import Problem
from handlers.errors import NotFound, Refused, Unavailable

PARTS = (messages, tickets, bugs)


def create(earshot: Earshot) -> FastAPI:
    """The app to be mounted; its description is at `openapi.json`."""
    app = FastAPI(
        title="Earshot API",
        version="1",
        description="Hand in what customers wrote, and read what became of it. Send your key as `Authorization: Bearer`.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        strict_content_type=True,
    )
    app.state.earshot = earshot
    for part in PARTS:
        app.include_router(part.router)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(Unavailable, _unavailable)
    app.add_exception_handler(Exception, _broken)
    return app


def _invalid(_request: Request, error: Exception) -> Response:
    found = cast(RequestValidationError, error).errors()
    if any(one["type"] == "json_invalid" for one in found):
        return Problem(400, "The body is not valid JSON.")
    return Problem(422, "Something in the request has the wrong shape.", [_said(one) for one in found[:20]])


def _said(error: Any) -> dict[str, str]:
    where = ".".join(str(part) for part in error["loc"])
    return {"field": where.encode("ascii", "replace").decode()[:200], "problem": str(error["msg"])[:300]}


def _http(request: Request, error: Exception) -> Response:
    failure = cast(HTTPException, error)
    if failure.status_code == 405:  # the framework names the methods of one route only
        return Problem(405, headers={"allow": ", ".join(sorted(_methods(request)))})
    detail = failure.detail if failure.detail != HTTPStatus(failure.status_code).phrase else ""
    return Problem(failure.status_code, detail, headers=dict(failure.headers or {}))


def _methods(request: Request) -> set[str]:
    """What this address can be asked for."""
    routes = [one for part in PARTS for one in part.router.routes]
    there = [one for one in routes if one.matches(request.scope)[0] is not Match.NONE]
    return {method for one in there for method in getattr(one, "methods", None) or ()}


def _refused(_request: Request, error: Exception) -> Response:
    return Problem(404 if isinstance(error, NotFound) else 422, str(error))


def _unavailable(_request: Request, error: Exception) -> Response:
    wait = cast(Unavailable, error).retry_after
    return Problem(503, "Please try again in a moment.", headers={"retry-after": str(int(wait or 5))})


def _broken(_request: Request, _error: Exception) -> Response:
    return Problem(500, "Something went wrong on our side. It is in the log.")
