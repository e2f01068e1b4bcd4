"""Sign in with a one-time link, and sign out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import RedirectResponse, Response

from bot.web.console import COOKIE
from bot.web.needs import Earshot, Work, earshot
from bot.web.show import html
from handlers.analysis import rights
from handlers.company import first_steps, sign_in
from handlers.errors import Refused
from handlers.unit_of_work import UnitOfWork
from storage.accounts import access, staff

router = APIRouter()
Token = Annotated[str, Path(max_length=200)]


@router.get("/sign-in")
def explain(here: Annotated[Earshot, Depends(earshot)]) -> Response:
    """How to get in."""
    return html("sign_in.html", state="signed_out", slack=here.settings.has_slack_sign_in)


@router.get("/sign-in/{token}")
def offer(token: Token) -> Response:
    """A button: a preview of the link must not use it up."""
    return html("sign_in.html", state="offer", token=token)


@router.post("/sign-in/{token}")
def enter(token: Token, request: Request, uow: Work, here: Annotated[Earshot, Depends(earshot)]) -> Response:
    """Use the link and open a session."""
    try:
        secret = sign_in.enter(uow, token)
    except Refused:
        return html("sign_in.html", 410, state="expired")
    return with_session(here, request, secret, "/welcome" if _is_new(uow, secret) else "/")


def with_session(here: Earshot, request: Request, secret: str, to: str = "/") -> Response:
    """On to the console, signed in."""
    answer = RedirectResponse(to, 303)
    secure = here.settings.base_url.startswith("https://") or request.url.scheme == "https"
    answer.set_cookie(
        COOKIE, secret, max_age=sign_in.SESSION_DAYS * 86_400, httponly=True, samesite="lax", secure=secure
    )
    return answer


def _is_new(uow: UnitOfWork, secret: str) -> bool:
    """Nothing is set up yet, and whoever signs in may do so."""
    member = access.session_of(uow.db, secret, uow.now())
    return bool(member and "manage" in rights.of(staff.get(uow.db, member).role) and first_steps.wanted(uow))


@router.post("/sign-out")
def leave(request: Request, uow: Work) -> Response:
    """End the session here."""
    if secret := request.cookies.get(COOKIE):
        sign_in.leave(uow, secret)
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(COOKIE)
    return answer
