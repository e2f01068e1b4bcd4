"""Who is this? Strangers who wrote, each one press away from their customer."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Path
from starlette.responses import HTMLResponse, Response

from bot.web.console import Desk, Undo
from handlers.customers import recognise
from handlers.intake import identify
from storage.accounts import customers, people
from storage.accounts.customers import Customer
from storage.accounts.people import Person
from storage.desk import messages
from storage.desk.messages import Message

router = APIRouter(prefix="/people")
PersonId = Annotated[int, Path(ge=1, lt=2**31)]
SHOWN = 50


@dataclass(frozen=True)
class Stranger:
    """Somebody unknown, what they wrote, and our best guess."""

    person: Person
    said: list[Message]
    likeliest: Customer | None


@router.get("")
def listed(console: Desk) -> HTMLResponse:
    """Everybody nobody has assigned yet."""
    uow = console.uow
    found = [
        Stranger(one, messages.untriaged_of_person(uow.db, one.id or 0)[-3:], recognise.likeliest(uow, one))
        for one in people.unknown(uow.db)[:SHOWN]
    ]
    return console.page("people.html", tab="people", found=found, customers=customers.everyone(uow.db))


@router.post("/{person_id}/customer")
def assign(console: Desk, person_id: PersonId, customer: Annotated[str, Form(max_length=100)]) -> Response:
    """They belong there; what they wrote follows."""
    identify.assign(console.uow, person_id, customer, console.my_id)
    return console.did("Assigned; what they wrote follows.", undo=_unknown_again(person_id))


@router.delete("/{person_id}")
def dismiss(console: Desk, person_id: PersonId) -> Response:
    """Not a customer."""
    identify.dismiss(console.uow, person_id, console.my_id)
    return console.did("We will not ask again.", undo=_unknown_again(person_id))


@router.delete("/{person_id}/answer")
def take_back(console: Desk, person_id: PersonId) -> Response:
    """Nobody knows yet whose they are."""
    identify.take_back(console.uow, person_id, console.my_id)
    return console.did("Taken back.")


def _unknown_again(person_id: int) -> Undo:
    return {"method": "DELETE", "url": f"/people/{person_id}/answer"}
