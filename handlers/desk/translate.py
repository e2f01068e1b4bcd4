"""Translate: a customer's message in the reader's own language, where a model can; nothing is kept, nothing is sent."""

from typing import Any

from handlers.analysis.redaction import redact
from handlers.errors import NotFound, Refused, Unavailable
from handlers.outside import Outside
from handlers.unit_of_work import UnitOfWork
from prompts.ask import translate as words
from prompts.ask.translate import TranslationAnswer
from storage.desk.messages import Message

MOST = 12_000
NO_MODEL = "No model is connected that could translate."


def question(uow: UnitOfWork, ticket_id: int, message_id: int, language: str) -> dict[str, Any]:
    """What the model is to be asked for the words in `language` (ISO 639-1), personal data taken out. Raises NotFound, or Refused where there is no model."""
    message = uow.db.get(Message, message_id) if 0 < message_id < 2**31 else None
    if message is None or message.ticket_id != ticket_id or message.deleted_at is not None:
        raise NotFound("There is no such message.")
    return of_words(uow, message.text, language)


def of_words(uow: UnitOfWork, text: str, language: str) -> dict[str, Any]:
    """The same for a draft's words, for who is to send them. Raises Refused where there is no model, or nothing to translate."""
    if not uow.has_model:
        raise Refused(NO_MODEL)
    if not text.strip():
        raise Refused("There is nothing to translate yet.")
    asked = words.question(redact(text[:MOST]), language)
    return {"system": asked.system, "user": asked.user, "language": language}


def consult(outside: Outside, asked: dict[str, Any]) -> str:
    """The translation. Raises Refused, in words, where it does not come."""
    if outside.model is None:
        raise Refused(NO_MODEL)
    try:
        return outside.model.answer(TranslationAnswer, asked["system"], asked["user"]).text
    except (Unavailable, Refused):
        raise Refused("The model does not answer just now. Please try again in a moment.") from None
