"""Speak: in which language the console is to speak to one of us."""

from handlers.errors import Refused
from handlers.unit_of_work import UnitOfWork
from storage.accounts import staff
from storage.vocabulary import CONSOLE_LANGUAGES


def speak(uow: UnitOfWork, staff_id: int, language: str) -> None:
    """From now on `language` (ISO 639-1); empty for that of the browser. Raises Refused for one there is not."""
    if language and language not in CONSOLE_LANGUAGES:
        raise Refused(f"The console does not speak “{language}”; it speaks {', '.join(CONSOLE_LANGUAGES)}.")
    member = staff.get(uow.db, staff_id)
    member.language = language
    uow.db.add(member)
