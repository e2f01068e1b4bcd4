"""Stock: saved replies kept, filled in and used, each in its language."""

from handlers import blanks
from handlers.blanks import BRACED, VARIABLES
from handlers.errors import NotFound, Refused
from handlers.unit_of_work import UnitOfWork
from storage.database import clean
from storage.desk import stock
from storage.desk.stock import SavedReply
from storage.vocabulary import LANGUAGES


def keep(uow: UnitOfWork, staff_id: int, name: str, language: str, text: str) -> int:
    """Keep words under a name in a language, in place of what was there; its id. Raises Refused for what cannot be filled in."""
    name, text = clean(name).strip(), clean(text).strip()
    if not name or not text:
        raise Refused("A saved reply needs a name and words.")
    if language not in LANGUAGES:
        raise Refused(f"“{language}” is no language of ours; there are {', '.join(LANGUAGES)}.")
    if unknown := [one for one in BRACED.findall(text) if one not in VARIABLES]:
        raise Refused(f"Nobody can fill in {{{unknown[0]}}}; there are {', '.join(VARIABLES)}.")
    known = stock.named(uow.db, name, language)
    kept = known or SavedReply(name=name, language=language, text="", made_by=staff_id, created_at=uow.now())
    kept.text = text
    stock.keep(uow.db, kept)
    uow.record("saved_reply_kept", by=staff_id, reply=name, language=language)
    return kept.id or 0


def drop(uow: UnitOfWork, staff_id: int, reply_id: int) -> SavedReply:
    """Keep it no more; what it was."""
    kept = _kept(uow, reply_id)
    stock.remove(uow.db, kept)
    uow.record("saved_reply_dropped", by=staff_id, reply=kept.name, language=kept.language)
    return kept


def use(uow: UnitOfWork, staff_id: int, ticket_id: int, reply_id: int) -> str:
    """The words, filled in for a ticket. Nothing is sent."""
    kept, ticket = _kept(uow, reply_id), uow.ticket(ticket_id)
    stock.count_use(uow.db, reply_id, uow.now())
    return blanks.fill(uow, ticket, staff_id, kept.text)


def taken(uow: UnitOfWork, reply_id: int) -> None:
    """A suggestion that comes from it was taken. Raises NotFound where it is not kept any more."""
    stock.count_use(uow.db, _kept(uow, reply_id).id or 0, uow.now())


def _kept(uow: UnitOfWork, reply_id: int) -> SavedReply:
    kept = stock.get(uow.db, reply_id)
    if kept is None:
        raise NotFound("This reply is not kept any more.")
    return kept
