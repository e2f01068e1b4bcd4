"""Tickets by the reference in the address: `ES-1042` or `1042`."""

from typing import Annotated

from fastapi import Depends, Path

from handlers.errors import NotFound
from storage.desk.tickets import FIRST_NUMBER


def ticket_id(ref: str) -> int:
    """The ticket's id. Raises NotFound for what is no reference."""
    digits = ref.rpartition("-")[2]
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 10 and int(digits) > FIRST_NUMBER):
        raise NotFound("There is no such ticket.")
    return int(digits) - FIRST_NUMBER


def _of_path(ref: Annotated[str, Path(max_length=40)]) -> int:
    return ticket_id(ref)


TicketId = Annotated[int, Depends(_of_path)]
