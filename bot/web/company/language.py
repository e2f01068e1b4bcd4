"""In which language the console speaks, for each of us."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from bot.web.console import Desk
from handlers.company import speak

router = APIRouter()


@router.post("/language")
def choose(console: Desk, language: Annotated[str, Form(max_length=5)] = "") -> Response:
    """Another one, or that of the browser."""
    speak.speak(console.uow, console.my_id, language)
    return console.back()
